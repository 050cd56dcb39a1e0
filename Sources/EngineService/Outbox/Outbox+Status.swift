extension Outbox {
    /// What each action is doing, as of a moment ago; dead letters and dropped alerts as of the last checkpoint. For any thread.
    var status: [ServiceStatus.Action] {
        zip(queues, totals).map { queue, total in
            let (acked, published) = queue.progress
            let counters = queue.counters
            return ServiceStatus.Action(
                name: queue.name, pending: published - acked, delivered: queue.deliveredCount, dead: total.dead, dropped: total.dropped,
                failures: counters.failures, retries: counters.retries, latency: counters.latency, isCircuitOpen: counters.isCircuitOpen,
                lastError: queue.lastError)
        }
    }
}

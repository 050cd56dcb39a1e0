import Connectors
import Logging
import StateStore

/// The threads that deliver alerts, one for each action. They outlive a reload of rules: an endpoint that hangs delays no reload.
final class Delivery {
    /// By action of the configuration.
    let queues: [ActionQueue]
    private let threads: [BackgroundThread]

    /// Starts to deliver what an earlier process left.
    ///
    /// - Parameters:
    ///   - adapters: by action; nobody else may use them until `stop` has returned.
    ///   - progress: of each action, as the store has it.
    ///   - expected: the newest header of the store that is known to be committed.
    init(
        _ configuration: ServiceConfiguration, adapters: [any ActionAdapter], progress: [ActionProgress], store: any StateStore,
        logger: Logger, expected: @escaping @Sendable () -> StateHeader
    ) {
        let queues = zip(configuration.actions, progress).map { action, progress in
            ActionQueue(name: action.name, progress: progress, losses: LossLog(action: action.name, logger: logger))
        }
        self.queues = queues
        threads = queues.indices.map { index in
            let name = queues[index].name
            let pending = queues[index].progress
            let fetcher = OutboxFetcher(store: store, action: name, expected: expected)
            adapters[index].setRemark { [secrets = configuration.secrets] in
                logger.warning("\(secrets.redact($0))", metadata: ["action": "\(name)"])
            }
            let delivery = DeliveryThread(
                queue: queues[index], adapter: adapters[index], policy: configuration.actions[index].policy,
                pendingBytes: Int(min(pending.published - pending.acked, 1 << 16)) * 4096, logger: logger,
                redact: { [secrets = configuration.secrets] in secrets.redact($0) },
                fetch: { numbers throws(StateStoreError) in try fetcher.lines(numbers) })
            return BackgroundThread {
                delivery.run()
                fetcher.close()
            }
        }
    }

    /// Ends the threads, waits for them, and tells of all alerts that are lost.
    func stop() {
        for queue in queues { queue.stop() }
        for thread in threads { thread.join() }
        for queue in queues { queue.losses.tellAll(WallClock.monotonic()) }
    }
}

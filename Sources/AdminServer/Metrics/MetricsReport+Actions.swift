import EngineService

extension MetricsReport {
    /// What became of alerts.
    func appendActions(to metrics: inout PrometheusText) {
        func samples(_ value: (ServiceStatus.Action) -> Double) -> [(labels: [PrometheusText.Label], value: Double)] {
            status.actions.map { ([("action", $0.name)], value($0)) }
        }
        metrics.family(
            "fluxcore_outbox_pending", .gauge, "Alerts that are committed and have not arrived.", samples { Double($0.pending) })
        metrics.family("fluxcore_outbox_delivered_total", .counter, "Alerts that have arrived.", samples { Double($0.delivered) })
        metrics.family(
            "fluxcore_action_failing", .gauge, "1 when the last try to deliver failed.", samples { $0.lastError == nil ? 0 : 1 })
        metrics.family(
            "fluxcore_outbox_dropped_total", .counter, "Alerts dropped from a full queue, or purged.", samples { Double($0.dropped) })
        metrics.family(
            "fluxcore_dead_letters_total", .counter, "Alerts that were given up, those included that were retried or purged since.",
            samples { Double($0.dead) })
        metrics.family(
            "fluxcore_action_failures_total", .counter, "Deliveries that failed; one may be of several alerts.",
            samples { Double($0.failures) })
        metrics.family(
            "fluxcore_action_retries_total", .counter, "Deliveries that repeated one that had failed.", samples { Double($0.retries) })
        metrics.family(
            "fluxcore_action_circuit_open", .gauge, "1 while so much has failed in a row that only a probe is tried from time to time.",
            samples { $0.isCircuitOpen ? 1 : 0 })
        metrics.histogram(
            "fluxcore_action_delivery_duration_seconds", "How long deliveries took that succeeded.",
            bounds: LatencyHistogram.bounds.map(seconds),
            status.actions.map { action in
                let latency = action.latency
                let longest = latency.count - latency.buckets.reduce(0, +)
                return ([("action", action.name)], (latency.buckets + [longest]).map(Int.init), seconds(latency.sum))
            })
    }
}

import EngineService
import EventEngine

extension MetricsReport {
    /// What rules did.
    func appendRules(to metrics: inout PrometheusText) {
        metrics.single("fluxcore_rules", .gauge, "Rules that run.", Double(status.rules.count))
        metrics.family(
            "fluxcore_rule_matches_total", .counter, "Matches, suppressed ones included.", samples { $0.statistics.matches })
        metrics.family(
            "fluxcore_rule_suppressed_total", .counter, "Matches held back by `suppress`.", samples { $0.statistics.suppressed })
        metrics.family(
            "fluxcore_rule_silenced_total", .counter, "Alerts held back by silences.", samples { $0.statistics.silenced })
        metrics.family("fluxcore_rule_attempts_total", .counter, "Attempts begun.", samples { $0.statistics.attempts })
        metrics.family(
            "fluxcore_rule_attempts_ended_total", .counter,
            "Attempts that ended, also before the last restart, by what ended them; causes that never came up are left out.",
            AttemptEnd.allCases.flatMap { end in
                samples { $0.statistics.ends[end] }.filter { $0.value > 0 }.map { ($0.labels + [("cause", end.name)], $0.value) }
            })
        metrics.family(
            "fluxcore_rule_timeouts_total", .counter, "Attempts that ran out of time and were output.", samples { $0.statistics.timeouts })
        metrics.family(
            "fluxcore_rule_limited_total", .counter, "Attempts dropped by `limit`.", samples { $0.statistics.limited })
        metrics.family("fluxcore_rule_keys", .gauge, "Keys that have partial matches.", samples(\.holdings.keys))
        metrics.family(
            "fluxcore_rule_open_attempts", .gauge, "Partial matches: attempts that are open, those of evicted keys aside.",
            samples(\.holdings.attempts))
        metrics.single("fluxcore_state_memory_bytes", .gauge, "Memory that partial matches take.", Double(status.stateMemory))
        metrics.single("fluxcore_state_evictions_total", .counter, "Keys evicted from memory to the store.", Double(status.evictions))
    }

    /// One sample for each rule, and one for all rules behind the limit.
    private func samples(_ value: (ServiceStatus.Rule) -> Int) -> [(labels: [PrometheusText.Label], value: Double)] {
        let shown = status.rules.prefix(Self.ruleLimit)
        let rest = status.rules.dropFirst(Self.ruleLimit)
        let hidden = rest.reduce(0) { $0 + value($1) }
        var samples = shown.map { (labels: [(name: "rule", value: $0.id)], value: Double(value($0))) }
        guard !rest.isEmpty else { return samples }
        // A rule may have that id: a sample must not come twice.
        if let index = shown.firstIndex(where: { $0.id == "other" }) {
            samples[index].value += Double(hidden)
        } else {
            samples.append(([("rule", "other")], Double(hidden)))
        }
        return samples
    }
}

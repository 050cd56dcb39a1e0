import Connectors
import EngineService

/// All metrics. Labels are names of the configuration and ids of rules, nothing that events can choose.
struct MetricsReport {
    /// Rules with samples of their own; those behind them in order of id are summed up as `other`.
    static let ruleLimit = 500

    let status: ServiceStatus
    private let intakes: [EventIntake]
    private let certificateExpiry: Int64?
    private let version: String
    private let now: Int64

    /// The metrics of a status; `certificateExpiry` in seconds since 1970 UTC, `now` is wall clock, nanoseconds.
    init(
        _ status: ServiceStatus, intakes: [EventIntake], certificateExpiry: Int64? = nil, version: String, now: Int64 = WallClock.now()
    ) {
        self.status = status
        self.intakes = intakes
        self.certificateExpiry = certificateExpiry
        self.version = version
        self.now = now
    }

    /// As Prometheus reads them.
    var text: String {
        var metrics = PrometheusText()
        appendService(to: &metrics)
        appendSources(to: &metrics)
        appendRules(to: &metrics)
        appendStore(to: &metrics)
        appendActions(to: &metrics)
        return metrics.text
    }

    private func appendService(to metrics: inout PrometheusText) {
        metrics.family("fluxcore_build_info", .gauge, "Always 1; the label tells the version.", [([("version", version)], 1)])
        metrics.single(
            "fluxcore_start_time_seconds", .gauge, "When the service started, seconds since 1970.",
            status.startTime == 0 ? nil : seconds(status.startTime))
        metrics.single("fluxcore_ready", .gauge, "1 when the service reads its sources and keeps its state.", ready ? 1 : 0)
        metrics.single("fluxcore_workers", .gauge, "Threads that match.", Double(status.workers))
        metrics.single(
            "fluxcore_watermark_lag_seconds", .gauge, "Wall clock less the watermark: how far behind decisions are made.",
            status.watermark.map { lag($0) })
        let reloads = status.reloads
        metrics.family(
            "fluxcore_reloads_total", .counter, "Reloads of the rules, by what came of them.",
            [("ok", reloads.changed), ("unchanged", reloads.unchanged), ("error", reloads.failed)].map {
                (labels: [("result", $0.0)], value: Double($0.1))
            })
        metrics.family(
            "fluxcore_reload_rules_total", .counter, "Rules that reloads took over, by what became of them.",
            ReloadReport.Change.allCases.map { ([("change", $0.rawValue)], Double(reloads.rules[$0] ?? 0)) })
        metrics.family(
            "fluxcore_reload_keys_total", .counter, "Keys whose partial matches reloads kept or dropped.",
            [([("result", "kept")], Double(reloads.keysKept)), ([("result", "dropped")], Double(reloads.keysDropped))])
        metrics.single(
            "fluxcore_rules_stale", .gauge, "1 when the last reload failed, so that the rules that run are older than their files.",
            reloads.isStale ? 1 : 0)
        metrics.single(
            "fluxcore_certificate_expiry_timestamp_seconds", .gauge,
            "When the certificate of the HTTP interface expires, seconds since 1970.",
            certificateExpiry.map(Double.init))
        let process = ProcessFigures()
        metrics.single(
            "process_resident_memory_bytes", .gauge, "Memory of the process that is in use.", process.residentMemory.map(Double.init))
        metrics.single("process_cpu_seconds_total", .counter, "Processor time that the process has used.", process.processorTime)
    }

    private func appendSources(to metrics: inout PrometheusText) {
        func samples(_ value: (ServiceStatus.Source) -> Double?) -> [(labels: [PrometheusText.Label], value: Double)] {
            status.sources.compactMap { source in value(source).map { ([("source", source.name)], $0) } }
        }
        metrics.family(
            "fluxcore_events_read_total", .counter, "Lines, records and entries read, without those that wait.",
            samples { Double($0.counters.read) })
        metrics.family(
            "fluxcore_events_processed_total", .counter, "Events given to the rules.", samples { Double($0.counters.processed) })
        metrics.family(
            "fluxcore_events_late_total", .counter, "Events behind the watermark that were not processed.",
            samples { Double($0.counters.late) })
        metrics.family(
            "fluxcore_events_late_processed_total", .counter, "Events behind the watermark that were processed.",
            samples { Double($0.counters.lateProcessed) })
        metrics.family(
            "fluxcore_events_dropped_total", .counter, "Events that a policy of the source dropped; so far only late ones, by late: drop.",
            samples { Double($0.dropped) })
        metrics.family(
            "fluxcore_events_malformed_total", .counter, "Input that is no event.", samples { Double($0.counters.malformed) })
        metrics.family("fluxcore_events_waiting", .gauge, "Events that wait for the watermark.", samples { Double($0.waiting) })
        metrics.family(
            "fluxcore_source_lag_seconds", .gauge, "Wall clock less the latest event time of the source.",
            samples { source in source.partitions.compactMap(\.latest).max().map { lag($0) } })
        metrics.family(
            "fluxcore_source_partition_lag_seconds", .gauge,
            "Wall clock less the latest event time of the source's partition that holds the watermark back the most.",
            samples { source in
                source.partitions.filter { !$0.isIdle && !$0.hasEnded }.compactMap(\.latest).min().map { lag($0) }
            })
        metrics.family(
            "fluxcore_source_partitions", .gauge, "Partitions (files, streams) by state.",
            status.sources.flatMap { source in
                let ended = source.partitions.count { $0.hasEnded }
                let idle = source.partitions.count { $0.isIdle && !$0.hasEnded }
                return [("active", source.partitions.count - ended - idle), ("idle", idle), ("ended", ended)].map {
                    (labels: [("source", source.name), ("state", $0.0)], value: Double($0.1))
                }
            })
        let figures = intakes.map { (labels: [(name: "source", value: $0.name)], figures: $0.figures) }
        metrics.family(
            "fluxcore_intake_queue_bytes", .gauge, "Bytes that were pushed and not read.",
            figures.map { ($0.labels, Double($0.figures.waiting)) })
        metrics.family(
            "fluxcore_intake_accepted_bytes_total", .counter, "Bytes that were pushed and accepted.",
            figures.map { ($0.labels, Double($0.figures.accepted)) })
        metrics.family(
            "fluxcore_intake_refused_total", .counter, "Pushes that were refused because the queue was full.",
            figures.map { ($0.labels, Double($0.figures.refused)) })
    }

    private func appendStore(to metrics: inout PrometheusText) {
        let store = status.store
        metrics.single("fluxcore_checkpoints_total", .counter, "Checkpoints committed.", Double(store.commits))
        metrics.single("fluxcore_checkpoint_bytes_total", .counter, "Bytes that checkpoints have written.", Double(store.bytes))
        metrics.single("fluxcore_checkpoint_last_bytes", .gauge, "Bytes of the last checkpoint.", Double(store.lastBytes))
        metrics.single("fluxcore_checkpoint_last_seconds", .gauge, "How long the last checkpoint took.", seconds(store.lastDuration))
        metrics.histogram(
            "fluxcore_checkpoint_duration_seconds", "How long checkpoints took.", bounds: DurationHistogram.bounds.map(seconds),
            [([], store.durations.counts, seconds(store.durations.sum))])
        metrics.single(
            "fluxcore_store_errors_total", .counter, "Checkpoints that the state store did not take; each try counts.",
            Double(store.errors))
        metrics.single("fluxcore_store_away", .gauge, "1 while the state store cannot be reached.", store.isAway ? 1 : 0)
        metrics.single("fluxcore_store_epoch", .gauge, "Number of the last checkpoint in the store.", store.header.map { Double($0.epoch) })
        metrics.single(
            "fluxcore_store_generation", .gauge, "How often the store was taken over by a process.",
            store.header.map { Double($0.generation) })
    }

    private var ready: Bool { HealthEndpoint.reason(status) == nil }

    func seconds(_ nanoseconds: Int64) -> Double { Double(nanoseconds) / 1e9 }

    private func lag(_ time: Int64) -> Double { seconds(now.subtractingSaturated(time)) }
}

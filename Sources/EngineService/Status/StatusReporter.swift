import Connectors
import EventEngine

/// Tells the monitor from time to time what a session is doing. For the thread of the input.
final class StatusReporter {
    private static let interval: Int64 = 200_000_000

    private let configuration: ServiceConfiguration
    private let program: EngineProgram
    /// By rule.
    private let keyLabels: [[String]]
    private let storeName: String
    private let merge: LiveMerge
    private let feed: BatchFeed
    private let outbox: Outbox
    private let commits: CommitThread
    private let output: SessionOutput
    private let reloader: RuleReloader
    private let monitor: ServiceMonitor
    private var last = Int64.min

    init(_ parts: SessionParts, merge: LiveMerge, feed: BatchFeed, reloader: RuleReloader, monitor: ServiceMonitor) {
        configuration = parts.configuration
        program = parts.program
        keyLabels = program.rules.map { RuleLayout($0).keyLabels }
        storeName = parts.storeName
        outbox = parts.outbox
        commits = parts.commits
        output = parts.output
        self.merge = merge
        self.feed = feed
        self.reloader = reloader
        self.monitor = monitor
    }

    /// Reports when it was long ago.
    func reportWhenDue(_ now: Int64) {
        guard last == .min || now - last >= Self.interval else { return }
        last = now
        report(.running)
    }

    /// Reports now.
    func report(_ phase: ServiceStatus.Phase) {
        let progress = commits.progress.read { $0 }
        let total = output.total
        let figures = output.figures
        var sources = merge.status(names: configuration.sources.map(\.name))
        for (index, source) in configuration.sources.enumerated() where source.late == .drop {
            sources[index].dropped = sources[index].counters.late
        }
        let watermark = merge.watermark
        let order = program.rules.indices.sorted { program.rules[$0].id < program.rules[$1].id }
        monitor.update { [sources] status in
            status.phase = phase
            status.reportTime = WallClock.monotonic()
            status.workers = configuration.workers ?? SystemInfo.cores
            status.clock = feed.clock == .min ? nil : feed.clock
            status.watermark = watermark == .min || watermark == .max ? nil : watermark
            status.sources = sources
            status.rules = order.map { index in
                let rule = program.rules[index]
                return ServiceStatus.Rule(
                    id: rule.id, level: rule.level, isShadow: rule.isShadow, keyLabels: keyLabels[index], statistics: total[index],
                    holdings: figures?.holdings[index] ?? RuleHoldings())
            }
            status.actions = outbox.status
            status.orphans = outbox.orphanStatus
            status.store = ServiceStatus.Store(
                name: storeName, header: commits.committed.read { $0 }, isAway: progress.isAway, errors: progress.errors,
                commits: progress.commits, bytes: progress.bytes, lastDuration: progress.last.duration, lastBytes: progress.last.bytes,
                durations: progress.durations)
            status.reloads = reloader.counts
            status.stateMemory = figures?.memory ?? 0
            status.evictions = figures?.evictions ?? 0
        }
    }
}

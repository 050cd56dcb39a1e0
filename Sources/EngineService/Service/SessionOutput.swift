import EventEngine
import StateStore

/// Takes what the pipeline decides: alerts into the outbox, checkpoints to the thread that commits them. The sequencer's
/// thread calls it.
final class SessionOutput: PipelineOutput, @unchecked Sendable {
    // Unchecked: `counters` and `silencer` are touched by the sequencer's thread only, `whenFailed` is set before any thread starts, the rest is
    // safe by itself.

    private struct Shared {
        var failure: SessionFailure?
        var total: [RuleStatistics]
        var figures: EngineFigures?
    }

    /// Ids of rules, by index.
    let ruleIDs: [String]
    private let outbox: Outbox
    private let silencer: Silencer
    private let commits: CommitThread
    private let firstEpoch: UInt64
    private var counters: RuleCounters
    private let shared: Monitor<Shared>
    /// Called when the pipeline cannot go on, in the thread that finds out.
    var whenFailed: () -> Void = {}

    /// - Parameter epoch: of the store when the session began, which is 1 among the session's own.
    init(
        _ program: EngineProgram, outbox: Outbox, silencer: Silencer, commits: CommitThread, epoch: UInt64, statistics: [RuleStatistics]
    ) {
        self.silencer = silencer
        ruleIDs = program.rules.map(\.id)
        self.outbox = outbox
        self.commits = commits
        firstEpoch = epoch
        counters = RuleCounters(rules: ruleIDs, base: statistics)
        shared = Monitor(Shared(total: statistics))
    }

    /// Why the pipeline cannot go on.
    var failure: SessionFailure? { shared.read { $0.failure } }
    /// What each rule did, also before this session, as of the last barrier.
    var total: [RuleStatistics] { shared.read { $0.total } }

    /// What the engine held at the last barrier.
    var figures: EngineFigures? { shared.read { $0.figures } }

    func take(_ alerts: [Match]) { outbox.add(alerts) }

    func take(_ barrier: Barrier, changes: StateBatch, figures: EngineFigures) {
        var batch = barrier.input
        batch.append(contentsOf: changes)
        let silences = silencer.drain(into: &batch)
        var figures = figures
        for (rule, count) in silencer.counts.enumerated() { figures.statistics[rule].silenced = count }
        counters.write(figures.statistics, to: &batch)
        let written = outbox.drain(into: &batch)
        let total = counters.total(figures.statistics)
        shared.update { [figures] in
            $0.total = total
            $0.figures = figures
        }
        FailPoint.reach("checkpoint.assembled")
        commits.submit(
            CommitJob(
                sessionEpoch: barrier.epoch, epoch: firstEpoch + UInt64(barrier.epoch) - 1, batch: batch, alerts: written,
                silences: silences, offsets: barrier.offsets))
    }

    func finished(_ figures: EngineFigures) {}

    func failed(_ message: String) { failed(.corrupted(message)) }

    /// The store cannot give back what was evicted.
    func failed(_ error: StateStoreError) {
        shared.update { $0.failure = $0.failure ?? .store(error) }
        whenFailed()
    }
}

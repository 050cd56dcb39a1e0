import EventEngine
import StateStore

/// Takes what comes out of a pipeline, in order. Called in the sequencer's thread.
protocol PipelineOutput: AnyObject {
    /// Alerts, in order. What is told here before a checkpoint belongs to it.
    func take(_ alerts: [Match])

    /// Everything up to a barrier has been decided and told; `changes` is what the checkpoint must write of the engine.
    func take(_ barrier: Barrier, changes: StateBatch, figures: EngineFigures)

    /// The end of a finite input: everything is decided.
    func finished(_ figures: EngineFigures)

    /// The pipeline cannot go on.
    func failed(_ message: String)
}

/// A point between two events at which a checkpoint is taken.
struct Barrier: Sendable {
    /// Counts the checkpoints of the session; 1 is what was restored.
    let epoch: UInt32
    /// What the input adds to the checkpoint: positions, clock, counts.
    let input: StateBatch
    /// Partitions' offsets that are done with when the checkpoint is committed.
    let offsets: [PartitionOffset]
}

/// Everything of a partition before `offset`.
struct PartitionOffset: Sendable {
    let source: Int
    let partition: Int
    let offset: UInt64
}

/// What the engine did and holds.
struct EngineFigures: Sendable {
    /// By rule, since the session's start.
    var statistics: [RuleStatistics]
    /// What is held, by rule.
    var holdings: [RuleHoldings]
    /// Bytes that partial matches take in memory.
    var memory = 0
    /// Keys evicted since the session's start.
    var evictions = 0

    /// Nothing is held yet.
    init(statistics: [RuleStatistics]) {
        self.statistics = statistics
        holdings = Array(repeating: RuleHoldings(), count: statistics.count)
    }
}

/// The thread that brings all workers' decisions into order and turns them into alerts.
final class SequencerThread: @unchecked Sendable {
    // Unchecked: everything but the mailbox is touched by the sequencer's own thread only, from the first message on.

    enum Message {
        case batch(WorkBatch)
        case report(worker: Int, decisions: [Decision], through: Int64)
        case barrier(Barrier)
        case part(WorkerPart)
        case restored(count: Int)
        case finished(flushed: Bool, decisions: [Decision], statistics: [RuleStatistics])
        case failed(String)
        case stop
    }

    let mailbox = Mailbox<Message>()
    /// To be filled with restored state before the first message.
    let sequencer: AlertSequencer
    /// Records restored by workers so far.
    let restored = Monitor(0)
    private let program: EngineProgram
    private let state: PipelineState?
    private let output: any PipelineOutput
    private let inFlight: Monitor<Int>
    private var pool = DecisionPool()
    private var batches: [WorkBatch] = []
    private var through: [Int64]
    private var barriers: [(after: Int64, barrier: Barrier)] = []
    private var parts: [WorkerPart] = []
    private var sequenced: Int64 = -1
    private var lastBatch: Int64 = -1
    private var finishedWorkers: [[RuleStatistics]] = []

    /// `inFlight` counts the batches that are under way.
    init(
        _ program: EngineProgram, workers: Int, sources: SourceNames, state: PipelineState?, output: any PipelineOutput,
        inFlight: Monitor<Int>
    ) {
        self.program = program
        self.state = state
        self.output = output
        self.inFlight = inFlight
        sequencer = AlertSequencer(program, sources: sources)
        if state != nil { sequencer.trackChanges() }
        through = Array(repeating: -1, count: workers)
    }

    /// The thread's body.
    func run() {
        while true {
            switch mailbox.take() {
            case .batch(let batch):
                batches.append(batch)
                lastBatch = Int64(batch.number)
            case .report(let worker, let decisions, let completed):
                pool.add(decisions)
                through[worker] = max(through[worker], completed)
                sequenceBatches()
            case .barrier(let barrier): barriers.append((lastBatch, barrier))
            case .part(let part):
                parts.append(part)
                completeBarrier()
            case .restored(let count): restored.update { $0 += count }
            case .finished(let flushed, let decisions, let statistics):
                pool.add(decisions)
                finishedWorkers.append(statistics)
                if finishedWorkers.count == through.count { finish(flushed: flushed) }
            case .failed(let message): output.failed(message)
            case .stop: return
            }
        }
    }

    /// Sequences the batches that every worker has done with.
    private func sequenceBatches() {
        let complete = through.min() ?? -1
        var done = 0
        for batch in batches where Int64(batch.number) <= complete {
            sequence(batch)
            sequenced = Int64(batch.number)
            done += 1
        }
        guard done > 0 else { return }
        batches.removeFirst(done)
        inFlight.update { $0 -= done }
        completeBarrier()
    }

    private func sequence(_ batch: WorkBatch) {
        if sequencer.readsEvents {
            var clock = Int64.min
            batch.forEach { event, sequence in
                clock = max(clock, event.header.pointee.time)
                let decisions = pool.take(through: BatchEnd(clock: clock, sequence: sequence))
                sequencer.process(event, sequence: sequence, decisions: decisions)
            }
        }
        sequencer.take(pool.take(through: batch.end))
        sequencer.advance(to: batch.end.clock)
        hand()
    }

    private func hand() {
        if sequencer.hasAlerts { output.take(sequencer.takeAlerts()) }
    }

    /// Hands on the oldest barrier, when everything before it has been sequenced and every worker has answered it.
    private func completeBarrier() {
        guard let state, let (after, barrier) = barriers.first, parts.count == through.count, sequenced >= after else { return }
        barriers.removeFirst()
        var changes = StateBatch()
        for part in parts { changes.append(contentsOf: part.changes) }
        sequencer.drainChanges(epoch: barrier.epoch, codec: state.codec) { rule, key in
            changes.delete(state.keyTables[rule], key: RecordKey.text(of: key))
        } write: { rule, key, bytes in
            changes.put(state.keyTables[rule], key: RecordKey.text(of: key), value: bytes)
        }
        sequencer.drainSuppression { rule, key, bytes in
            let table = StateTables.suppression(ofRule: program.rules[rule].id)
            if let bytes { changes.put(table, key: key, value: bytes) } else { changes.delete(table, key: key) }
        }
        var figures = EngineFigures(statistics: sequencer.statistics)
        for part in parts {
            add(part.statistics, to: &figures)
            for rule in part.holdings.indices { figures.holdings[rule] += part.holdings[rule] }
            figures.memory += part.memory
            figures.evictions += part.evictions
        }
        for rule in program.firstComposedRule..<program.rules.count { figures.holdings[rule] = sequencer.holdings(ofRule: rule) }
        parts.removeAll(keepingCapacity: true)
        output.take(barrier, changes: changes, figures: figures)
    }

    private func finish(flushed: Bool) {
        sequencer.take(pool.take(through: BatchEnd(clock: .max, sequence: .max, isFinal: true)))
        if flushed { sequencer.finish() }
        hand()
        var figures = EngineFigures(statistics: sequencer.statistics)
        for statistics in finishedWorkers { add(statistics, to: &figures) }
        output.finished(figures)
    }

    private func add(_ statistics: [RuleStatistics], to figures: inout EngineFigures) {
        for rule in statistics.indices { figures.statistics[rule] += statistics[rule] }
    }
}

import Connectors
import EventEngine
import StateStore

/// A thread that runs one shard: takes batches in order, reports what was decided, answers barriers with what changed.
final class Worker: @unchecked Sendable {
    // Unchecked: the shard and what belongs to it are touched by the worker's own thread only.

    enum Message {
        case restore(StateChunk)
        case batch(WorkBatch)
        case barrier(epoch: UInt32)
        case fetched([FetchedState])
        case finish(flushes: Bool)
        case stop
    }

    /// Batches that may wait for fetches before the worker waits too.
    private static let waitingBatches = 16
    /// Places of the key table that are looked at for keys to evict, after each batch.
    private static let evictionStep = 8192

    let index: Int
    let mailbox = Mailbox<Message>(capacity: 4)
    private let shard: Shard
    private let state: PipelineState?
    private let output: Mailbox<SequencerThread.Message>
    /// Batches that may not be complete.
    private var outstanding: [WorkBatch] = []
    private var lastBatch: UInt64?
    private var failure: SnapshotError?
    private var isStopped = false

    init(
        _ program: EngineProgram, share: WorkerShare, sources: SourceNames, state: PipelineState?, output: Mailbox<SequencerThread.Message>
    ) {
        index = share.index
        shard = Shard(program, rules: 0..<program.firstComposedRule, share: share, sources: sources)
        self.state = state
        self.output = output
        if let state {
            shard.trackChanges()
            shard.resume(at: state.clock)
            if state.memory != nil { shard.allowEviction() }
        }
    }

    /// The thread's body.
    func run() {
        while !isStopped {
            let message = mailbox.take()
            if failure != nil, case .stop = message { return }
            if failure != nil { continue }
            handle(message)
        }
    }

    private func handle(_ message: Message) {
        switch message {
        case .restore(let chunk): restore(chunk)
        case .batch(let batch): process(batch)
        case .barrier(let epoch): answer(epoch)
        case .fetched(let states): resume(states)
        case .finish(let flushes): finish(flushes)
        case .stop: isStopped = true
        }
    }

    private func process(_ batch: WorkBatch) {
        shard.begin(batch: batch.number)
        batch.forEach { event, sequence in shard.process(event, sequence: sequence) }
        shard.advance(to: batch.end.clock)
        lastBatch = batch.number
        if state?.memory != nil {
            outstanding.append(batch)
            fetchWhatIsMissing()
            while outstanding.count > Self.waitingBatches, !isStopped, failure == nil { waitForFetch() }
            evict()
        }
        report()
    }

    /// Hands on what was decided, and says how far that is complete.
    private func report() {
        var through = lastBatch.map { Int64($0) } ?? -1
        if let waiting = shard.earliestWaitingBatch { through = Int64(waiting) - 1 }
        outstanding.removeAll { Int64($0.number) <= through }
        output.put(.report(worker: index, decisions: shard.takeDecisions(), through: through))
    }

    private func answer(_ epoch: UInt32) {
        guard let state else { return }
        resolveAll()
        var batch = StateBatch()
        var holdings = [RuleHoldings](repeating: RuleHoldings(), count: state.keyTables.count)
        shard.drainChanges(epoch: epoch, codec: state.codec) { rule, key in
            batch.delete(state.keyTables[rule], key: RecordKey.text(of: key))
        } write: { rule, key, bytes in
            batch.put(state.keyTables[rule], key: RecordKey.text(of: key), value: bytes)
        }
        for rule in 0..<shard.program.firstComposedRule { holdings[rule] = shard.holdings(ofRule: rule) }
        output.put(
            .part(
                WorkerPart(
                    changes: batch, statistics: shard.statistics, holdings: holdings, memory: shard.memory, evictions: shard.evictions)))
    }

    private func finish(_ flushes: Bool) {
        if flushes {
            if state?.memory != nil {
                shard.begin(batch: (lastBatch ?? 0) + 1)
                shard.recallEvicted()
                fetchWhatIsMissing()
                resolveAll()
            }
            shard.finish()
        }
        output.put(.finished(flushed: flushes, decisions: shard.takeDecisions(), statistics: shard.statistics))
    }

    // MARK: State that is not in memory

    private func restore(_ chunk: StateChunk) {
        guard let state else { return }
        // A chunk is small beside any budget.
        let isOverBudget = state.memory.map { shard.memory > $0 } ?? false
        let decoder = EventTextDecoder(schema: state.schema)
        chunk.forEach { rule, bytes in
            guard failure == nil else { return }
            let adaption = state.keptRules[rule].flatMap { KeyAdaption($0, decoder: decoder) }
            do throws(SnapshotError) {
                if isOverBudget, adaption == nil {
                    try shard.insertEvicted(rule: rule, bytes: bytes, codec: state.codec, savedEpoch: 1)
                } else {
                    try shard.restore(rule: rule, bytes: bytes, codec: state.codec, savedEpoch: 1, adaption: adaption)
                }
            } catch {
                fail(error, rule: rule)
            }
        }
        output.put(.restored(count: chunk.count))
    }

    private func fetchWhatIsMissing() {
        let requests = shard.takeFetchRequests()
        if !requests.isEmpty { state?.fetcher?.request(requests, for: self) }
    }

    private func waitForFetch() {
        handle(mailbox.takeUrgent())
    }

    private func resolveAll() {
        while shard.earliestWaitingBatch != nil, failure == nil, !isStopped { waitForFetch() }
        report()
    }

    private func resume(_ states: [FetchedState]) {
        guard let state else { return }
        for fetched in states where failure == nil {
            do throws(SnapshotError) {
                try shard.resume(fetched.request, bytes: fetched.bytes, codec: state.codec)
            } catch {
                fail(error, rule: fetched.request.rule)
            }
        }
        fetchWhatIsMissing()
        report()
    }

    private func evict() {
        guard let state, let budget = state.memory else { return }
        let isWithin = shard.evict(budget: budget, committedEpoch: state.committedEpoch, limit: Self.evictionStep)
        state.note(worker: index, isOverBudget: !isWithin)
    }

    private func fail(_ error: SnapshotError, rule: Int) {
        failure = error
        output.put(.failed("a partial match of rule \(shard.program.rules[rule].id) in the state store cannot be read: \(error)"))
    }
}

/// What a worker adds to a checkpoint.
struct WorkerPart: Sendable {
    /// Changed keys.
    let changes: StateBatch
    /// What each rule did since the start.
    let statistics: [RuleStatistics]
    /// What it holds, by rule.
    let holdings: [RuleHoldings]
    /// Bytes that partial matches take in memory.
    let memory: Int
    /// Keys evicted since the start.
    let evictions: Int
}

import EventEngine
import PatternCompiler
import ReferenceMatcher
import RuleLanguage

/// Runs several workers' shards by turns on one thread: keys are written to a store in memory, evicted whenever they can be,
/// and fetched back late, in random order.
struct ShardSubject {
    let workers: Int
    let seed: UInt64

    /// State as checkpoints leave it: by worker, rule and key.
    private struct Stored: Hashable {
        var rule: Int
        var key: [UInt8]
    }

    func run(_ rule: Rule, _ events: [ReferenceEvent], _ end: ReferenceMatcher.End) throws -> [ReferenceMatch] {
        guard let program = RuleSetCompiler.compile([rule]).program else { throw EngineSubject.Refused() }
        var random = SeededGenerator(seed: seed)
        let codec = SnapshotCodec(program.schema)
        let sequencer = AlertSequencer(program)
        let shards = (0..<workers).map { index in
            Shard(program, rules: 0..<program.rules.count, share: WorkerShare(index: index, count: workers))
        }
        for shard in shards {
            shard.trackChanges()
            shard.allowEviction()
        }
        var stores = Array(repeating: [Stored: [UInt8]](), count: workers)
        var waiting: [[Shard.FetchRequest]] = Array(repeating: [], count: workers)
        var pool = DecisionPool()
        var matches: [Match] = []
        var blocks: [EngineSubject.EventMemory] = []
        var ends: [BatchEnd] = []
        var epoch: UInt32 = 0

        func fetch(_ worker: Int, all: Bool) throws {
            waiting[worker] += shards[worker].takeFetchRequests()
            while !waiting[worker].isEmpty, all || Bool.random(using: &random) {
                let request = waiting[worker].remove(at: Int.random(in: 0..<waiting[worker].count, using: &random))
                let bytes = stores[worker][Stored(rule: request.rule, key: request.key)]
                try shards[worker].resume(request, bytes: bytes, codec: codec)
                waiting[worker] += shards[worker].takeFetchRequests()
            }
        }
        func hand() {
            let through = shards.map { $0.earliestWaitingBatch.map { Int($0) - 1 } ?? ends.count - 1 }.min() ?? -1
            for shard in shards { pool.add(shard.takeDecisions()) }
            guard through >= 0 else { return }
            sequencer.take(pool.take(through: ends[through]))
            matches += sequencer.takeAlerts()
        }

        for (index, event) in events.enumerated() {
            let memory = EngineSubject.EventMemory(event, program)
            blocks.append(memory)
            let sequence = UInt64(index + 1) * Engine.sequenceStep
            for (worker, shard) in shards.enumerated() {
                shard.begin(batch: UInt64(index))
                memory.withView { shard.process($0, sequence: sequence) }
                try fetch(worker, all: false)
            }
            ends.append(BatchEnd(clock: shards[0].clock, sequence: sequence))
            hand()
            guard Bool.random(using: &random) else { continue }
            epoch += 1
            for (worker, shard) in shards.enumerated() {
                try fetch(worker, all: true)
                shard.drainChanges(epoch: epoch, codec: codec) { rule, key in
                    stores[worker][Stored(rule: rule, key: Array(key))] = nil
                } write: { rule, key, bytes in
                    stores[worker][Stored(rule: rule, key: Array(key))] = Array(bytes)
                }
                _ = shard.evict(budget: 0, committedEpoch: epoch, limit: 200)
            }
        }
        for (worker, shard) in shards.enumerated() {
            shard.begin(batch: UInt64(events.count))
            switch end {
            case .flush:
                shard.recallEvicted()
                try fetch(worker, all: true)
                shard.finish()
            case .watermark(let time): shard.advance(to: time)
            }
            try fetch(worker, all: true)
        }
        for shard in shards { pool.add(shard.takeDecisions()) }
        sequencer.take(pool.take(through: BatchEnd(clock: .max, sequence: .max, isFinal: true)))
        if case .flush = end { sequencer.finish() }
        matches += sequencer.takeAlerts()
        return matches.map { EngineSubject.reference($0, program) }
    }
}

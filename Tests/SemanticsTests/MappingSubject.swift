import EventEngine
import PatternCompiler
import ReferenceMatcher
import RuleLanguage

/// Runs one rule over the first events and another, which takes over its partial matches, over the rest.
struct MappingSubject {
    /// An attempt: its key and the position of the event that began it.
    struct Start: Hashable {
        var key: [String?]
        var position: Int
    }

    /// What came of it.
    struct Outcome {
        /// Matches behind the cut.
        var matches: [ReferenceMatch] = []
        /// Attempts under way at the cut, with how many events each thread has bound, and whether none has come since.
        var open: [Start: [(length: Int, isUntouched: Bool)]] = [:]
        /// Those of them that went on.
        var kept: Set<Start> = []
        /// As the mapping counts them.
        var counts = (kept: 0, dropped: 0)
        /// False when nothing could go on.
        var hasMapping = false
    }

    /// Number of shards that run the new rule.
    var workers = 1
    /// Seed of changes to the stored bytes; nil: none.
    var mutation: UInt64?

    func run(_ old: Rule, _ new: Rule, _ events: [ReferenceEvent], cut: Int, _ end: ReferenceMatcher.End) throws -> Outcome {
        guard let before = RuleSetCompiler.compile([old]).program, let after = RuleSetCompiler.compile([new]).program else {
            throw EngineSubject.Refused()
        }
        var outcome = Outcome()
        let first = Shard(before, rules: 0..<1)
        first.trackChanges()
        for (index, event) in events[..<cut].enumerated() {
            EngineSubject.EventMemory(event, before).withView { first.process($0, sequence: UInt64(index + 1) * Engine.sequenceStep) }
        }
        let codec = SnapshotCodec(before.schema)
        var records: [[UInt8]] = []
        first.drainChanges(epoch: 1, codec: codec) { _, _ in
        } write: { _, _, bytes in
            records.append(Array(bytes))
        }

        if let mutation {
            var random = SeededGenerator(seed: mutation)
            for record in records.indices {
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    records[record][Int.random(in: 0..<records[record].count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
            }
        }
        let newCodec = SnapshotCodec(after.schema, names: codec.names)
        let shards = (0..<workers).map { Shard(after, rules: 0..<1, share: WorkerShare(index: $0, count: workers)) }
        for shard in shards { shard.resume(at: first.clock) }
        try restore(records, before, after, newCodec, shards, &outcome)

        let sequencer = AlertSequencer(after)
        var pool = DecisionPool()
        for (index, event) in events.enumerated().dropFirst(cut) {
            let sequence = UInt64(index + 1) * Engine.sequenceStep
            for shard in shards { EngineSubject.EventMemory(event, after).withView { shard.process($0, sequence: sequence) } }
        }
        for shard in shards {
            switch end {
            case .flush: shard.finish()
            case .watermark(let time): shard.advance(to: time)
            }
            pool.add(shard.takeDecisions())
        }
        sequencer.take(pool.take(through: BatchEnd(clock: .max, sequence: .max, isFinal: true)))
        outcome.matches = sequencer.takeAlerts().map { EngineSubject.reference($0, after) }
        return outcome
    }

    private func restore(
        _ records: [[UInt8]], _ before: EngineProgram, _ after: EngineProgram, _ codec: SnapshotCodec, _ shards: [Shard],
        _ outcome: inout Outcome
    ) throws {
        // By way of their lines, as a store has them.
        let shape = RuleShape(before.rules[0], schema: before.schema)
        guard let stored = RuleShape(fields: shape.fields), stored == shape else { throw EngineSubject.Refused() }
        let layouts = (old: RuleLayout(before.rules[0]), new: RuleLayout(after.rules[0]))
        let mapping = PatternMapping(from: layouts.old, stored, to: layouts.new, RuleShape(after.rules[0], schema: after.schema))
        outcome.hasMapping = mapping != nil
        for record in records {
            let key = try record.withUnsafeBytes { try SnapshotInspector.inspect($0, layout: layouts.old, names: codec.names) }
            for attempt in key.attempts {
                let threads = attempt.threads.map { (length: key.bound(by: $0).bindings.count, isUntouched: $0.isUntouched) }
                outcome.open[Self.start(of: attempt, in: key)] = threads
            }
            guard let mapped = try record.withUnsafeBytes({ try mapping?.map($0) }) else { continue }
            outcome.counts.kept += mapped.kept
            outcome.counts.dropped += mapped.dropped
            guard let bytes = mapped.bytes else { continue }
            try bytes.withUnsafeBytes { bytes in
                let key = try SnapshotInspector.inspect(bytes, layout: layouts.new, names: codec.names)
                for attempt in key.attempts { outcome.kept.insert(Self.start(of: attempt, in: key)) }
                let owner = Shard.owner(of: try Shard.keyText(of: bytes), rule: after.rules[0], count: workers)
                try shards[owner].restore(rule: 0, bytes: bytes, codec: codec, adaption: KeyAdaption(changesTimes: true, decode: nil))
            }
        }
    }

    private static func start(of attempt: KeyInspection.Attempt, in key: KeyInspection) -> Start {
        let event = key.events.first { $0.sequence == attempt.start }
        return Start(key: key.key, position: event.flatMap { Int(String(decoding: $0.raw, as: UTF8.self)) } ?? -1)
    }
}

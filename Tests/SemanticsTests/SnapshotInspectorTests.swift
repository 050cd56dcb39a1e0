import ReferenceMatcher
import RuleLanguage
import Testing

@testable import EventEngine

/// What the inspector reads of snapshots is what the engine holds, for random rules and streams.
@Suite struct SnapshotInspectorTests {
    @Test func everySnapshotIsReadAsTheEngineHoldsIt() async {
        var harness = DifferentialHarness { rule, events, end in
            try EngineSubject.run(rule, events, end) { engine, program in
                try Self.compare(engine, program)
                return engine
            }
        }
        harness.cases /= 10
        let report = await harness.run()
        print("inspector: seed \(harness.seed), \(report.compared) cases")
        #expect(report.failures.isEmpty, "\(report.failures.joined(separator: "\n"))")
        #expect(report.matching * 10 > report.compared)
    }

    /// Changed bytes are read or refused; an engine takes them or refuses them, and goes on.
    @Test func changedBytesAreReadOrRefused() async {
        var harness = DifferentialHarness { rule, events, end in
            try EngineSubject.run(rule, events, end) { engine, program in
                Self.mutate(engine, program)
                return engine
            }
        }
        harness.cases /= 40
        let report = await harness.run()
        print("mutated snapshots: seed \(harness.seed), \(report.compared) cases")
        #expect(report.failures.isEmpty, "\(report.failures.joined(separator: "\n"))")
    }

    private struct Difference: Error {
        var what: String
    }

    private static func compare(_ engine: Engine, _ program: EngineProgram) throws {
        let snapshot = engine.snapshot()
        let layout = RuleLayout(program.rules[0])
        guard RuleLayout(fields: layout.fields) == layout else { throw Difference(what: "layout") }
        let machine = engine.shard.machine(of: 0)
        let keys = machine.keys.sorted
        guard keys.count == snapshot.keys.count else { throw Difference(what: "keys") }
        for (key, saved) in zip(keys, snapshot.keys) {
            let inspection = try saved.bytes.withUnsafeBytes {
                try SnapshotInspector.inspect($0, layout: layout, names: snapshot.names)
            }
            try compare(inspection, key, machine)
            guard inspection.key.count == program.rules[0].keyWidth else { throw Difference(what: "key parts") }
        }
    }

    private static func compare(
        _ inspection: KeyInspection, _ key: UnsafeMutablePointer<KeyState>, _ machine: RuleMachine
    ) throws {
        func check(_ holds: Bool, _ what: String) throws { if !holds { throw Difference(what: what) } }
        try check((inspection.firstDeadline ?? .max) == key.pointee.deadline, "first deadline")
        try check((inspection.lastDeadline ?? .max) == machine.lastDeadline(of: key), "last deadline")
        try check((inspection.lag != nil) == (key.pointee.lag != nil), "lag")
        try check(inspection.attempts.count == Int(key.pointee.attemptCount), "attempts")
        var nextAttempt = key.pointee.first
        for attempt in inspection.attempts {
            guard let original = nextAttempt else { throw Difference(what: "attempts") }
            nextAttempt = original.pointee.next
            try check(attempt.start == original.pointee.start && attempt.startTime == original.pointee.startTime, "start")
            try check((attempt.deadline ?? .max) == original.pointee.deadline, "deadline of an attempt")
            var nextThread = original.pointee.threads
            for thread in attempt.threads {
                guard let original = nextThread else { throw Difference(what: "threads") }
                nextThread = original.pointee.next
                let kinds: [Thread.Kind: KeyInspection.ThreadKind] = [.live: .live, .candidate: .candidate, .timedOut: .timedOut]
                try check(thread.kind == kinds[original.pointee.kind], "kind")
                let bound = inspection.bound(by: thread).bindings
                try check(bound.count == Int(original.pointee.bindings.pointee.length), "number of bound events")
                var binding: UnsafeMutablePointer<Binding>? = original.pointee.bindings
                for last in bound.reversed() {
                    guard let original = binding else { throw Difference(what: "bindings") }
                    binding = original.pointee.previous
                    let event = inspection.events[last.event]
                    try check(event.raw.elementsEqual(original.pointee.event.header.raw), "raw event")
                    try check(event.time == original.pointee.event.header.time, "time of an event")
                    try check(event.sequence == original.pointee.event.sequence, "sequence of an event")
                    try check(last.variable == machine.program.variables[Int(original.pointee.variable)].name, "variable")
                }
                try check(binding == nil, "bindings")
                let left = inspection.bound(by: thread, limit: 1)
                try check(left.bindings == [bound[bound.count - 1]] && left.leftOut == bound.count - 1, "last bound event")
            }
            try check(nextThread == nil, "threads")
            // The engine's deadline is the earliest at which anything awaited ends.
            let earliest = attempt.threads.flatMap(\.awaited).map { $0.expires ?? .max }.min() ?? .max
            try check(earliest == attempt.deadline ?? .max, "what is awaited until when")
        }
        try check(nextAttempt == nil, "attempts")
    }

    private static func mutate(_ engine: Engine, _ program: EngineProgram) {
        let snapshot = engine.snapshot()
        let layout = RuleLayout(program.rules[0])
        var random = SeededGenerator(seed: UInt64(snapshot.keys.reduce(snapshot.keys.count) { $0 + $1.bytes.count }))
        for key in snapshot.keys {
            for _ in 0..<8 {
                var bytes = key.bytes
                for _ in 0...Int.random(in: 0..<3, using: &random) {
                    let index = Int.random(in: bytes.indices, using: &random)
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                    case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                    case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
                    default: bytes.remove(at: index)
                    }
                    if bytes.isEmpty { break }
                }
                bytes[0] = UInt8.random(in: 0..<8, using: &random) == 0 ? 1 : bytes[0]
                _ = bytes.withUnsafeBytes { bytes in
                    Result { () throws(SnapshotError) in
                        let inspection = try SnapshotInspector.inspect(bytes, layout: layout, names: snapshot.names)
                        for attempt in inspection.attempts {
                            for thread in attempt.threads { _ = inspection.bound(by: thread, limit: 4) }
                        }
                    }
                }
                var changed = snapshot
                changed.keys = [Engine.KeySnapshot(rule: key.rule, logicHash: key.logicHash, bytes: bytes)]
                let other = Engine(program)
                if (try? other.restore(changed)) != nil {
                    other.advance(to: engine.shard.clock.addingSaturated(3))
                    other.finish()
                    _ = other.takeMatches()
                }
            }
        }
    }
}

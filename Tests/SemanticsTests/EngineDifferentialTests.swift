import EventEngine
import ReferenceMatcher
import RuleLanguage
import Testing

/// The engine against the naive reference matcher, over random rules and streams.
@Suite struct EngineDifferentialTests {
    @Test func engineAgreesWithTheReference() async {
        let harness = DifferentialHarness { rule, events, end in
            try EngineSubject.run(rule, events, end, after: { Self.check($0, rule, end) })
        }
        let report = await harness.run()
        print("engine against reference: seed \(harness.seed), \(report.compared) cases, \(report.matching) with matches")
        #expect(report.failures.isEmpty, "\(report.failures.joined(separator: "\n"))")
        #expect(report.matching * 10 > report.compared)
    }

    /// Every attempt that began is open or was ended by one thing; at the end of the input none is open whose time is bounded.
    private static func check(_ statistics: RuleStatistics, _ rule: Rule, _ end: ReferenceMatcher.End) {
        let ends = statistics.ends
        #expect(ends.total <= statistics.attempts)
        if case .flush = end, rule.within != nil { #expect(ends.total == statistics.attempts) }
        // Where an attempt has one match at most; a rule that remembers nothing begins none.
        if rule.emit != .all, statistics.attempts > 0 { #expect(ends[.match] == statistics.matches) }
        if rule.emit == .all && rule.skip == .none { #expect(ends[.skip] == 0) }
    }

    @Test func snapshotAndRestoreAtEveryEventChangeNothing() async {
        var harness = DifferentialHarness { rule, events, end in
            try EngineSubject.run(rule, events, end) { engine, program in
                let restored = Engine(program)
                let leftOut = try restored.restore(engine.snapshot())
                #expect(leftOut == 0)
                return restored
            }
        }
        harness.cases /= 10
        let report = await harness.run()
        print("snapshot and restore: seed \(harness.seed), \(report.compared) cases, \(report.matching) with matches")
        #expect(report.failures.isEmpty, "\(report.failures.joined(separator: "\n"))")
        #expect(report.matching * 10 > report.compared)
    }

    @Test(arguments: [1, 3]) func workersEvictionAndLateFetchesChangeNothing(workers: Int) async {
        var harness = DifferentialHarness { rule, events, end in
            try ShardSubject(workers: workers, seed: UInt64(events.count)).run(rule, events, end)
        }
        harness.cases /= 10
        let report = await harness.run()
        print("\(workers) workers with eviction: seed \(harness.seed), \(report.compared) cases, \(report.matching) with matches")
        #expect(report.failures.isEmpty, "\(report.failures.joined(separator: "\n"))")
        #expect(report.matching * 10 > report.compared)
    }
}

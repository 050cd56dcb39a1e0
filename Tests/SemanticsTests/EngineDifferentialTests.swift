import EventEngine
import ReferenceMatcher
import RuleLanguage
import Testing

/// The engine against the naive reference matcher, over random rules and streams.
@Suite struct EngineDifferentialTests {
    @Test func engineAgreesWithTheReference() async {
        let harness = DifferentialHarness { rule, events, end in try EngineSubject.run(rule, events, end) }
        let report = await harness.run()
        print("engine against reference: seed \(harness.seed), \(report.compared) cases, \(report.matching) with matches")
        #expect(report.failures.isEmpty, "\(report.failures.joined(separator: "\n"))")
        #expect(report.matching * 10 > report.compared)
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
}

import EngineService
import EventEngine
import Foundation
import PatternCompiler
import ReferenceMatcher
import RuleLanguage
import Testing

/// The whole way against the reference: the rule as YAML text, the events as NDJSON that arrives out of order, matches as lines.
@Suite struct PipelineDifferentialTests {
    /// Epoch nanoseconds, so that the times of the generator read as such.
    private static let base: Int64 = 1_700_000_000_000_000_000

    @Test func replayOfTextAgreesWithTheReference() throws {
        let environment = ProcessInfo.processInfo.environment
        let cases = max(1, (environment["FLUXCORE_CASES"].flatMap { Int($0) } ?? 100_000) / 100)
        let seed = environment["FLUXCORE_SEED"].flatMap { UInt64($0) } ?? DifferentialHarness.fixedSeed
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fluxcore-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var compared = 0
        var matching = 0
        for index in 0..<cases {
            let caseSeed = seed &+ UInt64(index)
            var random = SeededGenerator(seed: caseSeed)
            let (rule, unshifted, _) = DifferentialHarness.makeCase(seed: caseSeed)
            let events = unshifted.map { event in
                var event = event
                event.time += Self.base
                event.stream = "s"
                return event
            }
            let expected = ReferenceMatcher.run(rule, events, sizeLimit: 300)
            if expected.isTooLarge { continue }
            let lateness = Int64.random(in: 0...5, using: &random) * 1_000_000_000
            let arrival = RandomStream.arrival(of: events, lateness: lateness, &random)
            guard let actual = try replay(rule, arrival, lateness: lateness, folder) else { continue }
            compared += 1
            if !expected.matches.isEmpty { matching += 1 }
            let isSame = DifferentialHarness.isSame(expected.matches, actual)
            let case_ = "FLUXCORE_SEED=\(caseSeed) FLUXCORE_CASES=100\n\(RulePrinter.yaml(rule))---\n\(RulePrinter.ndjson(arrival))"
            #expect(isSame, "\(case_)--- reference\n\(expected.matches)\n--- replay\n\(actual)")
            if !isSame { break }
        }
        print("replay against reference: seed \(seed), \(compared) cases, \(matching) with matches")
        #expect(cases < 100 || matching * 10 > cases && compared * 3 > cases)
    }

    /// Nil for a random rule that asks for what can never be bound, or links a negation that may stand at the start in a way that means
    /// nothing there: the reference has an answer to that, the checker refuses it.
    private func replay(_ rule: Rule, _ events: [ReferenceEvent], lateness: Int64, _ folder: URL) throws -> [ReferenceMatch]? {
        let set = RuleLoader.load(text: RulePrinter.yaml(rule), path: "random.yaml")
        let errors = set.diagnostics.filter { $0.severity == .error }
        let refused: Set<DiagnosticCode> = [.notBoundYet, .invalidGap, .misplacedNegation]
        if !errors.isEmpty && errors.allSatisfy({ refused.contains($0.code) }) { return nil }
        #expect(errors.isEmpty, "\(DiagnosticRenderer().text(errors))")
        let program = try #require(RuleSetCompiler.compile(set.rules).program)
        let input = folder.appendingPathComponent("events.ndjson")
        let output = folder.appendingPathComponent("matches.ndjson")
        try RulePrinter.ndjson(events).write(to: input, atomically: true, encoding: .utf8)
        var options = Replay.Options(streams: [(name: "s", files: [input.path])])
        options.input.timeFields = ["ts"]
        options.input.lateness = lateness
        options.output = output.path
        let summary = try Replay(program, options: options).run()
        #expect(summary.input.late == 0 && summary.input.malformed == 0)
        return try String(contentsOf: output, encoding: .utf8).split(separator: "\n").map { try match(String($0), rule) }
    }

    /// A line of output as the reference writes a match.
    private func match(_ line: String, _ rule: Rule) throws -> ReferenceMatch {
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let events = try #require(object["events"] as? [[String: Any]])
        let bound = try events.map { entry in
            let event = try #require(entry["event"] as? [String: Any])
            return ReferenceMatch.Bound(name: try #require(entry["name"] as? String), position: try #require(event["position"] as? Int))
        }
        let first = try #require(bound.first)
        let definition = try #require(rule.events.first { $0.name == first.name })
        let keyObject = object["key"] as? [String: Any] ?? [:]
        let key: [String?] = definition.key.map { part in
            guard let value = keyObject[part.path.text], !(value is NSNull) else { return nil }
            return "\(value)"
        }
        func time(_ name: String) throws -> Int64 {
            let text = try #require(object[name] as? String)
            return try #require(Timestamp.parse(text))
        }
        return ReferenceMatch(
            kind: object["kind"] as? String == "timeout" ? .timeout : .match, key: key, events: bound, start: try time("start"),
            end: try time("end"))
    }
}

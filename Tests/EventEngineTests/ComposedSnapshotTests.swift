import EventEngine
import PatternCompiler
import RuleLanguage
import Testing

/// Rules that read matches, over snapshots: a match that a deadline decides becomes an event behind all that were before it.
@Suite struct ComposedSnapshotTests {
    private static let rules = """
        rule: quiet
        from: auth
        by: user
        events: { ok: outcome == "success", bad: outcome == "failure" }
        pattern: ok -> !bad for 30s
        within: 1h
        ---
        rule: three.quiet
        from: matches
        events: { q: rule == "quiet" }
        pattern: q{3}
        within: 1h
        select: { users: distinct(q.key.user) }
        """

    @Test func matchesKeepTheirOrderOverASnapshotAtAnyTime() throws {
        let program = try #require(RuleSetCompiler.compile(RuleLoader.load(text: Self.rules, path: "rules.yaml").rules).program)
        func run(restoring: Bool) throws -> [String] {
            var engine = Engine(program)
            var matches: [String] = []
            func step(_ body: (Engine) -> Void) throws {
                body(engine)
                matches += engine.takeMatches().map { SnapshotSample.text(of: $0, program) }
                guard restoring else { return }
                let snapshot = engine.snapshot()
                engine = Engine(program)
                #expect(try engine.restore(snapshot) == 0)
            }
            for (second, user) in ["bob", "ann", "zoë"].enumerated() {
                let time = SnapshotSample.start + Int64(second) * 1_000_000_000
                let event = SnapshotSample.SampleEvent(
                    time: time, offset: UInt64(second), stream: "auth", fields: [("user", .text(user)), ("outcome", .text("success"))])
                try step { SnapshotSample.process(event, by: $0) }
            }
            for second in 31..<36 as Range<Int64> {
                try step { $0.advance(to: SnapshotSample.start + second * 1_000_000_000) }
            }
            return matches
        }
        let undisturbed = try run(restoring: false)
        #expect(undisturbed.count == 4 && undisturbed.last?.hasPrefix("three.quiet match") == true)
        #expect(try run(restoring: true) == undisturbed)
    }
}

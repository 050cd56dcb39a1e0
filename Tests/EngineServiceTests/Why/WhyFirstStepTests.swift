import EngineService
import Testing

/// Events that nearly began an attempt.
@Suite struct WhyFirstStepTests {
    private static let events = "  a: type == \"a\" and n >= 5\n  b: type == \"b\"\n  c: type == \"c\" and n >= 5"

    @Test func thePartThatFails() throws {
        let scenario = try WhyScenario("a -> b", events: Self.events)
        #expect(
            try scenario.misses("a1 n=4;d2") == ["  1  a would have begun an attempt: this event did not fit, n >= 5: 4"])
        #expect(try scenario.text("a1 n=4;d2").contains("     true  type == \"a\": \"a\"\n     false n >= 5: 4\n"))
        #expect(
            try scenario.verdict("a1 n=4;d2").hasSuffix(
                "with which an attempt begins; the nearest event for a, s.ndjson:1 at 00:01Z, did not fit, n >= 5: 4."))
    }

    @Test func withoutAKey() throws {
        let scenario = try WhyScenario("a -> b", events: Self.events)
        #expect(
            try scenario.verdict("a1 n=4 k=7;d2 n=9", key: nil) == """
                r did not fire; no event satisfied `a`, with which an attempt begins; the nearest event of k "7" for a, s.ndjson:1 \
                at 00:01Z, did not fit, n >= 5: 4.
                """)
        // Where attempts began, keys without any are no answer.
        #expect(try scenario.report("a1 n=4 k=7;a2 n=5", key: nil).keys.map { $0.parts.first?.value } == ["1"])
        #expect(try scenario.report("a1 n=5;b2;a3 n=4 k=7", key: nil).keys.map { $0.parts.first?.value } == ["1"])
    }

    /// What an attempt missed comes first, and what was taken, or is of another name, is no near miss of the first step.
    @Test func theyRankBehindTheRest() throws {
        let scenario = try WhyScenario("a -> b -> b -> b | c", events: Self.events)
        #expect(try scenario.report("a1 n=5;c2 n=4").keys.first?.nearMisses.map(\.name) == ["b", "c"])
        #expect(try WhyScenario("a -> c", events: Self.events).misses("a1 n=5;c2 n=5").isEmpty)
    }

    @Test func onlySomeAreKept() throws {
        let many = (1...200).map { "a\($0) n=4" }.joined(separator: ";")
        #expect(try WhyScenario("a -> b", events: Self.events).report(many).keys.first?.nearMisses.count == 5)
    }
}

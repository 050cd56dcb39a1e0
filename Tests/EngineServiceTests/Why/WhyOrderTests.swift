import EngineService
import EventEngine
import Testing

/// Events that would have fitted at another time: late ones, those that came first, and those that came when all was over.
@Suite struct WhyOrderTests {
    private static let late = "was left out"

    /// In order a late event would be no use where it stands before what is bound.
    @Test func lateIsNotBlamedForWhatComesBefore() throws {
        #expect(
            try WhyScenario("a -> b").misses("a10;b5") == ["  1  attempt 1 awaited b: this event came 5s before a"])
        #expect(
            try WhyScenario("a -> b -> c").misses("a10;b20;c15") == ["  1  attempt 1 awaited c: this event came 5s before b"])
    }

    /// At one time what stands further behind in its file comes later.
    @Test func equalTimesKeepTheirOrder() throws {
        #expect(
            try WhyScenario("a -> b").misses("a10;d20;b10").first
                == "  1  attempt 1 awaited b: this event came late, 10s behind the newest event, and was left out")
    }

    @Test func attemptsThatEndedBeforeTheLateLineCame() throws {
        #expect(
            try WhyScenario("a ->[<= 3s] b").misses("a5;d20 k=2;b6") == [
                "  1  attempt 1 awaited b: this event came late, 14s behind the newest event, and was left out"
            ])
        #expect(
            try WhyScenario("a -> b", "within: 3s").verdict("a5;d20;b25;b6").hasSuffix(
                "the nearest event for b, s.ndjson:4 at 00:06Z, came late, 19s behind the newest event, and was left out."))
        #expect(
            try WhyScenario("a -> !c -> b").misses("a10;c20;b15").first
                == "  1  attempt 1 awaited b: this event came late, 5s behind the newest event, and was left out")
        #expect(try WhyScenario("a -> !c -> b").misses("a10;c20;d30;b25").contains { $0.hasSuffix(Self.late) } == false)
    }

    /// Where a loop counts, a late event is as good between the others.
    @Test func lateEventsOfALoop() throws {
        #expect(
            try WhyScenario("a{3}", "within: 30s").misses("a10;a20;a15;d60").contains(
                "  1  attempt 1 awaited a: this event came late, 5s behind the newest event, and was left out"))
    }

    @Test func reversedOrder() throws {
        #expect(try WhyScenario("a -> b").misses("b5;a10") == ["  1  attempt 1 awaited b: this event came 5s before a"])
        #expect(
            try WhyScenario("a -> b").verdict("b5;a10;d90").hasSuffix("the nearest event for b, s.ndjson:1 at 00:05Z, came 5s before a."))
        #expect(try WhyScenario("a -> b -> c").misses("a5;c10;b15").first == "  1  attempt 1 awaited c: this event came 5s before b")
        // Too far away, of other values, bound by another attempt, or before a match.
        #expect(try WhyScenario("a -> b", "within: 3s").misses("b5;a10;d90").allSatisfy { !$0.contains("before") })
        #expect(try WhyScenario("a -> b").misses("a1;b2;a3").isEmpty)
        #expect(try WhyScenario("a -> b").misses("b1;a2;b3;a4").isEmpty)
        let events = "  a: type == \"a\"\n  b: type == \"b\" and u == a.u"
        #expect(
            try WhyScenario("a -> b", events: events).misses("b4 u=1;b5 u=2;a10 u=1") == [
                "  1  attempt 1 awaited b: this event came 6s before a"
            ])
        var json = ByteBuffer()
        try WhyScenario("a -> b").report("b5;a10").appendJSON(to: &json)
        #expect(json.text.contains(#""reason":"before","before":"a","by":5000000000,"event":{"time":"1970-01-01T00:00:05Z""#))
    }

    @Test func whatComesBehindABrokenNegation() throws {
        #expect(
            try WhyScenario("a -> !c -> b").misses("a10;c20;b30") == [
                "  1  attempt 1 awaited b: this event would have fitted, but !c was broken at 00:20Z, s.ndjson:2"
            ])
        #expect(
            try WhyScenario("a -> !c -> b").verdict("a10;c20;b30").hasSuffix(
                "but !c was broken at 00:20Z, s.ndjson:2; the nearest event for b, s.ndjson:3 at 00:30Z, would have fitted, but !c was broken "
                    + "at 00:20Z, s.ndjson:2."))
        #expect(try WhyScenario("a -> !c -> b").misses("a10;c20;b90").isEmpty)
        var json = ByteBuffer()
        try WhyScenario("a -> !c -> b").report("a10;c20;b30").appendJSON(to: &json)
        #expect(json.text.contains(#""reason":"ended","end":{"cause":"negation","name":"c","event":{"time":"1970-01-01T00:00:20Z""#))
        #expect(json.text.contains(#""line":2"#))
    }

    @Test func whatComesBehindUntilAndTheNextEvent() throws {
        #expect(
            try WhyScenario("a -> b", "within: 1m\nuntil: d").misses("a10;d20;b30") == [
                "  1  attempt 1 awaited b: this event would have fitted, but until d had ended the attempt at 00:20Z, s.ndjson:2"
            ])
        #expect(
            try WhyScenario("(a -> b until d) -> c").misses("a10;d20;b30") == [
                "  1  attempt 1 awaited b: this event would have fitted, but until d had ended the group at 00:20Z, s.ndjson:2"
            ])
        #expect(
            try WhyScenario("a , b").misses("a10;d20;b30") == [
                "  1  attempt 1 awaited b: this event would have fitted, but it is not the next event, as `, b` asks: s.ndjson:2 came before it"
            ])
    }

    /// `,` wanted this very event: what kept it from fitting is what matters.
    @Test func theNextEventNearlyFits() throws {
        let events = "  a: type == \"a\"\n  b: type == \"b\" and n > 3"
        #expect(
            try WhyScenario("a , b", events: events).misses("a10;b20 n=1") == [
                "  1  attempt 1 awaited b: this event did not fit, n > 3: 1"
            ])
    }
}

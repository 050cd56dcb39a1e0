import EngineService
import EventEngine
import Testing

/// Attempts that were complete, refused, and went on.
@Suite struct WhyRefusalTests {
    private static let distinct = "a{3,}"
    private static let distinctLines = "within: 1m\nhaving: distinct(a.h) >= 3"
    private static let four = "a5 h=1;a10 h=1;a15 h=2;a17 h=2;d200"

    @Test func theVerdictNamesHaving() throws {
        #expect(
            try WhyScenario(Self.distinct, Self.distinctLines).verdict(Self.four) == """
                r did not fire for k "1"; of 4 attempts the furthest bound a × 4 and was complete 2 times, the last at 00:17Z, but `having` \
                is false: distinct(a.h) >= 3: 2, and then within 1m ended at 01:05Z.
                """)
        #expect(
            try WhyScenario(Self.distinct, Self.distinctLines + "\nemit: final").verdict(Self.four).contains(
                "was complete 2 times, the last at 00:17Z, but `having` is false: distinct(a.h) >= 3: 2"))
        #expect(
            try WhyScenario("a ->> b", "within: 1m\nhaving: b.n > 3").verdict("a5;b10 n=1;b15 n=2;d17;d200") == """
                r did not fire for k "1"; its one attempt bound a, b and was complete 2 times, the last at 00:15Z, but `having` is false: \
                b.n > 3: 2, and then within 1m ended at 01:05Z.
                """)
    }

    @Test func theAttemptKeepsIt() throws {
        let scenario = try WhyScenario("a ->> b", "within: 1m\nhaving: b.n > 3")
        #expect(
            try scenario.ends("a5;b10 n=1;b15 n=2;d17;d200") == [
                "was complete at 00:15Z with a, b, the last of 2 times, but `having` is false", "false b.n > 3: 2",
                "ended by within at 01:05Z, 1m after its first event",
            ])
        var json = ByteBuffer()
        try scenario.report("a5;b10 n=1;b15 n=2;d17;d200").appendJSON(to: &json)
        let wanted = #""refusal":{"cause":"having","conditions":[{"text":"b.n > 3","true":false,"values":[{"text":"b.n","value":2}]}],"#
        #expect(json.text.contains(wanted + #""at":"1970-01-01T00:00:15Z","count":2,"bound":[{"name":"a""#))
    }

    /// What matched after all was refused by nothing that matters, nor what a match took the event from.
    @Test func whatMatchedIsNotRefused() throws {
        let ends = try WhyScenario(Self.distinct, Self.distinctLines).ends("a5 h=1;a10 h=1;a15 h=2;a17 h=3")
        #expect(!ends.contains { $0.hasPrefix("was complete") })
    }

    @Test func absencesAndWhatMustNotComeBefore() throws {
        #expect(
            try WhyScenario("a -> !c for 5s", "within: 1m\nhaving: a.n > 3").verdict("a5 n=1;d200") == """
                r did not fire for k "1"; its one attempt bound a and was complete at 00:10Z, but `having` is false: a.n > 3: 1.
                """)
        #expect(
            try WhyScenario("!c -> a ->> b").verdict("c1;a3;b4;d200").contains(
                "bound a, b and was complete at 00:04Z, but c had come before it, at 00:01Z, and then within 1m ended"))
    }

    /// An attempt that was complete is nearer than one that only needs one event more.
    @Test func itCameFurthest() throws {
        let attempts = try WhyScenario("a ->> b", "within: 10s\nhaving: b.n > 3").report("a5;b6 n=1;a20;a21;d40", limit: 1).keys.first?
            .shown
        #expect(attempts?.map(\.number) == [1])
    }
}

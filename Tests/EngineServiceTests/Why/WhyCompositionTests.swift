import EngineService
import EventEngine
import Testing

/// Rules that read the matches of others.
@Suite struct WhyCompositionTests {
    private static let feeder = """
        rule: first
        by: k
        events:
          a: type == "a"
        pattern: a{2}
        within: 10s
        select: { n: count(a) }
        """
    private static let rule = """
        rule: r
        from: { m: matches, b: s }
        by: { m: key.k, b: k }
        events:
          m: rule in ("first", "quiet") and select.n == 2
          b: type == "b"
        pattern: m -> b
        within: 10s
        """

    private static func scenario(_ documents: String...) throws -> WhyScenario {
        try WhyScenario(yaml: documents.joined(separator: "\n---\n") + "\n")
    }

    private static let quiet = feeder.replacing("rule: first", with: "rule: quiet\nmode: shadow")
    private static let other = feeder.replacing("rule: first", with: "rule: other")

    @Test func rulesThatReadMatches() throws {
        let scenario = try Self.scenario(Self.feeder, Self.rule)
        #expect(
            try scenario.verdict("a1;a2;b14") == """
                r did not fire for key.k "1"; its one attempt bound m and needed 1 event more, but within 10s ended at 00:12Z; \
                the nearest event for b, s.ndjson:3 at 00:14Z, came 2s after within had ended.
                """)
        #expect(try scenario.report("a1;a2;b4").matches == 1)
    }

    @Test func whoFeedsItIsTold() throws {
        #expect(
            try Self.scenario(Self.feeder, Self.rule, Self.quiet, Self.other).verdict("a1;b14", key: nil) == """
                r did not fire; no match of another rule came: it is fed by first, which did not fire; quiet, whose matches `mode: shadow` \
                keeps back; no event satisfied `m`, with which an attempt begins.
                """)
        #expect(
            try Self.scenario(Self.rule, Self.other).verdict("a1;b14", key: nil) == """
                r did not fire; there is no rule whose matches it could use; no event satisfied `m`, with which an attempt begins.
                """)
        let only = try Self.scenario(Self.feeder, Self.rule.replacing("{ m: matches, b: s }", with: "matches\nwhere: rule == \"first\""))
        #expect(
            try only.verdict("a1;b14", key: nil) == """
                r did not fire; no match of another rule came: it is fed by first, which did not fire; no event satisfied `m`, with which an \
                attempt begins.
                """)
    }

    /// Matches are no events of the files, and the rule makes nothing of its own.
    @Test func matchesAreCountedApart() throws {
        let scenario = try Self.scenario(Self.feeder, Self.rule, Self.other)
        let text = try scenario.text("a1;a2;b4;a20;a21;d40", key: nil)
        #expect(
            text.contains(
                """
                read     6 events, 0 late, 0 malformed
                seen     6 of s, 4 matches of other rules, 10 with a key
                fed by   first, which fired 2 times

                """), "\(text)")
        let report = try scenario.report("a1;a2;b4", key: nil)
        #expect(report.funnel.matches == 2 && report.funnel.ofStream == 3)
        #expect(report.feeders?.map(\.rule) == ["first"] && report.feeders?.map(\.matches) == [1])
    }

    @Test func matchesAreNamed() throws {
        let scenario = try Self.scenario(Self.feeder, Self.rule)
        let text = try scenario.text("a1;a2;b14")
        #expect(text.contains("    m  00:02Z  match ID of first  {\"rule\":\"first\","), "\(text)")
        let report = try scenario.report("a1;a2;b14")
        let origin = try #require(report.keys.first?.shown.first?.start.event.origin)
        #expect(origin.rule == "first" && origin.match.count == 32)
        var json = ByteBuffer()
        report.appendJSON(to: &json)
        #expect(json.text.contains("\"match\":{\"rule\":\"first\",\"id\":\"\(origin.match)\"}"))
    }
}

import EngineService
import Testing

/// The sentence that stands first.
@Suite struct WhyVerdictTests {
    @Test func whereTheFunnelEnds() throws {
        let scenario = try WhyScenario("a -> b", "within: 1m\nwhere: v > 3")
        #expect(try scenario.verdict("") == "r did not fire for k \"1\"; the input has no event.")
        #expect(try scenario.verdict("a1 v=2;b2 v=1") == "r did not fire for k \"1\"; none of 2 events passed `where`.")
        #expect(
            try scenario.verdict("a1 v=5 k=null;b2 v=5 k=[]") == "r did not fire for k \"1\"; none of 2 events has a key, which is `k`.")
        #expect(try scenario.verdict("a1 v=5 k=2;b2 v=5 k=2") == "r did not fire for k \"1\"; none of 2 events has that key.")
        #expect(
            try scenario.verdict("c1 v=5;d2 v=5") == "r did not fire for k \"1\"; no event satisfied `a`, with which an attempt begins.")
        #expect(
            try WhyScenario("!c for 5s -> a").verdict("c1;a3")
                == "r did not fire for k \"1\"; no attempt began: a at 00:03Z came within 5s of c.")
    }

    @Test func partsOfWhereAreCounted() throws {
        let scenario = try WhyScenario("a -> b", "within: 1m\nwhere: v > 3 and type != \"c\"")
        #expect(try scenario.text("a1 v=5;b2 v=1;c3 v=7").contains("\n`where`  1 of 3  v > 3: 2; type != \"c\": 2\n"))
    }

    @Test func howFarItCame() throws {
        #expect(
            try WhyScenario("a{3} -> b", "within: 10s").verdict("a1;a3;a14") == """
                r did not fire for k "1"; of 3 attempts the furthest bound a × 2 and needed 2 events more, but within 10s ended at 00:11Z; \
                the nearest event for a, s.ndjson:3 at 00:14Z, came 3s after within had ended.
                """)
        #expect(
            try WhyScenario("a -> b").verdict("a1;c3") == """
                r did not fire for k "1"; its one attempt bound a and needed 1 event more, but it is open at the end of the input until 01:01Z; \
                no event satisfied `b`; the nearest event for b, s.ndjson:2 at 00:03Z, did not fit, type == "b": "c".
                """)
        #expect(
            try WhyScenario("a -> b", "within: 1m\nhaving: b.v > 3").verdict("a1;b3 v=2") == """
                r did not fire for k "1"; its one attempt bound a, b and was complete at 00:03Z, but `having` is false: b.v > 3: 2.
                """)
    }

    @Test func itFired() throws {
        let scenario = try WhyScenario("a -> b", "within: 1m\nsuppress: { by: [k], for: 1h }")
        #expect(try scenario.verdict("a1;b3;a5;b6") == "r fired 2 times for k \"1\", 1 of them held back by suppress.")
        #expect(
            try scenario.verdict("a1;b3;a5 k=2;a6 k=3", key: nil) == """
                r fired 1 time for 1 key; the nearest other key is k "2", whose one attempt bound a and needed 1 event more, but it is open \
                at the end of the input until 01:05Z.
                """)
    }

    /// However few attempts are shown, all that `suppress` held back are counted.
    @Test func heldBackMatchesAreCounted() throws {
        let scenario = try WhyScenario("a", "suppress: { by: [k], for: 1h }")
        let twenty = (1...20).map { "a\($0)" }.joined(separator: ";")
        #expect(try scenario.verdict(twenty) == "r fired 20 times for k \"1\", 19 of them held back by suppress.")
        #expect(try scenario.verdict(twenty, key: nil) == "r fired 20 times for 1 key, 19 of them held back by suppress.")
        let report = try scenario.report(twenty + ";a30 k=2;a31 k=2", limit: 1)
        #expect(report.keys.map(\.suppressed) == [19] && report.suppressed == 20)
        #expect(report.text.contains("key k \"1\": 20 attempts (20 matched); suppress held back 19 of 20 matches;"))
    }

    @Test func aShadowRuleAlertsNobody() throws {
        let scenario = try WhyScenario("a", "mode: shadow")
        #expect(try scenario.verdict("a1") == "r fired 1 time for k \"1\", but is `mode: shadow`, so it alerts nobody.")
        #expect(try scenario.verdict("a1", key: nil) == "r fired 1 time for 1 key, but is `mode: shadow`, so it alerts nobody.")
        #expect(try scenario.text("b1").contains("\nrule     r: a (mode: shadow, so it alerts nobody)\n"))
    }

    @Test func withoutKeys() throws {
        let scenario = try WhyScenario(yaml: "rule: r\nevents:\n  a: type == \"a\"\n  b: type == \"b\"\npattern: a -> b\nwithin: 5s\n")
        #expect(
            try scenario.text("a1;b9", key: nil) == """
                r did not fire; its one attempt bound a and needed 1 event more, but within 5s ended at 00:06Z; the nearest event for b, \
                s.ndjson:2 at 00:09Z, came 3s after within had ended.

                rule     r: a -> b within 5s
                read     2 events, 0 late, 0 malformed
                of them  2 of the rule's streams
                a        1 of 2  type == "a"
                b        1 of 2  type == "b"

                attempts: 1 attempt (1 ended by within)
                  attempt 1, begun by a at 00:01Z
                    a  00:01Z  s.ndjson:1  {"ts":1,"type":"a","k":1}
                    awaited -> b, until 00:06Z
                    ended by within at 00:06Z, 5s after its first event

                near misses, the nearest first
                  1  attempt 1 awaited b: this event came 3s after within had ended
                     00:09Z  s.ndjson:2  {"ts":9,"type":"b","k":1}

                """)
    }
}

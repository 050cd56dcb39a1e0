import EngineService
import Testing

/// Each way in which an attempt ends, as people read it.
@Suite struct WhyEndTests {
    @Test func matches() throws {
        #expect(try WhyScenario("a -> b").ends("a1;b3") == ["matched at 00:03Z: ID"])
        #expect(
            try WhyScenario("a -> b", "within: 1m\nsuppress: { by: [k], for: 1h }").ends("a1;b3;a5;b6") == [
                "matched at 00:03Z: ID", "matched at 00:06Z: ID; suppress held it back until 1970-01-01T01:00:03Z",
            ])
        #expect(try WhyScenario("a -> !c for 5s").ends("a1;d2") == ["matched at 00:06Z: ID"])
        #expect(
            try WhyScenario("a{2,}", "within: 5s\nemit: final").ends("a1;a3") == [
                "matched at 00:03Z: ID", "dropped by skip after match ID",
            ])
    }

    @Test func time() throws {
        #expect(try WhyScenario("a -> b", "within: 5s").ends("a1;b9") == ["ended by within at 00:06Z, 5s after its first event"])
        #expect(
            try WhyScenario("a -> b", "within: 5s\ntimeout: emit").ends("a1;b9") == [
                "ended by within at 00:06Z, 5s after its first event; put out as timeout ID"
            ])
        #expect(try WhyScenario("a ->[<= 2s] b").ends("a1;b9") == ["ended by a gap at 00:03Z, 2s after its last event"])
        #expect(
            try WhyScenario("(a -> b within 3s) -> c").ends("a1;d9") == [
                "ended by within of a group at 00:04Z, 3s after the group's first event"
            ])
        #expect(try WhyScenario("a -> b").ends("a1;d9") == ["is open at the end of the input, until 01:01Z"])
        #expect(try WhyScenario("a -> b", "limit: { attempts: 3 }").ends("a1;d9") == ["is open at the end of the input"])
    }

    /// Of a live stream nobody knows what comes; only the time that its clock has reached is over.
    @Test func theEndIsLeftOpen() throws {
        func ends(_ pattern: String, _ lines: String = "within: 5s", clock: Int64) throws -> [String] {
            try WhyScenario(pattern, lines).ends("a1;d2") { $0.end = .clock(clock * 1_000_000_000) }
        }
        #expect(try ends("a -> !c for 5s", "within: 1m", clock: 0) == ["is open at the end of the input, until 00:06Z"])
        #expect(try ends("a -> !c for 5s", "within: 1m", clock: 6) == ["is open at the end of the input, until 00:06Z"])
        #expect(try ends("a -> !c for 5s", "within: 1m", clock: 7) == ["matched at 00:06Z: ID"])
        #expect(try ends("a -> b", clock: 4) == ["is open at the end of the input, until 00:06Z"])
        #expect(try ends("a -> b", clock: 9) == ["ended by within at 00:06Z, 5s after its first event"])
        #expect(try ends("a+", "within: 5s\nemit: final", clock: 3) == ["is open at the end of the input, until 00:06Z"])
        #expect(try ends("a+", "within: 5s\nemit: final", clock: 9) == ["matched at 00:01Z: ID"])
    }

    @Test func events() throws {
        #expect(try WhyScenario("a -> !c -> b").ends("a1;c2;b3") == [#"ended by !c: 00:02Z  s.ndjson:2  {"ts":2,"type":"c","k":1}"#])
        #expect(try WhyScenario("a -> !c for 5s").ends("a1;c2") == [#"ended by !c: 00:02Z  s.ndjson:2  {"ts":2,"type":"c","k":1}"#])
        #expect(
            try WhyScenario("a , b").ends("a1;d2;b3") == [
                #"ended by the next event, which is not `, b`: 00:02Z  s.ndjson:2  {"ts":2,"type":"d","k":1}"#
            ])
        #expect(
            try WhyScenario("a -> b", "within: 1m\nuntil: d").ends("a1;d2;b3") == [
                #"ended by until, d: 00:02Z  s.ndjson:2  {"ts":2,"type":"d","k":1}"#
            ])
        #expect(
            try WhyScenario("(a -> b until d) -> c").ends("a1;d2;b3") == [
                #"ended by until of a group, d: 00:02Z  s.ndjson:2  {"ts":2,"type":"d","k":1}"#
            ])
    }

    @Test func policies() throws {
        #expect(try WhyScenario("a -> b").ends("a1;a2;b3") == ["matched at 00:03Z: ID", "dropped by skip after match ID"])
        #expect(
            try WhyScenario("a -> b", "within: 1m\nlimit: { attempts: 1 }").ends("a1;a2;b3") == [
                "dropped by limit: the key held 1 attempt", "matched at 00:03Z: ID",
            ])
        #expect(
            try WhyScenario("a -> b", "within: 1m\nlimit: { attempts: 1, when_full: drop_newest }").ends("a1;a2;b3") == [
                "matched at 00:03Z: ID", "the key held 1 attempt, as many as `limit` allows",
            ])
        #expect(
            try WhyScenario("a -> b", "within: 1m\nprefer: latest\nskip: none").ends("a1;a2;b3") == [
                #"replaced by a later one (prefer: latest) at 00:02Z  s.ndjson:2  {"ts":2,"type":"a","k":1}"#, "matched at 00:03Z: ID",
            ])
    }

    @Test func conditions() throws {
        #expect(
            try WhyScenario("a -> b", "within: 1m\nhaving: b.v > 3 and a.v == 1").ends("a1 v=1;b3 v=2") == [
                "was complete, but `having` is false", "false b.v > 3: 2",
            ])
        #expect(
            try WhyScenario("a", "having: v > 3").ends("a1 v=1") == ["was complete, but `having` is false", "false v > 3: 1"])
        #expect(
            try WhyScenario("!c for 5s -> a -> b").ends("c1;a3;b4") == [
                "c had come at 00:01Z, 2s before: no c may come in the 5s before it"
            ])
        #expect(try WhyScenario("!c -> a -> b").ends("c1;a3;b4") == ["was complete, but c had come before it, at 00:01Z"])
        #expect(
            try WhyScenario(
                "(a -> b until d) -> c", events: "  a: type in (\"a\", \"d\")\n  b: type == \"b\"\n  c: type == \"c\"\n  d: type == \"d\""
            )
            .ends("d1;b2") == ["it is also d, which ends the group that it would begin"])
    }

    @Test func anAttemptMayMatchMoreThanOnce() throws {
        let scenario = try WhyScenario("a ->> b", "within: 5s\nemit: all\nskip: none")
        #expect(try scenario.ends("a1;b2;b3;c9") == ["matched 2 times", "ended by within at 00:06Z, 5s after its first event"])
        #expect(try scenario.report("a1;b2;b3;c9").keys.first?.shown.map(\.matches) == [2])
        let loop = try WhyScenario("a -> b+", "within: 5s\nemit: all\nskip: to_next")
        #expect(try loop.ends("a1;b2;b3;c9") == ["matched at 00:02Z: ID"])
    }

    @Test func everyThreadIsShown() throws {
        let attempt = try #require(try WhyScenario("a -> b | a -> c").report("a1;d2").keys.first?.shown.first)
        #expect(attempt.threadCount == 2)
        #expect(attempt.threads.map { $0.awaits.map(\.step) } == [["-> b"], ["-> c"]])
    }
}

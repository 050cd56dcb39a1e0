import EngineService
import Testing

/// Each way in which an event nearly advances an attempt, as people read it.
@Suite struct WhyNearMissTests {
    private static let crossing = """
          a: type == "a"
          b: type == "b" and user == a.user and attempts >= 5
          c: type == "c"
        """

    @Test func partsOfThePredicate() throws {
        let scenario = try WhyScenario("a -> b", events: Self.crossing)
        let miss = #"  1  attempt 1 awaited b: this event did not fit, "#
        #expect(
            try scenario.misses(#"a1 user="alice";b2 user="bob" attempts=7"#) == [miss + #"user == a.user: "bob" is not "alice""#])
        #expect(try scenario.misses(#"a1 user="alice";b2 user="alice" attempts=3"#) == [miss + "attempts >= 5: 3"])
        #expect(
            try scenario.misses(#"a1 user="alice";b2 user="bob""#) == [miss + #"user == a.user: "bob" is not "alice" (and 1 more)"#])
        // The fewest false parts come first.
        #expect(
            try scenario.misses(#"a1 user="alice";c2;b3 user="bob";b4 user="alice" attempts=4"#) == [
                miss + "attempts >= 5: 4",
                #"  2  attempt 1 awaited b: this event did not fit, user == a.user: "bob" is not "alice" (and 1 more)"#,
                #"  3  attempt 1 awaited b: this event did not fit, type == "b": "c" (and 2 more)"#,
            ])
    }

    @Test func time() throws {
        #expect(
            try WhyScenario("a -> b", "within: 5s").misses("a1;b9") == [
                "  1  attempt 1 awaited b: this event came 3s after within had ended"
            ])
        #expect(
            try WhyScenario("a ->[<= 2s] b").misses("a1;b5") == ["  1  attempt 1 awaited b: this event came 2s after the gap had ended"])
        #expect(
            try WhyScenario("(a -> b within 3s) -> c").misses("a1;b5") == [
                "  1  attempt 1 awaited b: this event came 1s after within of the group had ended"
            ])
        #expect(
            try WhyScenario("a ->[>= 5s] b").misses("a1;b3") == [
                "  1  attempt 1 awaited b: this event came 3s too early: it must not come before 00:06Z"
            ])
        let behind = try WhyScenario("a -> !c for 5s -> b")
        #expect(
            try behind.misses("a1;b3") == ["  1  attempt 1 awaited b: this event came 3s too early: it must come after 00:06Z"])
        #expect(try behind.misses("a1;b6") == ["  1  attempt 1 awaited b: this event came too early: it must come after 00:06Z"])
        #expect(try behind.text("a1;b3").contains("awaited -> !c for 5s -> b, after 00:06Z, until 01:01Z\n"))
    }

    @Test func otherReasons() throws {
        let predicates = "  a: type == \"a\"\n  b: type in (\"b\", \"d\")\n  c: type == \"c\"\n  d: type == \"d\""
        #expect(
            try WhyScenario("(a -> b until d) -> c", events: predicates).misses("a1;d3") == [
                "  1  attempt 1 awaited b: this event is also d, which ends the group"
            ])
        #expect(
            try WhyScenario("a -> b", "within: 1m\nwhere: v > 3").misses("a1 v=5;b3 v=2") == [
                "  1  attempt 1 awaited b: this event was left out by `where`, v > 3: 2"
            ])
        #expect(
            try WhyScenario("a -> b").misses(#"a1 k="bob";b3 k="CORP\\Bob""#, key: "bob") == [
                #"  1  attempt 1 awaited b: this event has another key, ["CORP\\Bob"]"#
            ])
        #expect(try WhyScenario("a -> b").misses("a1;b3 k=null") == ["  1  attempt 1 awaited b: this event has no key: `k` is null"])
        #expect(
            try WhyScenario("a -> b").misses("a1;d9;b3") == [
                "  1  attempt 1 awaited b: this event came late, 6s behind the newest event, and was left out",
                #"  2  attempt 1 awaited b: this event did not fit, type == "b": "d""#,
            ])
        #expect(
            try WhyScenario("a -> b").misses("d9;a3;b10") == [
                "  1  a would have begun an attempt: this event came late, 6s behind the newest event, and was left out"
            ])
    }

    @Test func streams() throws {
        let yaml = "rule: r\nby: k\nfrom: { a: s, b: t }\nevents:\n  a: type == \"a\"\n  b: type == \"b\"\npattern: a -> b\nwithin: 1m\n"
        #expect(try WhyScenario(yaml: yaml).misses("a1;b3") == ["  1  attempt 1 awaited b: this event is of stream s, not of t"])
        let other = "rule: r\nby: k\nfrom: t\nevents:\n  a: type == \"a\"\npattern: a{2}\nwithin: 1m\n"
        #expect(try WhyScenario(yaml: other).verdict("a1;b3") == "r did not fire for k \"1\"; none of 2 events is of the stream t.")
    }

    @Test func theNearestAttemptComesFirst() throws {
        let misses = try WhyScenario("a -> b -> c", "within: 1m\nskip: none").report("a1;d2;b3;a4;d5").keys.first?.nearMisses ?? []
        #expect(misses.map(\.event.line) == [4, 5, 2, 5])
        #expect(misses.map(\.remaining) == [1, 1, 2, 2])
        #expect(misses.map(\.name) == ["c", "c", "b", "b"])
    }

    @Test func anEventIsShownOnceForAName() throws {
        let misses = try WhyScenario("a -> b").report("a1;a2;a3;d4").keys.first?.nearMisses ?? []
        #expect(misses.map(\.event.line) == [2, 3, 4])
    }

    @Test func whatMatchedMissedNothing() throws {
        #expect(try WhyScenario("a -> b").report("a1;d2;b3").keys.first?.nearMisses == [])
    }
}

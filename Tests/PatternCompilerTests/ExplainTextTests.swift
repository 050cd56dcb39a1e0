import RuleLanguage
import Testing

@testable import PatternCompiler

@Suite("Explain: text")
struct ExplainTextTests {
    @Test("the whole report of a rule") func report() throws {
        let explanation = try ExplainSupport.explanation(
            """
            title: Brute force, then a login
            level: high
            where: action == "login"
            by: [user, "?src.ip"]
            events: { fail: outcome == "failure", ok: outcome == "success" }
            pattern: fail{5,} -> ok
            within: 10m
            having: count(fail) < 1000
            suppress: { by: user, for: 1h }
            """)
        #expect(
            explanation.text() == """
                rule: t
                title: Brute force, then a login
                level: high
                machine: register automaton: a match needs more than one event, so threads per key carry what they have bound
                state: at most 1,000 attempts a key, each for at most 10m

                input
                  pattern  fail{5,} -> ok
                  within   10m
                  by       user, ?src.ip
                  where    action == "login"
                  having   count(fail) < 1000

                policies
                  emit      first: an attempt matches once, as soon as it can
                  skip      past_last: a match drops the attempts that started at or before its last event
                  prefer    earliest: all threads are kept
                  limit     1,000 attempts a key, then the one that started first is dropped
                  suppress  alerts of the same user for 1h after one are counted, not fired

                memory
                  thread  48 bytes
                  event   32 bytes for each binding, and the event itself; no bound on how many a thread binds

                steps
                  1 fail  outcome == "failure"
                  2 ok    outcome == "success"

                automaton: what each state awaits, the preferred first
                  start
                    1 fail  begins fail{5,}
                  1 fail
                    -> 1 fail  again fail{5,}
                    -> 2 ok    when fail ≥ 5 times; leaves fail{5,}
                  2 ok
                    match

                """)
    }

    @Test("negations in the middle, at the end and at the start") func negations() throws {
        let explanation = try ExplainSupport.explanation(
            """
            events: { a: x == 1, b: x == 2, c: x == 3 }
            pattern: "!c for 5m -> a -> !c -> b , !a -> c -> !b for 30s"
            within: 1h
            """)
        #expect(
            ExplainSupport.section("automaton", of: explanation) == """
                automaton: what each state awaits, the preferred first
                  start
                    1 a  no c in the 5m before
                  1 a
                    -> 2 b  no c meanwhile
                  2 b
                    -> 3 c  no a as the very next event
                  3 c
                    match  after 30s without b
                """)
        #expect(explanation.text().contains("state: at most 1,000 attempts a key, each for at most 1h30s\n"))
        #expect(
            ExplainSupport.section("negated", of: explanation)
                == "negated, or behind until\n  c  x == 3\n  a  x == 1\n  b  x == 2")
    }

    @Test("a loop with until and within") func untilLoop() throws {
        let explanation = try ExplainSupport.explanation(
            """
            events: { a: x == 1, b: x == 2, q: x == 3 }
            pattern: a -> (b+ until q within 5m) ->[1s..5s] a
            within: 1h
            until: q
            """)
        #expect(
            ExplainSupport.section("automaton", of: explanation) == """
                automaton: what each state awaits, the preferred first
                  start
                    1 a
                  1 a
                    -> 2 b  begins b+; until q
                  2 b
                    -> 2 b          again b+; until q; within 5m of the group's first event
                    ->[1s..5s] 3 a  leaves b+
                  3 a
                    match
                """)
        #expect(explanation.text().contains("  until   q: ends every open attempt of its key\n"))
    }

    @Test("permute: branches that are open, and what is behind them") func permute() throws {
        let explanation = try ExplainSupport.explanation(
            """
            events: { a: x == 1, b: x == 2, c: x == 3 }
            pattern: permute(a, b) , c
            within: 1h
            """)
        #expect(
            ExplainSupport.section("automaton", of: explanation) == """
                automaton: what each state awaits, the preferred first
                  start
                    1 a
                    2 b
                  1 a
                    -> 2 b  when b is not done
                    , 3 c   when all 2 branches are done
                  2 b
                    -> 1 a  when a is not done
                    , 3 c   when all 2 branches are done
                  3 c
                    match
                """)
    }

    @Test("loops too long for a line have numbers") func longLoops() throws {
        let explanation = try ExplainSupport.explanation(
            """
            events: { first_step: x == 1, second_step: x == 2 }
            pattern: (first_step -> second_step){2,} -> first_step
            within: 1h
            """)
        #expect(ExplainSupport.section("loops", of: explanation) == "loops\n  loop 1  (first_step -> second_step){2,}")
        #expect(explanation.text().contains("when loop 1 ≥ 2 times; leaves loop 1\n"))
        #expect(explanation.svg().contains(">loop 1: (first_step -&gt; second_step){2,}</text>"))
    }

    @Test("one event is a match: stateless") func stateless() throws {
        let explanation = try ExplainSupport.explanation("events: { a: x == 1, b: x == 2 }\npattern: a | b")
        #expect(explanation.text().contains("machine: stateless: one event is a match, so nothing is kept\nstate: nothing is held\n"))
        #expect(!explanation.text().contains("memory"))
    }

    @Test("`lag` needs a machine even for one step") func lag() throws {
        let explanation = try ExplainSupport.explanation("events: { a: x != lag(x) }\npattern: a")
        #expect(explanation.text().contains("machine: register automaton: `lag` reads the event before, so each key keeps it\n"))
    }

    @Test(
        "how long an attempt lives",
        arguments: [
            ("pattern: a -> b\nwithin: 90s", "each for at most 1m30s"),
            ("pattern: a ->[<=5s] b ->[1s..10s] a", "each for at most 15s"),
            ("pattern: a ->[<=5s] b\nwithin: 1h", "each for at most 5s"),
            ("pattern: a{3}[->[<=5s]] ->[<=1m] b", "each for at most 1m10s"),
            ("pattern: a ->[<=5s] permute(b, a) ->[<=1s] b", "each for at most 11s"),
            ("pattern: a ->[<=5s] b -> !a for 10s", "each for at most 15s"),
            ("pattern: a , b{2,3}", "each for at most 4 events of the key"),
            ("pattern: a+[->[<=30s]] ->[<=1m] b", "each as long as its next event comes within 1m"),
            (
                "pattern: a -> b\nlimit: { attempts: 7, when_full: drop_newest }",
                "at most 7 attempts a key, each until it matches or is dropped"
            ),
        ])
    func lifetime(rule: String, expected: String) throws {
        let explanation = try ExplainSupport.explanation("events: { a: x == 1, b: x == 2 }\n" + rule)
        #expect(explanation.bound.summary.hasSuffix(expected), "\(explanation.bound.summary)")
    }

    @Test("hostile texts stay on their line") func hostile() throws {
        var rule = ExplainSupport.rule(id: "a\nb", .event(0), names: ["x\r\ny"])
        rule.title = "line 1\u{2028}line 2\u{0}"
        let text = try #require(Explanation(rule)).text()
        #expect(text.hasPrefix("rule: a b\ntitle: line 1 line 2 \nlevel: medium\n"))
        #expect(text.contains("\n  1 x y  any event\n"))
    }

    @Test("10,000 steps within seconds, in every form") func large() throws {
        let span = ExplainSupport.span
        let steps = (0..<10_000).map { Pattern(.event($0), span: span) }
        let rule = ExplainSupport.rule(
            .sequence(steps: steps, links: Array(repeating: Link(.followedBy), count: steps.count - 1)),
            names: steps.indices.map { "e\($0)" })
        let clock = ContinuousClock()
        let start = clock.now
        let explanation = try #require(Explanation(rule))
        #expect(explanation.text().contains("\n  10000 e9999  any event\n"))
        #expect(explanation.svg().contains(">10000 e9999</text>"))
        #expect(explanation.dot().contains("n9999 -> n10000"))
        #expect(explanation.mermaid().contains("n9999 -->"))
        #expect(clock.now - start < .seconds(60))
    }
}

import Testing

@testable import RuleLanguage

private let second: Int64 = 1_000_000_000

@Suite("Loading rules")
struct LoadingRuleTests {
    @Test("every key reaches the model")
    func wholeRule() throws {
        let text = """
            rule: auth.test-1
            title: A title
            description: >
              More.
            level: high
            tags: [t1, t2]
            params: { w: 10m, n: 3, f: 1h }
            instances: { strict: { n: 9 } }
            from: [auth, vpn]
            where: kind == "login"
            by: [user, ?session.id]
            events:
              a: action == "x"
              b: action == "y"
            pattern: a -> b
            within: $w
            select:
              took: b.@time
            suppress: { by: [user, took], for: $f, summary: true }
            skip: to_last(b)
            emit: all
            prefer: latest
            limit: { attempts: $n, when_full: drop_newest }
            timeout: emit
            mode: shadow
            actions: soc
            tests:
              - name: one
                given: '0s {user: bob}'
                expect: [{ user: bob, took: 5, kind: timeout }]
            """
        let set = RuleLoader.load(text: text, path: "r.yaml")
        #expect(DiagnosticRenderer().text(set.diagnostics) == "")
        #expect(set.rules.map(\.id) == ["auth.test-1", "auth.test-1.strict"])
        let rule = try #require(set.rules.first)
        #expect(rule.title == "A title")
        #expect(rule.description == "More.\n")
        #expect(rule.level == .high)
        #expect(rule.tags == ["t1", "t2"])
        #expect(rule.events.map(\.name) == ["a", "b"])
        #expect(rule.events.map(\.streams) == [["auth", "vpn"], ["auth", "vpn"]])
        let key = [
            KeyPart(path: FieldPath([.key("user")]), allowsNull: false),
            KeyPart(path: FieldPath([.key("session"), .key("id")]), allowsNull: true),
        ]
        #expect(rule.events.map(\.key) == [key, key])
        #expect(rule.keyWidth == 2)
        #expect(!rule.hasPerNameKeys)
        #expect(rule.within == 600 * second)
        #expect(rule.suppress?.by == [.key(0), .measure(0)])
        #expect(rule.suppress?.duration == 3600 * second)
        #expect(rule.suppress?.summary == true)
        #expect(rule.skip == .toLast(1))
        #expect(rule.emit == .all)
        #expect(rule.prefer == .latest)
        #expect(rule.limit.attempts == 3)
        #expect(rule.limit.whenFull == .dropNewest)
        #expect(rule.emitsTimeouts)
        #expect(rule.isShadow)
        #expect(rule.actions == ["soc"])
        #expect(rule.tests.map(\.name) == ["one"])
        #expect(set.rules[1].limit.attempts == 9)
        #expect(set.rules[1].tests.isEmpty)
    }

    @Test("what is left out has its default")
    func defaults() throws {
        let set = RuleLoader.load(text: "rule: t\nevents: { a: action == \"x\" }\npattern: a\nwithin: 5s\ntests: []\n", path: "r.yaml")
        let rule = try #require(set.rules.first)
        #expect(set.diagnostics.isEmpty)
        #expect(rule.level == .medium)
        #expect(rule.keyWidth == 0)
        #expect(rule.events[0].streams == nil)
        #expect(rule.skip == .pastLast)
        #expect(rule.emit == .first)
        #expect(rule.limit == Rule.Limit())
        #expect(rule.suppress == nil)
    }

    @Test("keys and streams for each name")
    func perName() throws {
        let text = """
            rule: t
            from: { a: auth, b: [dns, vpn] }
            by: { a: [user, host], b: [actor.user, ?host] }
            events: { a: action == "x", b: action == "y" }
            pattern: a -> b
            within: 1m
            suppress: { by: actor.user, for: 1h }
            tests: []
            """
        let set = RuleLoader.load(text: text, path: "r.yaml")
        #expect(DiagnosticRenderer().text(set.diagnostics) == "")
        let rule = try #require(set.rules.first)
        #expect(rule.hasPerNameKeys)
        #expect(rule.keyWidth == 2)
        #expect(rule.events.map(\.streams) == [["auth"], ["dns", "vpn"]])
        #expect(rule.events[1].key.map(\.path.text) == ["actor.user", "host"])
        #expect(rule.events[1].key.map(\.allowsNull) == [false, true])
        #expect(rule.suppress?.by == [.key(0)])
    }

    @Test("given: ranges, streams, barriers, comments")
    func given() throws {
        let text = """
            rule: t
            events: { a: action == "x" }
            pattern: a
            within: 1m
            tests:
              - name: n
                given: |
                  # a comment
                  20s {n: 1, ip: 10.0.0.1, s: "a\\"b", f: 1.50, x: [true, ~], o: {k: v}}

                  @stream dns
                  0s..20s/10s {n: 2}   # three
                  advance 5m
                  1s {n: 3}
                expect: []
            """
        let set = RuleLoader.load(text: text, path: "r.yaml")
        #expect(DiagnosticRenderer().text(set.diagnostics) == "")
        let steps = try #require(set.rules.first?.tests.first).steps.map { step in
            switch step {
            case .event(let offset, let stream, let json, let span):
                "\(offset / second) \(stream ?? "-") \(json) @\(span.file.position(at: span.start).line)"
            case .advance(let length, let span): "advance \(length / second) @\(span.file.position(at: span.start).line)"
            }
        }
        #expect(
            steps == [
                "0 dns {\"n\":2} @12", "10 dns {\"n\":2} @12",
                "20 - {\"n\":1,\"ip\":\"10.0.0.1\",\"s\":\"a\\\"b\",\"f\":1.50,\"x\":[true,null],\"o\":{\"k\":\"v\"}} @9",
                "20 dns {\"n\":2} @12", "advance 300 @13", "1 dns {\"n\":3} @14",
            ])
    }
}

@Suite("Loading errors")
struct LoadingErrorTests {
    @Test(
        "a line, a column, carets and a hint",
        arguments: [
            (
                "wihtin: 5m",
                "r.yaml:10:1: error[FX0101]: a rule has no key `wihtin`\n  wihtin: 5m\n  ^~~~~~\n  hint: did you mean `within`?\n"
            ),
            (
                "limit: { atempts: 5 }",
                "r.yaml:10:10: error[FX0101]: `limit` has no key `atempts`\n  limit: { atempts: 5 }\n           ^~~~~~~\n  hint: did you mean `attempts`?\n"
            ),
            ("title: [a]", "r.yaml:10:8: error[FX0103]: `title` must be a single value, not a list\n  title: [a]\n         ^~~\n"),
            ("select: 5", "r.yaml:10:9: error[FX0103]: `select` must be a mapping, not a single value\n  select: 5\n          ^\n"),
            (
                "level: hihg",
                "r.yaml:10:8: error[FX0104]: `level` cannot be `hihg`\n  level: hihg\n         ^~~~\n  hint: did you mean `high`?\n"
            ),
            (
                "skip: to_frist(a)",
                "r.yaml:10:7: error[FX0104]: `skip` cannot be `to_frist(a)`\n  skip: to_frist(a)\n        ^~~~~~~~~~~\n  hint: one of: past_last, to_next, none, to_first(NAME), to_last(NAME)\n"
            ),
            (
                "skip: to_first(c)",
                "r.yaml:10:7: error[FX0202]: `skip` names the event `c`, which is not declared\n  skip: to_first(c)\n        ^~~~~~~~~~~\n  hint: did you mean `a`?\n"
            ),
            (
                "suppress: { by: usr, for: 5m }",
                "r.yaml:10:17: error[FX0104]: `usr` is neither a key field nor a measure of this rule\n  suppress: { by: usr, for: 5m }\n                  ^~~\n  hint: did you mean `user`?\n"
            ),
            (
                "suppress: { by: user }",
                "r.yaml:10:1: error[FX0102]: `suppress` needs the key `for`\n  suppress: { by: user }\n  ^~~~~~~~\n"
            ),
            (
                "suppress: { by: user, for: soon }",
                "r.yaml:10:28: error[FX0105]: `for` of `suppress` must be a duration, not `soon`\n  suppress: { by: user, for: soon }\n                             ^~~~\n  hint: such as 90s, 1m30s, 500ms; units ns us ms s m h d w\n"
            ),
            (
                "limit: { attempts: $n }",
                "r.yaml:10:20: error[FX0108]: no parameter `n` is declared in `params`\n  limit: { attempts: $n }\n                     ^~\n"
            ),
            (
                "limit: { attempts: 0 }",
                "r.yaml:10:20: error[FX0104]: `attempts` must be a whole number from 1 to 1000000000\n  limit: { attempts: 0 }\n                     ^\n"
            ),
            (
                "params: { n: 5 }\nsuppress: { for: $n }",
                "r.yaml:11:18: error[FX0108]: parameter `$n` is no duration\n  suppress: { for: $n }\n                   ^~\n  hint: give it a value such as 10m, without quotes\n"
            ),
            (
                "params: { num: 5 }\ninstances: { i: { nun: 6 } }",
                "r.yaml:11:19: error[FX0108]: `params` declares no `nun`\n  instances: { i: { nun: 6 } }\n                    ^~~\n  hint: did you mean `num`?\n"
            ),
            (
                "trigger: rising",
                "r.yaml:10:1: error[FX0109]: `trigger` is not supported by this version\n  trigger: rising\n  ^~~~~~~\n  hint: write a `pattern`\n"
            ),
            (
                "use: net",
                "r.yaml:10:6: error[FX0106]: there is no library `net`\n  use: net\n       ^~~\n  hint: there is no `patterns` directory\n"
            ),
            (
                "params: { 5x: 1 }",
                "r.yaml:10:11: error[FX0211]: `5x` is no name for a parameter\n  params: { 5x: 1 }\n            ^~\n  hint: letters, digits and `_`, not starting with a digit\n"
            ),
            (
                "mode: shadwo",
                "r.yaml:10:7: error[FX0104]: `mode` cannot be `shadwo`\n  mode: shadwo\n        ^~~~~~\n  hint: did you mean `shadow`?\n"
            ),
        ])
    func keys(lines: String, expected: String) {
        #expect(report(rule(lines)) == expected)
    }

    @Test("a rule needs an id and a pattern; `window` is for later")
    func required() {
        #expect(report("title: x\n") == "r.yaml:1:1: error[FX0102]: a rule needs the key `rule`\n  title: x\n  ^\n")
        #expect(report("rule: x\ntests: []\n") == "r.yaml:1:7: error[FX0102]: a rule needs the key `pattern`\n  rule: x\n        ^\n")
        #expect(report("- a\n") == "r.yaml:1:1: error[FX0103]: a rule must be a mapping, not a list\n  - a\n  ^~~\n")
        let window =
            "r.yaml:2:1: error[FX0109]: `window` is not supported by this version\n  window: tumbling 5m\n  ^~~~~~\n  hint: write a `pattern`\n"
        #expect(report("rule: x\nwindow: tumbling 5m\n") == window)
        #expect(report("rule: x y\n").hasPrefix("r.yaml:1:7: error[FX0211]: `x y` is no rule id\n  rule: x y\n        ^~~\n"))
    }

    @Test("keys for each name must be complete and of one width")
    func perNameKeys() {
        func text(_ by: String) -> String {
            "rule: t\nby: \(by)\nevents: { a: action == \"x\", b: action == \"y\" }\npattern: a -> b\nwithin: 1m\ntests: []\n"
        }
        #expect(
            report(text("{ a: user }")) == """
                r.yaml:2:5: error[FX0102]: `by` has no key for the event `b`
                  by: { a: user }
                      ^~~~~~~~~~~
                  hint: add `b: FIELD`; negated and `until` names need keys too

                """)
        #expect(
            report(text("{ a: user, b: [u, v] }")) == """
                r.yaml:2:19: error[FX0104]: the key of `b` has 2 fields, that of `a` has 1
                  by: { a: user, b: [u, v] }
                                    ^~~~~~
                  hint: every name's key needs as many fields, in the same order

                """)
        #expect(report(text("{ a: user, b: u, c: u }")).hasPrefix("r.yaml:2:22: error[FX0202]: `by` names the event `c`"))
        #expect(report(text("\"a b\"")).hasPrefix("r.yaml:2:6: error[FX0104]: `a b` is no field\n  by: \"a b\"\n       ^~~\n"))
    }

    @Test(
        "test lines that cannot be read",
        arguments: [
            ("soon {a: 1}", "r.yaml:9:11: error[FX0501]: `soon` is no time\n            soon {a: 1}\n            ^~~~\n"),
            ("5s", "r.yaml:9:11: error[FX0501]: a time must be followed by the event\n"),
            ("5s {a: [1}", "r.yaml:9:20: error[FX0501]: the event cannot be read: "),
            ("5s {a: 1, a: 2}", "r.yaml:9:21: error[FX0501]: the event cannot be read: key `a` stands twice"),
            ("9s..5s/1s {a: 1}", "r.yaml:9:11: error[FX0501]: `9s..5s/1s` must run forward in steps greater than 0\n"),
            ("0s..9h/1ms {a: 1}", "r.yaml:9:11: error[FX0501]: a test has at most 100000 events\n"),
            ("advance", "r.yaml:9:11: error[FX0501]: `advance` needs a duration\n"),
            ("@stream", "r.yaml:9:11: error[FX0501]: `@stream` needs one name\n"),
        ])
    func testLines(line: String, expected: String) {
        let text = """
            rule: t
            events: { a: action == "x" }
            pattern: a
            within: 1m
            by: user
            tests:
              - name: n
                given: |
                      \(line)
                expect: []
            """
        #expect(report(text).hasPrefix(expected))
    }

    @Test("an expectation of what a match does not have")
    func expectations() {
        let expected = """
            r.yaml:12:16: error[FX0502]: a match of this rule has no field `usr`
                  expect: [{ usr: bob }]
                             ^~~
              hint: did you mean `user`?

            """
        let text = rule().replacingTests("tests:\n  - name: n\n    given: '0s {a: 1}'\n    expect: [{ usr: bob }]\n")
        #expect(report(text) == expected)
    }

    @Test("a rule without tests is a warning")
    func untested() {
        let text = "rule: t\nevents: { a: action == \"x\" }\npattern: a\nwithin: 1m\n"
        let expected = """
            r.yaml:1:7: warning[FX1008]: rule `t` has no tests
              rule: t
                    ^
              hint: add `tests` with a case that matches and one that does not

            """
        #expect(report(text) == expected)
        #expect(RuleLoader.load(text: text, path: "r.yaml").rules.count == 1)
    }

    @Test("two rules of one id")
    func duplicates() {
        let set = RuleLoader.load(text: rule() + "---\n" + rule(), path: "r.yaml")
        let expected = """
            r.yaml:11:7: error[FX0401]: rule `t` is already defined at r.yaml:1
              rule: t
                    ^
              hint: ids must be unique over all files

            """
        #expect(DiagnosticRenderer().text(set.diagnostics) == expected)
        #expect(set.rules.count == 1)
    }
}

extension String {
    fileprivate func replacingTests(_ tests: String) -> String {
        split(separator: "\n", omittingEmptySubsequences: false).map { $0 == "tests: []" ? tests : String($0) }.joined(separator: "\n")
    }
}

import Testing

@testable import RuleLanguage

@Suite("Going on after an error")
struct LoadingRecoveryTests {
    private func summary(_ text: String) -> (rules: [String], report: [String]) {
        let set = RuleLoader.load(text: text, path: "r.yaml")
        let report = set.diagnostics.map { diagnostic in
            let place = diagnostic.span.file.position(at: diagnostic.span.start)
            return "\(place.line):\(place.column) \(diagnostic.code.rawValue)"
        }
        return (set.rules.map(\.id), report)
    }

    /// A document that cannot be read, the place of its error, the lines it has.
    @Test(
        "the documents after a broken one are read",
        arguments: [
            ("a: 1\na: 2\n", "12:1 FX0004"), ("a: [1, 2\n", "12:1 FX0002"), ("a: \"x\n", "12:1 FX0002"), ("a: }\n", "11:4 FX0002"),
            ("a: *none\n", "11:4 FX0002"), ("a: !t 1\n", "11:4 FX0002"), ("? [x]\n: 1\n", "11:3 FX0103"),
            ("a: |\n ---\n b: }\nb: ]\n", "14:4 FX0002"), ("é: ü\n\té: x\n", nil),
            (String(repeating: "[", count: 70) + "\n", "11:65 FX0003"),
        ])
    func documents(broken: String, place: String?) {
        let (rules, report) = summary(
            rule(id: "one") + "---\n" + broken + "---\n" + rule("wihtin: 1m\n", id: "two") + "---\r\n" + rule(id: "three"))
        #expect(rules == ["one", "three"])
        let lines = 11 + broken.utf8.count { $0 == UInt8(ascii: "\n") }
        if let place { #expect(report == [place, "\(lines + 10):1 FX0101"]) }
        #expect(report.count == 2)
    }

    @Test("characters beyond ASCII before a broken document keep the places right")
    func places() {
        let text = "rule: é\ntitle: ü€😀\n---\na: }\n---\n# ü€\nrule: x\n'é': 1\n"
        #expect(summary(text).report == ["1:7 FX0211", "4:4 FX0002", "7:7 FX0102", "7:7 FX1008", "8:1 FX0101"])
    }

    @Test("a first document that is broken, and one at the end; a mark within a text is no document")
    func ends() {
        #expect(summary("a: }\n---\n" + rule()).rules == ["t"])
        #expect(summary("a: }\n---").report == ["1:4 FX0002"])
        #expect(summary("a: }\n----\n" + rule()).rules == [])
        #expect(summary("--- }\n--- }\n").report.count == 2)
        #expect(summary("%YAML 1.1\n--- !t x\n---\n" + rule()).rules == ["t"])
    }

    @Test("a file of broken documents only ends in bounded time")
    func onlyBroken() {
        let text = String(repeating: "--- ]\n", count: 600_000)
        let start = ContinuousClock.now
        #expect(summary(text).report.count == 20)
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test("errors in other keys are reported beside one in the pattern")
    func independentKeys() {
        let text = """
            rule: t
            from: { a: [], z: x }
            by: { a: "tags[*]", b: "u v" }
            events:
              a: action ==
              b: action == "y"
            pattern: a -> -> b
            within: 10m
            skip: to_last(q)
            select: { n: count(a), m: }
            suppress: { by: [n, k], for: 1 }
            tests:
              - name: x
                given: 'soon {}'
                expect: [{ n: 1, k: 2 }]
            """
        #expect(
            summary(text).report == [
                "2:12 FX0104", "2:16 FX0202", "3:11 FX0104", "3:25 FX0104", "5:15 FX0301", "7:15 FX0201", "9:7 FX0202", "10:27 FX0103",
                "11:21 FX0104", "11:30 FX0105", "14:13 FX0501", "15:22 FX0502",
            ])
        let short = "rule: t\nevents: { a: }\nby: [u, u]\nskip: no\ntests: []\n"
        #expect(summary(short).report == ["1:7 FX0102", "3:9 FX0104", "4:7 FX0104"])
    }

    @Test("names that a broken pattern might have meant are not reported")
    func possibleNames() {
        let text = """
            rule: t
            use: lib
            from: { a: x, lib.ok: y }
            by: { a: user, ok: actor }
            events: { a: x == 1 }
            pattern: a -> -> lib.ok
            within: 10m
            skip: to_last(ok)
            suppress: { by: actor, for: 1m }
            tests: [{ name: x, given: '1s {}', expect: [{ user: 1, actor: 2, suppressed: 3 }] }]
            """
        let set = RuleLoader.load(text: text, path: "r.yaml", libraries: ["lib": "events: { ok: x == 2 }\n"])
        #expect(set.diagnostics.map(\.code) == [.patternSyntax])
        #expect(set.rules.isEmpty)
    }
}

@Suite("Small rules of loading")
struct LoadingDetailTests {
    private func expectation(_ value: String) -> RuleTest.Expectation? {
        let text =
            "rule: t\nevents: { a: x == 1 }\npattern: a\nwithin: 1m\nselect: { took: a.y }\ntests: [{ name: x, given: '1s {}', expect: [\(value)] }]\n"
        return RuleLoader.load(text: text, path: "r.yaml").rules.first?.tests.first?.expectations.first
    }

    @Test("what a match carries may be expected, `suppressed` too")
    func suppressed() throws {
        let fields = try #require(expectation("{ suppressed: 2, kind: timeout, rule: t, level: medium }")).fields
        #expect(fields.map(\.name) == ["suppressed", "kind", "rule", "level"])
        #expect(fields[0].value == .int(2))
    }

    @Test(
        "an expected value is what was written: a text that looks like a duration or a time stays text",
        arguments: [
            ("10m", Literal.string("10m")), ("'5'", .string("5")), ("\"5\"", .string("5")), ("5", .int(5)), ("5.0", .double(5)),
            ("2026-01-01T00:00:00Z", .string("2026-01-01T00:00:00Z")), ("10.0.0.1", .string("10.0.0.1")), ("1:30", .string("1:30")),
            ("true", .bool(true)), ("'true'", .string("true")), ("~", .null), ("", .null), ("!!str 5", .string("5")),
            ("1_000", .string("1_000")),
        ])
    func values(text: String, expected: Literal) throws {
        #expect(try #require(expectation("{ took: \(text) }")).fields.map(\.value) == [expected])
    }

    @Test("`mode: live` is the default, written out")
    func mode() {
        func isShadow(_ line: String) -> Bool? { RuleLoader.load(text: rule(line), path: "r.yaml").rules.first?.isShadow }
        #expect(isShadow("") == false)
        #expect(isShadow("mode: live") == false)
        #expect(isShadow("mode: shadow") == true)
    }

    @Test(
        "fields that cannot be a key",
        arguments: [
            (
                "tags[*]",
                "r.yaml:2:5: error[FX0104]: `tags[*]` has many values and a key needs one\n  by: tags[*]\n      ^~~~~~~\n  hint: name one element, such as `tags[0]`\n"
            ),
            (
                "[user, ?host, user]",
                "r.yaml:2:19: error[FX0104]: `user` stands twice in the key\n  by: [user, ?host, user]\n                    ^~~~\n  hint: remove one of them\n"
            ),
            (
                "{ a: [u, ?u] }",
                "r.yaml:2:14: error[FX0104]: `u` stands twice in the key\n  by: { a: [u, ?u] }\n               ^~\n  hint: remove one of them\n"
            ),
        ])
    func keys(by: String, expected: String) {
        #expect(report("rule: t\nby: \(by)\nevents: { a: x == 1 }\npattern: a\nwithin: 1m\ntests: []\n") == expected)
    }

    @Test("an instance gives other values to parameters, nothing else; tests are the rule's own")
    func instances() throws {
        func load(_ instances: String) -> RuleSet {
            let text = """
                rule: t
                params: { n: 5, w: 10m }
                instances: \(instances)
                events: { a: x == 1 }
                pattern: a{$n} -> a
                within: $w
                tests:
                  - { name: one, given: '0s..5s/1s {x: 1}', expect: [{}] }
                """
            return RuleLoader.load(text: text, path: "r.yaml")
        }
        let set = load("{ strict: { n: 3 }, slow: { w: 1h }, same: {} }")
        #expect(set.diagnostics.isEmpty)
        #expect(set.rules.map(\.id) == ["t", "t.strict", "t.slow", "t.same"])
        #expect(set.rules.map(\.tests.count) == [1, 0, 0, 0])
        #expect(set.rules.map { $0.within.map(DurationText.format) } == ["10m", "10m", "1h", "10m"])
        #expect(set.rules.map { dump($0.pattern, ["a"]) }[1] == "((rep 3 3 a) -> a)")
        for name in ["tests", "expect", "level", "within"] {
            let broken = load("{ strict: { \(name): [] } }")
            #expect(broken.diagnostics.map(\.code) == [.unknownParameter])
            #expect(broken.diagnostics.map(\.message) == ["`params` declares no `\(name)`"])
        }
        #expect(load("{ strict: { n: [] } }").diagnostics.map(\.code) == [.wrongKind])
        #expect(load("{ strict: }").diagnostics.map(\.code) == [.wrongKind])
        #expect(load("{ s: { n: x } }").diagnostics.map(\.code) == [.unknownParameter])
    }
}

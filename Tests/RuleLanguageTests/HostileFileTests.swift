import Testing

@testable import RuleLanguage

/// Files that mean harm: each gets an error at a place, in bounded time.
@Suite("Hostile files", .serialized)
struct HostileFileTests {
    private func expect(_ text: String, _ expected: [String], within limit: Duration = .seconds(60)) {
        let start = ContinuousClock.now
        let set = RuleLoader.load(text: text, path: "r.yaml")
        let time = ContinuousClock.now - start
        let report = set.diagnostics.filter { $0.severity == .error }.map { diagnostic in
            let place = diagnostic.span.file.position(at: diagnostic.span.start)
            return "\(place.line):\(place.column) \(diagnostic.code.rawValue)"
        }
        #expect(report == expected)
        #expect(time < limit, "\(text.prefix(60))")
        #expect(DiagnosticRenderer().text(set.diagnostics.filter { $0.severity == .error }).utf8.count < 10_000)
    }

    /// Levels of ten aliases each.
    private func bomb(_ element: (Int) -> String, _ levels: Int) -> String {
        (1...levels).map { "a\($0): &a\($0) \(element($0 - 1))\n" }.joined()
    }

    @Test("bombs in values and in keys, and cyclic aliases, as parts of a rule")
    func bombs() {
        let list = bomb({ level in "[" + Array(repeating: "*a\(level)", count: 10).joined(separator: ", ") + "]" }, 20)
        expect("rule: t\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + list, ["6:45 FX0003"])
        let mapping = bomb({ level in "{" + (0..<10).map { "k\($0): *a\(level)" }.joined(separator: ", ") + "}" }, 20)
        expect("rule: t\na0: &a0 {p: x}\n" + mapping, ["7:23 FX0003"])
        let keys = (0..<100_000).map { _ in "? *k\n: {*k : 1}\n" }.joined()
        expect("x: &k \(String(repeating: "k", count: 1000))\n" + keys, ["4:3 FX0004"])
        let nested = "x: &k \(String(repeating: "k", count: 100_000))\ny:\n" + String(repeating: "  - {*k : *k}\n", count: 50_000)
        expect(nested, ["86:6 FX0003"])
        expect("rule: t\nselect: &s { a: x, b: *s }\n", ["2:23 FX0003"])
        expect("rule: t\ntests: &s [[[*s]]]\n", ["2:14 FX0003"])
    }

    @Test("nesting a million deep")
    func nesting() {
        for (open, column) in [("[", 65), ("{a: ", 257), ("- ", 129), ("? ", 129), ("{? ", 193)] {
            expect(String(repeating: open, count: 1_000_000), [open.contains("?") ? "1:\(open.count + 1) FX0103" : "1:\(column) FX0003"])
        }
        expect("rule: t\nselect: " + String(repeating: "[", count: 1_000_000), ["2:72 FX0003"])
        for (open, code) in [("(", "FX0207"), ("permute(", "FX0207"), ("2 of (", "FX0207"), ("a{1}(", "FX0201"), ("!", "FX0201")] {
            let set = RuleLoader.load(
                text: "rule: t\nevents: { a: x == 1 }\npattern: '\(String(repeating: open, count: 50_000))'\nwithin: 1m\ntests: []\n",
                path: "r.yaml")
            #expect(set.diagnostics.map(\.code.rawValue) == [code])
        }
        for open in ["(", "not ", "-", "lower(", "x == ("] {
            let text = "rule: t\nevents: { a: '\(String(repeating: open, count: 50_000))' }\npattern: a\nwithin: 1m\ntests: []\n"
            #expect(RuleLoader.load(text: text, path: "r.yaml").diagnostics.map(\.code.rawValue) == ["FX0309"])
        }
    }

    @Test("100 MB")
    func size() {
        for fill in "a\n[".utf8 {
            let bytes = [UInt8](repeating: fill, count: 100_000_000)
            let start = ContinuousClock.now
            let set = RuleLoader.load(bytes: bytes, path: "r.yaml")
            #expect(ContinuousClock.now - start < .seconds(60))
            #expect(set.diagnostics.map(\.message) == ["the file has more than 4194304 bytes"])
        }
    }

    private func rule(_ pattern: String) -> String {
        "rule: t\nevents:\n  a: x == 1\n  b: y == 2\npattern: \(pattern)\nwithin: 1h\ntests: []\n"
    }

    @Test("10,000 steps load fast, and an error at their end has its place")
    func steps() {
        let steps = Array(repeating: "a", count: 10_000).joined(separator: " -> ")
        expect(rule(steps), [])
        let start = ContinuousClock.now
        #expect(RuleLoader.load(text: rule(steps), path: "r.yaml").rules.count == 1)
        #expect(ContinuousClock.now - start < .seconds(60))
        expect(rule(steps + " -> c"), ["5:50010 FX0202"])
        expect(rule(steps + " -> !b for 1x"), ["5:50017 FX0201"])
        expect(rule(steps + " -> )"), ["5:50010 FX0201"])
        let lines = Array(repeating: "  a ->\n", count: 9_999).joined()
        expect(rule("|\n" + lines + "  c\n"), ["10005:3 FX0202"])
        expect(rule("'" + Array(repeating: "a{1,2}?[->]", count: 10_000).joined(separator: " , ") + "'"), [])
        expect(rule(Array(repeating: "(a | b)", count: 5_000).joined(separator: " ->> ")), [])
        expect(rule("permute(" + Array(repeating: "a", count: 10_000).joined(separator: ", ") + ")"), [])
        expect(rule("5000 of (" + Array(repeating: "a", count: 10_000).joined(separator: ", ") + ")"), [])
        expect(rule(Array(repeating: "a", count: 10_000).joined(separator: " | ")), [])
        expect(rule("'" + Array(repeating: "!b -> a", count: 5_000).joined(separator: " -> ") + "'"), [])
    }

    @Test("one line of a megabyte")
    func garbage() {
        expect(rule("'" + String(repeating: "a b ", count: 250_000) + "'"), ["5:13 FX0201"])
        expect(rule("'" + String(repeating: "§", count: 500_000) + "'"), ["5:11 FX0201"])
        expect(rule("'" + String(repeating: "a", count: 1_000_000) + "'"), ["5:11 FX0202"])
        expect(rule("'" + String(repeating: "9", count: 1_000_000) + "'"), ["5:11 FX0201"])
        expect(rule("'a{" + String(repeating: "9", count: 1_000_000) + "}'"), ["5:13 FX0201"])
        expect(rule("'" + String(repeating: "->", count: 500_000) + "'"), ["5:11 FX0201"])
        expect(rule("'" + String(repeating: "a{1,2}", count: 150_000) + "'"), ["5:17 FX0201"])
        expect(rule("\"" + String(repeating: "\\x41", count: 250_000) + "\""), ["5:11 FX0202"])
        expect(
            "rule: t\nevents: { a: 'x == \"" + String(repeating: "\\\\", count: 500_000) + "' }\npattern: a\nwithin: 1m\ntests: []\n",
            ["2:20 FX0301"])
        expect(String(repeating: "k", count: 1_000_000) + ": 1\n", ["1:1000001 FX0002"])
        expect("rule: " + String(repeating: "é ", count: 400_000) + "\n", ["1:7 FX0211"])
    }

    @Test("as many of everything as a file may hold")
    func many() {
        let events = (0..<20_000).map { "  e\($0): x == \($0)\n" }.joined()
        expect("rule: t\nevents:\n\(events)pattern: e0\nwithin: 1m\ntests: []\n", [], within: .seconds(60))
        let select = (0..<20_000).map { "  e\($0): x\n" }.joined()
        expect("rule: t\nevents: { a: y == 1 }\nselect:\n\(select)pattern: a\nwithin: 1m\ntests: []\n", [], within: .seconds(60))
        let rules = (0..<3_000).map { "rule: r\($0)\nevents: { a: x == 1 }\npattern: a\nwithin: 1m\ntests: []\n" }
        expect(rules.joined(separator: "---\n"), [], within: .seconds(60))
        let instances = (0..<3_000).map { "  i\($0): {}\n" }.joined()
        expect("rule: t\ninstances:\n\(instances)events: { a: y == 1 }\npattern: a\nwithin: 1m\ntests: []\n", [], within: .seconds(60))
    }
}

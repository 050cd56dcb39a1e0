import Foundation
import Testing

@testable import RuleLanguage

@Suite("Loading sets")
struct LoadingSetTests {
    /// A rule that reads matches.
    private func consumer(_ id: String, _ condition: String, of stream: String = "matches") -> String {
        "rule: \(id)\nfrom: \(stream)\nwhere: \(condition)\nevents: { a: kind == \"x\" }\npattern: a\nwithin: 1m\ntests: []\n"
    }

    private func load(_ rules: [String]) -> RuleSet {
        RuleLoader.load(text: rules.joined(separator: "---\n"), path: "r.yaml")
    }

    @Test("rules whose matches feed each other")
    func cycles() {
        let set = load([consumer("p", "rule == \"q\""), consumer("q", "rule == \"p\""), consumer("r", "rule == \"p\"")])
        let expected = """
            r.yaml:1:7: error[FX0402]: matches feed rules in a circle: p -> q -> p
              rule: p
                    ^
              hint: say which rules' matches it reads: `where: rule in ("…")`

            """
        #expect(DiagnosticRenderer().text(set.diagnostics) == expected)
        #expect(set.rules.map(\.id) == ["r"])
    }

    @Test("a rule that could see its own matches")
    func ownMatches() {
        #expect(load([consumer("p", "user == \"q\"")]).diagnostics.map(\.code) == [.ruleCycle])
        #expect(load([consumer("p", "level == \"medium\"")]).diagnostics.map(\.code) == [.ruleCycle])
        #expect(load([consumer("p", "level == \"high\"")]).diagnostics.isEmpty)
        #expect(load([consumer("p", "user == \"q\"", of: "auth")]).diagnostics.isEmpty)
    }

    @Test("the order of feeders and consumers")
    func graph() {
        let set = load([consumer("p", "rule == \"q\""), consumer("q", "rule == \"r\""), rule(id: "r")])
        #expect(set.diagnostics.isEmpty)
        let graph = RuleGraph(rules: set.rules)
        #expect(graph.edges == [[], [0], [1]])
        #expect(graph.topologicalOrder == [2, 1, 0])
        #expect(RuleGraph(edges: [[1], [2], [0], [3]]).topologicalOrder == nil)
        #expect(RuleGraph(edges: [[1], [2], [0], [3]]).cycles == [[0, 1, 2, 0], [3, 3]])
    }

    @Test("libraries that use each other in a circle")
    func libraryCycle() {
        let set = RuleLoader.load(
            text: rule("use: one"), path: "r.yaml", libraries: ["one": "use: [two]\n", "two": "library: two\nuse: one\n"])
        let expected = """
            patterns/two.yaml:2:6: error[FX0107]: libraries use each other in a circle: one -> two -> one
              use: one
                   ^~~
              hint: move what both need into a third library

            """
        #expect(DiagnosticRenderer().text(set.diagnostics) == expected)
        let own = RuleLoader.load(text: rule("use: one"), path: "r.yaml", libraries: ["one": "use: one\n"])
        #expect(own.diagnostics.map(\.message) == ["libraries use each other in a circle: one -> one"])
    }

    @Test("what a library says is checked")
    func libraryErrors() {
        let library = """
            library: web
            event: {}
            lists: { l: 5 }
            patterns: { p: { params: { n: 1 } } }
            """
        let expected = """
            patterns/net.yaml:1:10: error[FX0104]: library `web` stands in the file of `net`
              library: web
                       ^~~
              hint: write `net`
            patterns/net.yaml:2:1: error[FX0101]: a library has no key `event`
              event: {}
              ^~~~~
              hint: did you mean `events`?
            patterns/net.yaml:3:13: error[FX0103]: list `l` must be a list, not a single value
              lists: { l: 5 }
                          ^
            patterns/net.yaml:4:13: error[FX0102]: a pattern needs the key `pattern`
              patterns: { p: { params: { n: 1 } } }
                          ^

            """
        let set = RuleLoader.load(
            text: rule("use: net\n") + "---\n" + rule("use: net", id: "u"), path: "r.yaml", libraries: ["net": library])
        #expect(DiagnosticRenderer().text(set.diagnostics) == expected)
        #expect(set.rules.isEmpty)
    }

    @Test("a library's contents")
    func library() throws {
        let text = """
            title: T
            params: { w: 5m }
            events: { fail: outcome == "failure", any: }
            patterns:
              two: fail -> fail
              many: { params: { n: 5, m: }, pattern: "fail{$n,$m}" }
            lists: { admins: [root, 7] }
            """
        var sink = DiagnosticSink()
        let documents = YAMLReader.documents(of: SourceFile(path: "l.yaml", text: text), into: &sink)
        let library = LibraryReader.contents(documents, name: "l", into: &sink).definition
        #expect(sink.diagnostics.isEmpty)
        #expect(library.events["fail"]?.text?.text == "outcome == \"failure\"")
        #expect(library.events["any"]?.text == nil)
        #expect(library.parameters == ["w": .duration(300_000_000_000)])
        #expect(library.patterns["two"]?.text.text == "fail -> fail")
        #expect(library.patterns["many"]?.parameters.map(\.name) == ["n", "m"])
        #expect(library.patterns["many"]?.parameters.map(\.default) == [.int(5), nil])
        #expect(library.lists == ["admins": [.string("root"), .int(7)]])
    }

    @Test("predicates and patterns of a library are checked, used or not")
    func libraryTexts() {
        let library = """
            use: base
            events:
              fail: outcome === "failure"
              fine: outcome == "ok"
            patterns:
              two: fine -> fial
              not: "!fine"
              given: { params: { n: }, pattern: "fine{$n}" }
              other: base.any -> fine
            """
        let set = RuleLoader.load(
            text: rule("use: net"), path: "r.yaml", libraries: ["net": library, "base": "events: { any: }\n"])
        let lines = DiagnosticRenderer().text(set.diagnostics).split(separator: "\n").filter { $0.contains("error[") }
        #expect(lines.map { $0.prefix(38) } == ["patterns/net.yaml:3:19: error[FX0301]:", "patterns/net.yaml:6:16: error[FX0202]:"])
        #expect(set.rules.count == 1)
    }

    @Test("a rule made of a library's names")
    func libraryUse() throws {
        let auth = """
            params: { bad: failure }
            events:
              fail: action == "login" and outcome == $bad
              ok: outcome == "success"
            patterns:
              brute: { params: { n: 5 }, pattern: "fail{$n,} -> ok" }
            lists: { admins: [root, admin] }
            """
        let text = """
            rule: auth.brute
            use: [auth]
            from: auth
            where: user in @lists.auth.admins
            by: { auth.fail: user, ok: actor.user }
            skip: to_last(auth.ok)
            pattern: auth.brute(3)
            within: 10m
            tests: []
            """
        let set = RuleLoader.load(text: text, path: "r.yaml", libraries: ["auth": auth])
        #expect(DiagnosticRenderer().text(set.diagnostics) == "")
        let rule = try #require(set.rules.first)
        #expect(rule.events.map(\.name) == ["fail", "ok"])
        #expect(rule.events.map { $0.key.map(\.path.text) } == [["user"], ["actor.user"]])
        #expect(rule.skip == .toLast(1))
    }

    @Test("directories are searched in order; libraries are found above; what cannot be read is said")
    func files() throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("loading-\(UInt64.random(in: 0 ... .max))")
        defer { try? FileManager.default.removeItem(at: root) }
        func write(_ path: String, _ text: String) throws {
            let url = root.appendingPathComponent(path)
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: url, atomically: true, encoding: .utf8)
        }
        try write("rules/b/two.yml", rule("use: net", id: "two"))
        try write("rules/a.yaml", rule(id: "one"))
        try write("rules/.hidden.yaml", "no")
        try write("rules/note.txt", "no")
        try write("patterns/net.yaml", "lists: { l: [1] }\n")
        try write("patterns/bad.yaml", "lists: 5\n")
        let set = RuleLoader.load(paths: [root.path + "/rules"])
        #expect(DiagnosticRenderer().text(set.diagnostics) == "")
        #expect(set.rules.map(\.id) == ["one", "two"])
        #expect(set.files.map { $0.dropFirst(root.path.count) } == ["/rules/a.yaml", "/rules/b/two.yml", "/patterns/net.yaml"])
        #expect(RuleLoader.load(paths: [root.path]).diagnostics.map(\.code) == [.wrongKind])
        #expect(RuleLoader.load(paths: [root.path + "/patterns"]).diagnostics.map(\.code) == [.wrongKind])
        #expect(RuleLoader.load(paths: [root.path + "/rules"], patternDirectories: []).diagnostics.map(\.code) == [.unknownLibrary])
        let missing = RuleLoader.load(paths: [root.path + "/none.yaml"])
        #expect(
            DiagnosticRenderer().text(missing.diagnostics).hasSuffix(
                "/none.yaml:1:1: error[FX0001]: cannot be read: No such file or directory\n"))
    }
}

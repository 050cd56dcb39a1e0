import Testing

@testable import RuleLanguage

@Suite("YAML reader")
struct YAMLReaderTests {
    @Test("plain scalars are typed by the core schema")
    func coreSchema() throws {
        let text =
            "[~, null, true, False, 12, -7, 0x1F, 0o17, 1.5, .5, -2e3, .inf, 10.0.0.1, 1m, 'true', \"12\", 99999999999999999999, !!str 5]"
        let literals = try #require(readYAML(text).documents.first).items.map { $0.scalar?.literal }
        let expected: [Literal] = [
            .null, .null, .bool(true), .bool(false), .int(12), .int(-7), .int(31), .int(15), .double(1.5), .double(0.5), .double(-2000),
            .double(.infinity), .string("10.0.0.1"), .string("1m"), .string("true"), .string("12"), .double(1e20), .string("5"),
        ]
        #expect(literals == expected)
    }

    @Test("every node keeps the bytes it was written with")
    func spans() throws {
        let root = try #require(
            readYAML("\u{FEFF}é: [a, 'b c']\r\nk:\r\n  x: {p: q}\r\n  y: |\r\n    one\r\n    two\r\n\r\nz: 1\r\n").documents.first)
        #expect(root["é"]?.source == "[a, 'b c']")
        #expect(root["é"]?.items.map(\.source) == ["a", "'b c'"])
        #expect(root["k"]?["x"]?.source == "{p: q}")
        #expect(root["k"]?["y"]?.source == "|\r\n    one\r\n    two")
        #expect(root["z"]?.source == "1")
    }

    @Test(
        "every byte of a scalar leads back to the file",
        arguments: [
            "k: fail -> ok", "k: 'it''s ok'", "k: \"a\\tb \\u00e9 ok\"", "k: |\n  fail\n    -> ok\n", "k: >-  # note\n  fail\n  -> ok\n",
            "k: fail\n  -> ok", "k: \"fail \\\n   -> ok\"", "k: &x fail -> ok", "é: 'ü' # ok\nk: ö ok", "k: |2-\n  x\n\n  ok",
        ])
    func alignment(text: String) throws {
        let value = try #require(readYAML(text).documents.first?["k"]?.scalar?.text)
        #expect(value.offsets.count == value.text.utf8.count + 1)
        #expect(value.offsets == value.offsets.sorted())
        let bytes = Array(value.text.utf8)
        let index = try #require(bytes.indices.dropLast().first { bytes[$0] == UInt8(ascii: "o") && bytes[$0 + 1] == UInt8(ascii: "k") })
        let span = value.span(index..<(index + 2))
        #expect(String(decoding: value.file.bytes[span.start..<span.end], as: UTF8.self) == "ok")
        #expect(value.file.bytes.count - span.end <= 3)
    }

    @Test("documents without content are left out")
    func documents() {
        let read = readYAML("---\n---\na: 1\n...\n# nothing\n---\nb: 2\n")
        #expect(read.documents.map(\.source) == ["a: 1", "b: 2"])
        #expect(readYAML("").documents.isEmpty)
        #expect(readYAML("").report == "")
    }

    @Test("a question mark before a word is part of it, also in brackets")
    func questionMarks() throws {
        let root = try #require(
            readYAML("a: [u, ?v, '?w x', \"Q ?Q\"]\nb: {k: ?v, ?l: http://x/?q=Q}\nc: ?v ?w # ?x\nd: |\n  ?x Q").documents.first)
        #expect(root["a"]?.items.map { $0.scalar?.text.text } == ["u", "?v", "?w x", "Q ?Q"])
        #expect(root["b"]?["k"]?.scalar?.text.text == "?v")
        #expect(root["b"]?["?l"]?.scalar?.text.text == "http://x/?q=Q")
        #expect(root["c"]?.scalar?.text.text == "?v ?w")
        #expect(root["d"]?.scalar?.text.text == "?x Q")
    }

    @Test("an alias is the node of its anchor")
    func aliases() throws {
        let root = try #require(readYAML("a: &x [1, 2]\nb: *x\n&k c: 3\nd: {*k : 4}\n").documents.first)
        #expect(root["b"] === root["a"])
        #expect(root["d"]?["c"]?.scalar?.literal == .int(4))
    }

    @Test("a key that stands twice")
    func duplicateKey() {
        let expected = """
            y.yaml:3:3: error[FX0004]: key `x` stands twice in one mapping
                x: 2
                ^
              hint: remove one of them

            """
        #expect(readYAML("a:\n  x: 1\n  x: 2\n").report == expected)
    }

    /// What YAML makes of texts without quotes is said in the author's words.
    @Test(arguments: [
        ("pattern: !c -> a\n", "a text that begins with `!` needs quotes, such as '!a -> b'"),
        ("a: @time > 5\n", "a text that begins with `@` needs quotes"),
        ("a: `x\n", "a text that begins with ``` needs quotes"),
        ("a:\n\tb: 1\n", "indent with spaces, not with tabs"),
        (
            "events: {a: x in (\"p\", \"q\")}\n",
            "a text with commas, quotes or braces inside braces or brackets needs quotes, or a line of its own"
        ),
        ("a: b: c\n", "a text with `: ` in it needs quotes"),
    ])
    func textsWithoutQuotes(text: String, hint: String) {
        let report = readYAML(text).report
        #expect(report.contains("hint: \(hint)\n") || report.contains("= hint: \(hint)"), "\(report)")
    }

    @Test("what is not YAML")
    func syntax() {
        let expected = """
            y.yaml:2:2: error[FX0002]: while parsing a flow sequence: did not find expected ',' or ']'
              b: 1
               ^

            """
        #expect(readYAML("a: [1, 2\nb: 1\n").report.hasPrefix(expected))
        #expect(
            readYAML("a: *x\n").report.hasPrefix("y.yaml:1:4: error[FX0002]: alias `*x` has no anchor `&x` before it\n  a: *x\n     ^~\n"))
        #expect(readYAML("a: !ruby/object 1\n").report.hasPrefix("y.yaml:1:4: error[FX0002]: tag `!ruby/object` has no meaning here\n"))
        #expect(readYAML("a: b\u{0}c\n").report.hasPrefix("y.yaml:1:5: error[FX0002]: "))
        #expect(readYAML("? [a]\n: 1\n").report.hasPrefix("y.yaml:1:3: error[FX0103]: a key must be a text\n  ? [a]\n    ^\n"))
    }

    @Test("bytes that are not UTF-8")
    func invalidUTF8() {
        let expected = "y.yaml:2:4: error[FX0005]: byte 0xFF is not UTF-8\n  b: \u{FFFD}\n     ^\n  hint: save the file as UTF-8\n"
        #expect(readYAML(Array("a: 1\nb: ".utf8) + [0xFF]).report == expected)
        for bytes: [UInt8] in [
            [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80], [0xFF, 0xFE, 0x61, 0x00],
        ] {
            #expect(readYAML(bytes).report.hasPrefix("y.yaml:1:1: error[FX0005]: "))
        }
        #expect(readYAML("a: é€😀").report == "")
    }
}

@Suite("YAML budgets")
struct YAMLBudgetTests {
    private func expectFast(_ text: String, _ prefix: String) {
        var report = ""
        let time = ContinuousClock().measure { report = readYAML(text).report }
        #expect(report.prefix(prefix.count) == prefix)
        #expect(time < .seconds(60))
    }

    @Test("aliases that expand without end")
    func bombs() {
        var values = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...20 { values += "a\(level): &a\(level) [\((0..<10).map { _ in "*a\(level - 1)" }.joined(separator: ", "))]\n" }
        expectFast(values, "y.yaml:5:45: error[FX0003]: the document has more than 100000 nodes when its aliases are expanded\n  a4: ")
        var keys = "a0: &a0 {p: x, q: x, r: x}\n"
        for level in 1...30 { keys += "a\(level): &a\(level) {p: *a\(level - 1), q: *a\(level - 1), r: *a\(level - 1)}\n" }
        expectFast(keys, "y.yaml:10:13: error[FX0003]: the document has more than 100000 nodes")
        let long = "a: &a \(String(repeating: "x", count: 1 << 20))\nb: [\(String(repeating: "*a, ", count: 1000))]\n"
        expectFast(long, "y.yaml:2:61: error[FX0003]: the document has more than 16777216 bytes of text")
        let key = "? &a \(String(repeating: "x", count: 1 << 20))\n: 1\nb: [\(String(repeating: "{*a : 1}, ", count: 1000))]\n"
        expectFast(key, "y.yaml:3:146: error[FX0003]: the document has more than 16777216 bytes of text")
    }

    @Test("an alias inside its own anchor")
    func cycle() {
        let expected = """
            y.yaml:1:11: error[FX0003]: alias `*a` stands inside its own anchor: it would never end
              a: &a [1, *a]
                        ^~

            """
        #expect(readYAML("a: &a [1, *a]\n").report == expected)
        #expect(readYAML("&a k: {x: *a}\n").report == "")
        #expect(readYAML("--- &a\nk: {x: *a}\n").report.hasPrefix("y.yaml:2:8: error[FX0003]: "))
    }

    @Test("nesting a hundred thousand deep")
    func depth() {
        expectFast(String(repeating: "[", count: 100_000), "y.yaml:1:65: error[FX0003]: nested deeper than 64 levels\n")
        expectFast(String(repeating: "{a: ", count: 100_000), "y.yaml:1:257: error[FX0003]: nested deeper than 64 levels\n")
        expectFast(String(repeating: "- ", count: 100_000), "y.yaml:1:129: error[FX0003]: nested deeper than 64 levels\n")
        #expect(readYAML(String(repeating: "[", count: 64) + String(repeating: "]", count: 64)).report == "")
    }

    @Test("nesting through aliases counts too")
    func aliasDepth() {
        func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth) }
        #expect(readYAML("a: &a \(nested(40))\nb: \(nested(20).replacing("1", with: "*a"))\n").report == "")
        #expect(readYAML("a: &a \(nested(40))\nb: \(nested(23).replacing("1", with: "*a"))\n").report == "")
        expectFast(
            "a: &a \(nested(40))\nb: \(nested(24).replacing("1", with: "*a"))\n",
            "y.yaml:2:28: error[FX0003]: nested deeper than 64 levels when its aliases are expanded\n")
        var chain = "a0: &a0 [1]\n"
        for level in 1...10_000 { chain += "a\(level): &a\(level) {k: *a\(level - 1)}\n" }
        expectFast(chain, "y.yaml:64:15: error[FX0003]: nested deeper than 64 levels when its aliases are expanded\n")
    }

    @Test("files beyond the budget")
    func size() {
        expectFast(
            String(repeating: "# x\n", count: 1 << 20) + "#",
            "y.yaml:1:1: error[FX0003]: the file has more than 4194304 bytes\n")
        expectFast("[" + String(repeating: "1,", count: 200_000) + "]", "y.yaml:1:200")
    }
}

import Testing

@testable import RuleLanguage

@Suite("Diagnostic renderer")
struct DiagnosticRendererTests {
    private func diagnostic(_ text: String, _ range: Range<Int>, hint: String = "") -> Diagnostic {
        let file = SourceFile(path: "d/r.yaml", text: text)
        return Diagnostic(
            .error, .unknownKey, "say \"what\"", at: .init(file: file, start: range.lowerBound, end: range.upperBound), hint: hint)
    }

    @Test("the line, carets under the span, the hint")
    func text() {
        let expected = "d/r.yaml:2:2: error[FX0101]: say \"what\"\n  \tépqr: 1\n  \t^~~~\n  hint: h\n"
        #expect(DiagnosticRenderer().text(diagnostic("a\n\tépqr: 1\nz", 3..<8, hint: "h")) == expected)
    }

    @Test("a span of several lines is marked to the end of the first; an empty one by one caret")
    func bounds() {
        #expect(DiagnosticRenderer().text(diagnostic("abc\ndef", 1..<6)).hasSuffix("  abc\n   ^~\n"))
        #expect(DiagnosticRenderer().text(diagnostic("abc", 3..<3)).hasSuffix("  abc\n     ^\n"))
        #expect(DiagnosticRenderer().text(diagnostic("", 0..<0)) == "d/r.yaml:1:1: error[FX0101]: say \"what\"\n")
    }

    @Test("of a very long line the part around the place is shown")
    func window() {
        let lines = DiagnosticRenderer().text(diagnostic(String(repeating: "x", count: 1_000_000) + "!", 1_000_000..<1_000_001)).split(
            separator: "\n")
        #expect(lines[1].count == 162)
        #expect(lines[1].hasSuffix("x!"))
        #expect(lines[2].count == 162)
    }

    @Test("colour")
    func color() {
        let text = DiagnosticRenderer(usesColor: true).text(diagnostic("abc", 0..<2))
        #expect(text == "d/r.yaml:1:1: \u{1B}[1;31merror[FX0101]\u{1B}[0m: say \"what\"\n  abc\n  \u{1B}[1;32m^~\u{1B}[0m\n")
    }

    @Test("JSON")
    func json() {
        let expected =
            #"{"file":"d/r.yaml","line":1,"column":2,"endLine":2,"endColumn":3,"severity":"error","code":"FX0101","message":"say \"what\"","hint":"tab\t\u0001"}"#
        let one = diagnostic("abc\ndef", 1..<6, hint: "tab\t\u{1}")
        #expect(DiagnosticRenderer().json(one) == expected)
        #expect(DiagnosticRenderer().json([one, one]) == "[\n\(expected),\n\(expected)\n]\n")
        #expect(DiagnosticRenderer().json([]) == "[]\n")
    }

    @Test(
        "suggestions",
        arguments: [
            ("wihtin", "within"), ("form", "from"), ("Pattern", "pattern"), ("lvel", "level"), ("zzz", nil), ("actionss", "actions"),
        ] as [(String, String?)])
    func suggestions(name: String, expected: String?) {
        #expect(NameSuggestion.nearest(to: name, among: RuleReader.keys) == expected)
    }
}

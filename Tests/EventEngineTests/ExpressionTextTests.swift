@testable import EventEngine
import RuleLanguage
import Testing

@Suite("Expressions: texts")
struct ExpressionTextTests {
    @Test("contains, startswith, endswith with constants and with computed texts")
    func parts() {
        let cases: [(String, TextOperator, String, Bool)] = [
            ("powershell.exe", .contains, "shell", true), ("powershell.exe", .contains, "Shell", false),
            ("powershell.exe", .contains, "", true), ("", .contains, "", true), ("", .contains, "a", false),
            ("abc", .contains, "abcd", false), ("aab", .contains, "ab", true), ("powershell", .startswith, "power", true),
            ("powershell", .startswith, "shell", false), ("ab", .startswith, "abc", false), ("ab", .startswith, "", true),
            ("powershell", .endswith, "shell", true), ("powershell", .endswith, "power", false), ("ab", .endswith, "cab", false),
            ("", .endswith, "", true),
        ]
        for (subject, operation, part, holds) in cases {
            let bench = ExpressionBench(["a": .string(subject), "b": .string(part)])
            let wrong = "\(subject) \(operation.rawValue) \(part)"
            #expect(bench.holds(text(field("a"), operation, part)) == holds, "\(wrong)")
            #expect(bench.holds(text(field("a"), operation, "\u{1}", part)) == holds, "\(wrong)")
            #expect(bench.holds(textDynamic(field("a"), operation, field("b"))) == holds, "\(wrong)")
            let upper = ExpressionBench(["a": .string(subject.uppercased()), "b": .string(part)])
            #expect(upper.holds(text(field("a"), operation, part, caseInsensitive: true)) || !holds, "\(wrong)")
            #expect(upper.holds(textDynamic(field("a"), operation, field("b"), caseInsensitive: true)) || !holds, "\(wrong)")
        }
        let number = ExpressionBench(["a": 8080])
        #expect(!number.holds(text(field("a"), .startswith, "80")))
    }

    @Test("Case-insensitive parts beyond ASCII")
    func wideCase() {
        let bench = ExpressionBench(["a": "Straßen in KÖLN", "b": "kölN"])
        #expect(bench.holds(text(field("a"), .contains, "ößen", "KÖln", caseInsensitive: true)))
        #expect(!bench.holds(text(field("a"), .contains, "KÖln")))
        #expect(bench.holds(text(field("a"), .endswith, "köln", caseInsensitive: true)))
        #expect(bench.holds(textDynamic(field("a"), .endswith, field("b"), caseInsensitive: true)))
        #expect(bench.holds(text(field("a"), .like, "straße*K?LN", caseInsensitive: true)))
    }

    @Test("like: table")
    func wildcards() {
        let cases: [(String, String, Bool)] = [
            ("", "", true), ("", "*", true), ("", "?", false), ("a", "", false), ("a", "?", true), ("ab", "?", false),
            ("é", "?", true), ("日本", "??", true), ("日本", "?本", true), ("日本", "日?", true), ("日本", "*?", true),
            ("abc", "a*c", true), ("abc", "a*b", false), ("ac", "a*c", true), ("aba", "ab*ba", false), ("abba", "ab*ba", true),
            (#"C:\Windows\cmd.exe"#, #"*\cmd.exe"#, true), (#"C:\Windows\cmd.exe"#, #"C:\*\cmd.exe"#, true),
            ("a*b", "a*b", true), ("xyz", "***", true), ("xyz", "*?*?*?*", true), ("xyz", "*?*?*?*?*", false),
            ("mississippi", "m*iss*ip*i", true), ("mississippi", "m*ss?ss*", true), ("mississippi", "m*ss?sp*", false),
            ("mississippi", "m*ss?ss?pp?", true),
            ("aaab", "*aab", true), ("abab", "*ab", true), ("日本語", "*?本*", true),
        ]
        for (subject, pattern, holds) in cases {
            #expect(ExpressionBench(["a": .string(subject)]).holds(text(field("a"), .like, pattern)) == holds, "\(subject) like \(pattern)")
        }
        let bench = ExpressionBench(["a": "beta"])
        #expect(bench.holds(text(field("a"), .like, "alpha", "b*")))
        #expect(!bench.holds(text(field("a"), .like, "alpha", "B*")))
        #expect(bench.holds(text(field("a"), .like, "alpha", "B*", caseInsensitive: true)))
    }

    @Test("like: random patterns and texts against a naive matcher", arguments: [UInt64(1), 2, 3, 4])
    func randomWildcards(seed: UInt64) {
        var generator = RandomNumbers(state: seed)
        let letters: [Character] = ["a", "b", "é"]
        let store = ConstantStore()
        var fitting = 0
        for _ in 0..<5000 {
            let subject = String((0..<generator.next(below: 10)).map { _ in letters[generator.next(below: 3)] })
            let pattern = String((0..<generator.next(below: 7)).map { _ in (letters + ["*", "?", "*"])[generator.next(below: 6)] })
            let expected = Self.naive(Array(pattern.unicodeScalars)[...], Array(subject.unicodeScalars)[...])
            var bytes = Array(subject.utf8)
            let actual = bytes.withUnsafeMutableBytes {
                WildcardPattern(pattern, store: store).matches(UnsafeRawBufferPointer($0))
            }
            #expect(actual == expected, "seed \(seed): \(subject) like \(pattern)")
            if expected { fitting += 1 }
        }
        #expect(fitting > 300)
    }

    private static func naive(_ pattern: ArraySlice<Unicode.Scalar>, _ text: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "*" { return naive(pattern.dropFirst(), text) || (!text.isEmpty && naive(pattern, text.dropFirst())) }
        guard let character = text.first, first == "?" || first == character else { return false }
        return naive(pattern.dropFirst(), text.dropFirst())
    }

    @Test("like takes time linear in a hostile text")
    func hostileWildcard() {
        let subject = String(repeating: "a", count: 200_000)
        let bench = ExpressionBench(["a": .string(subject)])
        let pattern = String(repeating: "*a", count: 50) + "*b"
        let clock = ContinuousClock()
        let time = clock.measure {
            #expect(!bench.holds(text(field("a"), .like, pattern)))
            #expect(!bench.holds(text(field("a"), .like, "*a?a?b*")))
        }
        #expect(time < .seconds(60))
    }

    @Test("matches: RE2, found anywhere, several patterns, case")
    func regularExpressions() {
        let bench = ExpressionBench(["a": "user=Bob id=42", "e": "", "n": 42])
        #expect(bench.holds(text(field("a"), .matches, "id=[0-9]+")))
        #expect(!bench.holds(text(field("a"), .matches, "^id=")))
        #expect(!bench.holds(text(field("a"), .matches, "user=bob")))
        #expect(bench.holds(text(field("a"), .matches, "user=bob", caseInsensitive: true)))
        #expect(bench.holds(text(field("a"), .matches, "nothing", "=42$")))
        #expect(bench.holds(text(field("e"), .matches, "^$")))
        #expect(!bench.holds(text(field("n"), .matches, "42")))
        #expect(bench.value(text(field("a"), .matches, "(")) == nil)
    }
}

/// A small seeded generator (SplitMix64).
struct RandomNumbers {
    var state: UInt64

    mutating func next(below bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((value ^ (value >> 31)) % UInt64(bound))
    }
}

import Foundation
import ReferenceMatcher
import Testing

@testable import EngineService

/// What is said against a silence before it is set.
@Suite struct SilenceCheckTests {
    @Test(arguments: [
        ("auth.*", true), ("a?[bc]", true), ("a[!b]", true), ("[]]", true), ("[!]]", true), ("[^]a]x", true), (#"\["#, true),
        (#"a\\"#, true), ("a]", true), ("[[:alpha:]]", true), ("é[ü]\n", true), ("", false), ("t.[a", false), ("[", false), ("[]", false),
        ("[!", false), ("[!]", false), ("[^]", false), (#"a\"#, false), ("[a][", false),
    ])
    func patterns(_ text: String, _ isPattern: Bool) { #expect(SilenceCheck.isPattern(text) == isPattern) }

    /// The interface's description promises what the check takes.
    @Test func theExpressionSaysTheSame() throws {
        let expression = try Regex(SilenceCheck.patternExpression)
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<20_000 {
            let length = Int.random(in: 1...7, using: &generator)
            let text = String((0..<length).map { _ in "[]!^\\a*\n".randomElement(using: &generator) ?? "a" })
            #expect(SilenceCheck.isPattern(text) == (text.wholeMatch(of: expression) != nil), "\(text.debugDescription)")
        }
    }

    @Test func warnings() {
        let rules = [
            SilenceCheck.KnownRule(id: "a.one", key: ["user", "host"]), .init(id: "a.two", key: ["ip"]), .init(id: "b", key: []),
        ]
        func warning(_ rule: String, _ names: String...) -> String? {
            let silence = Silence(rule: rule, fields: names.map { .init(name: $0, value: "x") }, end: .max, author: "", reason: "")
            return SilenceCheck.warning(silence, rules: rules)
        }
        #expect(warning("a.one", "host", "user") == nil && warning("*", "ip") == nil && warning("b") == nil)
        #expect(warning("a.on") == "no rule that runs has the id `a.on`; did you mean `a.one`?")
        #expect(warning("[cd]*") == "no rule that runs has an id like `[cd]*`")
        #expect(warning("a.*", "usr") == "no rule that it covers has `usr` in its key; did you mean `user`?")
        #expect(warning("a.*", "ip", "user") == "no rule that it covers has all of `ip`, `user` in its key")
        #expect(SilenceCheck.warning(Silence(rule: "x", end: .max, author: "", reason: ""), rules: []) == nil)
    }
}

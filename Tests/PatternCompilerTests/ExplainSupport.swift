import RuleLanguage
import Testing

@testable import PatternCompiler

/// Rules for tests of explanations.
enum ExplainSupport {
    /// The explanation of a rule with these lines behind `rule:`; fails the test when it has errors.
    static func explanation(_ body: String) throws -> Explanation {
        let set = RuleLoader.load(text: "rule: t\n" + body + "\n", path: "t.yaml")
        let errors = set.diagnostics.filter { $0.severity == .error }
        #expect(errors.isEmpty, "\(errors.map(\.message))")
        let rule = try #require(set.rules.first)
        return try #require(Explanation(rule))
    }

    /// The lines of the text form from `from` up to the next blank line.
    static func section(_ title: String, of explanation: Explanation) -> String {
        let lines = explanation.text().split(separator: "\n", omittingEmptySubsequences: false)
        let start = lines.firstIndex { $0.hasPrefix(title) } ?? lines.endIndex
        return lines[start...].prefix { !$0.isEmpty }.joined(separator: "\n")
    }

    /// A rule built by hand, with names that no file could hold.
    static func rule(id: String = "t", _ kind: Pattern.Kind, names: [String]) -> Rule {
        var rule = Rule(id: id, span: span, pattern: Pattern(kind, span: span))
        rule.events = names.map { EventDefinition(name: $0, predicate: nil, span: span) }
        return rule
    }

    /// A place of no file.
    static let span = SourceSpan(file: SourceFile(path: "t", text: ""), start: 0, end: 0)
}

import RuleLanguage
import Testing

@testable import PatternCompiler

@Suite("Explain: expressions and patterns as text")
struct ExplainExpressionTests {
    /// What the report says of the predicate of `b`, which may read a bound `a`.
    private func shown(_ predicate: String) throws -> String {
        let quoted = predicate.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
        let explanation = try ExplainSupport.explanation("events:\n  a: x == 1\n  b: '\(quoted)'\npattern: a -> b\nwithin: 1h")
        let event = explanation.rule.events[1]
        return ExpressionText(names: ["a", "b"]).text(try #require(event.predicate))
    }

    @Test(
        "texts come back as they were written, and mean the same when read again",
        arguments: [
            "x == 1 and (y or z) and not w", "x == 1 or y == 2 and z == 3", "not (x == 1 and y == 2)", "(x - (y - 1)) * 2 == -z % 3 / 4",
            "x in (1, -2, \"a\", 1.5, true)", "x not in~ (\"a\", \"b\")", "x is null and y is not null", "x like~ \"*.exe\"",
            "x not matches \"^\\d+\\\\n$\"", "x startswith (\"a\", \"b\")", "x contains y", "x not endswith~ y", "x ==~ \"A\"",
            "tags[*] == \"x\" and list[2].name == `a b`.c.`d-e`", "`a`.b == 1", "`not` == 1",
            "a.b == first(a).`@c` and prev(x) != lag(@time)",
            "count(a) > 3 and distinct(a.host) > 1 and max(a.@time) < @time", "@time - a.@time <= 1h30m",
            "cidr(ip, \"10.0.0.0/8\", \"::1/128\")",
            "if(x > 1, lower(y), \"z\") == \"q\\\"\\t\\u0001\"", "x == \"C:\\Windows\\\\temp\\\\\"", "@time > \"2026-01-02T03:04:05.500Z\"",
            "-x < -(y + 1)", "a.@stream != @stream",
        ])
    func roundTrip(text: String) throws {
        let first = try shown(text)
        #expect(first == text)
        #expect(try shown(first) == first)
    }

    @Test(
        "patterns come back as they were written",
        arguments: [
            "a -> b", "a ->[<= 5s] b ->>[>= 1m] a ,[1s..2s] b", "a+ -> b*? -> a{2} -> b{,3}? -> a{2,} -> b{1,4}", "(a -> b){2} -> a",
            "a -> !b for 30s -> a", "(a | b -> a)+[,] -> b", "permute(a, b -> a, (a , b)) -> 2 of (a, b, (a | b))",
            "(a+[->[<= 5s]] until b within 1m) -> b", "a | b -> a",
        ])
    func patterns(text: String) throws {
        let explanation = try ExplainSupport.explanation("events: { a: x == 1, b: x == 2 }\npattern: '\(text)'\nwithin: 1h")
        #expect(PatternText(names: ["a", "b"]).text(explanation.rule.pattern) == text)
    }
}

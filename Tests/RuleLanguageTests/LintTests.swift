import Testing

@testable import RuleLanguage

@Suite struct LintTests {
    private static let events: [(String, String?)] = [("a", "x == 1"), ("b", "y == 2"), ("c", nil)]

    private func lint(
        _ pattern: String, emit: Rule.Emit = .final, filter: String? = nil, having: String? = nil, events: [(String, String?)] = events
    ) -> [String] {
        DSLCase(pattern: pattern, events: events, filter: filter, having: having, emit: emit).compile().report.filter {
            !$0.hasPrefix("FX1007")
        }
    }

    @Test func neverMatches() {
        #expect(lint("a*?") == ["FX1001 pattern:1:1-4"])
        #expect(lint("a*?", emit: .all) == [])
        #expect(lint("a*? -> b") == [])
        #expect(lint("(b | a until a) -> b") == ["FX1001 pattern:1:6-7"])
        #expect(lint("a ->[>= 11m] b") == ["FX1001 pattern:1:14-15"])
        #expect(lint("a -> b", filter: "x == 2") == ["FX1001 a:1:1-7"])
    }

    @Test func trailingLoop() {
        #expect(lint("a -> b+", emit: .first) == ["FX1002 pattern:1:6-8"])
        #expect(lint("a -> (b | c{2,4})", emit: .first) == ["FX1002 pattern:1:11-17"])
        #expect(lint("a -> b?", emit: .first) == ["FX1002 pattern:1:6-8"])
        // What `having` refuses goes on.
        #expect(lint("a -> b+", emit: .first, having: "count(b) > 3") == [])
        #expect(lint("a -> b{2}", emit: .first) == [])
        #expect(lint("a -> b+", emit: .final) == [])
        #expect(lint("a+ -> b", emit: .first) == [])
    }

    @Test func others() {
        #expect(lint("a -> b{2}? -> c") == ["FX1003 pattern:1:7-11"])
        #expect(lint("a -> !b -> c", filter: "y == 3") == ["FX1004 b:1:1-7"])
        #expect(lint("a -> !b -> c", filter: "y in (3, 4) and z == 1") == ["FX1004 b:1:1-7"])
        #expect(lint("a -> !b -> c", filter: "y in (2, 4)") == [])
        #expect(lint("a -> b | a -> c") == ["FX1005 pattern:1:10-16"])
        #expect(lint("a -> (b | c -> a)") == [])
        #expect(DSLCase(pattern: "a", events: [("a", nil), ("b", nil)]).compile().report == ["FX1007 b:1:1-2"])
    }

    @Test(arguments: [
        ("1 == 2", ["FX1006 a:1:1-7"]), ("x == 1 and 2 > 1", ["FX1006 a:1:12-17"]), ("true", ["FX1006 a:1:1-5"]),
        ("x == 1 or false", ["FX1006 a:1:11-16"]),
        ("$yes", []), ("$n == 3", []), ("x == 1 and x == 2", ["FX1006 a:1:12-18"]), ("x > 5 and x <= 5", ["FX1006 a:1:11-17"]),
        ("x >= 5 and x <= 5", []), ("x is null and x == 1", ["FX1006 a:1:15-21"]), ("t[*] == 1 and t[*] == 2", []),
        ("x == 1 and x != 1", ["FX1006 a:1:12-18"]),
        ("1 == x and x in (2, 3)", ["FX1006 a:1:12-23"]), ("x == 1 or x == 2", []),
    ])
    func constantConditions(_ text: String, _ expected: [String]) {
        #expect(DSLCase(pattern: "a", events: [("a", text)]).compile().report == expected)
    }
}

import Testing

@testable import RuleLanguage

@Suite struct PatternParserTests {
    @Test(arguments: [
        ("a", "a"),
        ("a -> b ->> c , d", "(a -> b ->> c , d)"),
        ("a ->[<= 5s] b ->>[>=1m] c ,[1s..1m30s] d", "(a ->[..5s] b ->>[1m..] c ,[1s..1m30s] d)"),
        ("a ->[<= $gap] b ->[$gap..$gapText] c", "(a ->[..5s] b ->[5s..7s] c)"),
        ("a? -> b* -> c+ -> d{2}", "((rep 0 1 a) -> (rep 0 ∞ b) -> (rep 1 ∞ c) -> (rep 2 2 d))"),
        ("a{2,} -> b{,3} -> c{2,4} -> d{$n,}", "((rep 2 ∞ a) -> (rep 0 3 b) -> (rep 2 4 c) -> (rep 3 ∞ d))"),
        (
            "a?? -> b*? -> c+? -> d{2,}? -> a",
            "((rep 0 1 reluctant a) -> (rep 0 ∞ reluctant b) -> (rep 1 ∞ reluctant c) -> (rep 2 ∞ reluctant d) -> a)"
        ),
        (
            "a{5,}[->[<=30s]] -> b+[,] -> c{2}[->>] -> d+?[->>[1s..2s]]",
            "((rep 5 ∞ [->[..30s]] a) -> (rep 1 ∞ [,] b) -> (rep 2 2 [->>] c) -> (rep 1 ∞ reluctant [->>[1s..2s]] d))"
        ),
        ("a -> b | c , d", "(| (a -> b) (c , d))"),
        ("(a -> b)+ -> (c until d within 5m)", "((rep 1 ∞ (group (a -> b))) -> (group c until d within 5m))"),
        ("((a) | b within $gap)", "(group (| (group a) b) within 5s)"),
        ("permute(a, b -> c, (a , d))", "(permute a (b -> c) (group (a , d)))"),
        ("2 of (a, b | c, d)", "(of 2 a (| b c) d)"),
        ("a -> $n of (a, b, c)", "(a -> (of 3 a b c))"),
        ("a -> !c -> !d for 5s -> b", "(a -> (! c) -> (! d 5s) -> b)"),
        ("!c for 5m -> a , !c -> b -> !d for $gap", "((! c 5m) -> a , (! c) -> b -> (! d 5s))"),
        ("lib.fail{3,} -> d", "((rep 3 ∞ fail) -> d)"),
        ("lib.fail -> lib.ok -> lib.fail", "(fail -> ok -> fail)"),
        ("lib.brute(gap: 1m) -> d", "((group ((rep 5 ∞ [->[..1m]] fail) -> ok)) -> d)"),
        ("lib.brute($n, $gap){2}", "(rep 2 2 (group ((rep 3 ∞ [->[..5s]] fail) -> ok)))"),
        ("permute(lib.brute(9, gap: 1m), a)", "(permute (group ((rep 9 ∞ [->[..1m]] fail) -> ok)) a)"),
        ("a -> (!c -> b | d)", "(a -> (group (| ((! c) -> b) d)))"),
    ])
    func parses(_ text: String, _ expected: String) throws {
        let (rule, report) = DSLCase(pattern: text).compile()
        #expect(report.filter { !$0.hasPrefix("FX1") } == [])
        let names = try #require(rule).events.map(\.name)
        #expect(dump(try #require(rule).pattern, names) == expected)
    }

    @Test func libraryEventsFollowOwnOnes() throws {
        let rule = try #require(DSLCase(pattern: "lib.fail -> lib.ok", until: "c").compile().rule)
        #expect(rule.events.map(\.name) == ["a", "b", "c", "d", "fail", "ok"])
        #expect(rule.until == 2)
        #expect(dump(try #require(rule.events[4].predicate), []) == "(== outcome 'no')")
        #expect(dump(try #require(rule.events[5].predicate), rule.events.map(\.name)) == "(== user last:fail.user)")
    }

    @Test(arguments: [
        ("", "FX0201 pattern:1:1-1"), ("a -> ", "FX0201 pattern:1:6-6"), ("a b", "FX0201 pattern:1:3-4"),
        ("a -> for", "FX0201 pattern:1:6-9"),
        ("a || b", "FX0201 pattern:1:3-5"), ("(a -> b", "FX0201 pattern:1:8-8"), ("a[,]", "FX0201 pattern:1:2-3"),
        ("a -> §", "FX0201 pattern:1:6-7"), ("a -> ü", "FX0202 pattern:1:6-7"), ("lib.fail -> fail", "FX0202 pattern:1:13-17"),
        ("aa -> b", "FX0202 pattern:1:1-3"), ("a -> lib.fial", "FX0202 pattern:1:6-14"), ("a -> lbi.fail", "FX0202 pattern:1:6-14"),
        ("a -> lib.brut(1)", "FX0202 pattern:1:6-14"), ("a until b", "FX0201 pattern:1:3-8"),
        ("!a", "FX0203 pattern:1:1-3"), ("a -> !b+", "FX0203 pattern:1:6-9"), ("permute(a, !b -> c)", "FX0203 pattern:1:12-14"),
        ("1 of (a -> !b, c)", "FX0203 pattern:1:12-14"), ("a | !b", "FX0203 pattern:1:5-7"), ("a -> (!b)", "FX0203 pattern:1:7-9"),
        ("!a , b", "FX0203 pattern:1:1-7"), ("!a ->[<=5s] b", "FX0206 pattern:1:1-14"), ("!a -> !b", "FX0208 pattern:1:1-9"),
        ("a ->[<= 5s] !c -> b", "FX0206 pattern:1:5-12"), ("a ->[5s..2s] b", "FX0206 pattern:1:5-13"),
        ("a{3,2}", "FX0205 pattern:1:2-7"), ("a{0}", "FX0205 pattern:1:2-5"), ("a{0,0}", "FX0205 pattern:1:2-7"),
        ("a{100001}", "FX0205 pattern:1:3-9"),
        ("3 of (a, b)", "FX0205 pattern:1:1-2"), ("0 of (a, b)", "FX0205 pattern:1:1-2"),
        ("a{$m}", "FX0108 pattern:1:3-5"), ("a{$name}", "FX0108 pattern:1:3-8"), ("a ->[<= $n] b", "FX0108 pattern:1:9-11"),
        ("a ->[<= 5] b", "FX0105 pattern:1:9-10"), ("a -> !b for 0s", "FX0105 pattern:1:13-15"), ("a ->[<= 5x] b", "FX0201 pattern:1:9-11"),
        ("lib.brute", "FX0303 pattern:1:1-10"), ("lib.brute(1, 1m, 3)", "FX0303 pattern:1:18-19"),
        ("lib.brute(gpa: 1m)", "FX0108 pattern:1:11-18"),
        ("lib.loop", "FX0207 lib:1:9-17"), ("lib.a -> a", "FX0209 pattern:1:1-6"),
    ])
    func reports(_ text: String, _ expected: String) {
        let (rule, report) = DSLCase(pattern: text).compile()
        #expect(rule == nil)
        #expect(report.first == expected)
    }

    @Test func suggests() {
        #expect(DSLCase(pattern: "a -> lib.fial").hints() == ["did you mean `lib.fail`?"])
        #expect(DSLCase(pattern: "a ->[<= 5s] !c -> b").hints() == ["write `!c for 5s`"])
        #expect(DSLCase(pattern: "a -> b", events: [("a", nil), ("b", nil), ("for", nil)]).compile().report == ["FX0211 for:1:1-4"])
    }

    @Test(arguments: [
        ("a -> !b", "FX0210 pattern:1:6-8"), ("!a -> b", "FX0210 pattern:1:1-3"), ("a? -> !c -> b", "FX0210 pattern:1:7-9"),
        ("a -> !c -> b?", "FX0210 pattern:1:6-8"), ("(a -> !b | c)", "FX0210 pattern:1:7-9"),
        ("a -> b", "FX0204 pattern:1:6-7"), ("a+", "FX0204 pattern:1:1-3"), ("a ->[<=5s] b{2}", "FX0204 pattern:1:12-16"),
        ("a , b+", "FX0204 pattern:1:5-7"),
        ("a+[,]", "FX0204 pattern:1:1-6"), ("permute(a, b)", "FX0204 pattern:1:1-14"), ("a -> !c for 5s -> b", "FX0204 pattern:1:19-20"),
        ("(a -> b) within 5m ->[<=1s] c", "FX0201 pattern:1:10-16"),
    ])
    func needsBounds(_ text: String, _ expected: String) {
        #expect(DSLCase(pattern: text, within: nil).compile().report.first == expected)
    }

    @Test(arguments: [
        "a", "a{3}?[,] , b", "a , b{2} , c{1,4}", "a ->[<=5s] b", "a ->[<=5s] b{2}[->[<=1s]]", "a+[->[<=1s]]", "(a -> b+ within 5m)",
        "(a -> b within 5m) , c",
        "a -> !b for 5s", "!b for 5s -> a", "a -> !c ->[<=5s] b", "a , permute(b, c)", "1 of (a)", "(!c for 5s -> a) ->[<=5s] b",
    ])
    func isBounded(_ text: String) {
        #expect(DSLCase(pattern: text, within: nil).compile().report.filter { !$0.hasPrefix("FX1") } == [])
    }

    @Test func limitBounds() {
        #expect(DSLCase(pattern: "a -> b+ -> c", within: nil, hasLimit: true).compile().rule != nil)
    }

    @Test func hugePatterns() {
        let long = Array(repeating: "a", count: 10_000).joined(separator: " -> ")
        let start = ContinuousClock.now
        #expect(DSLCase(pattern: long).compile().rule != nil)
        #expect(ContinuousClock.now - start < .seconds(60))
        let tooLong = Array(repeating: "a", count: 20_001).joined(separator: " -> ")
        #expect(DSLCase(pattern: tooLong).compile().report == ["FX0207 pattern:1:100001-100002"])
        let deep = { String(repeating: "(", count: $0) + "a" + String(repeating: ")", count: $0) }
        #expect(DSLCase(pattern: deep(100)).compile().rule != nil)
        #expect(DSLCase(pattern: deep(101)).compile().report == ["FX0207 pattern:1:101-102"])
        #expect(DSLCase(pattern: deep(100_000)).compile().report == ["FX0207 pattern:1:101-102"])
    }
}

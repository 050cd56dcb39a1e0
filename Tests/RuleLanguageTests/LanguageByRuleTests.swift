import Testing

@testable import RuleLanguage

/// Each form of the language once, in a whole rule file.
@Suite("The language by rules")
struct LanguageByRuleTests {
    private static let library = """
        params: { bad: failure }
        events:
          fail: outcome == $bad
          ok: outcome == "success" and user == fail.user
        patterns:
          brute: { params: { n: 5, w: 10m, g: }, pattern: "(fail{$n,}[->[<=$g]] -> ok within $w)" }
          pair: fail -> ok
        lists: { admins: [root, admin], nets: [10.0.0.0/8, "fd00::/8"], ids: [1, 2] }
        """

    private func load(
        pattern: String = "a -> b", events: String = "{ a: x == 1, b: x == 2, c: x == 3 }", more: String = ""
    ) -> (rule: Rule?, report: String) {
        let text = """
            rule: t
            use: [lib]
            params: { n: 3, m: 4, d: 30s, e: 1m, name: bob, rate: 1.5, flag: true }
            events: \(events)
            pattern: '\(pattern.replacing("'", with: "''"))'
            within: $e
            tests: []
            \(more)
            """
        let set = RuleLoader.load(text: text, path: "r.yaml", libraries: ["lib": Self.library])
        let errors = set.diagnostics.filter { $0.severity == .error }
        return (set.rules.first, DiagnosticRenderer().text(errors))
    }

    @Test(
        "patterns",
        arguments: [
            ("a ->[>=$d] b", "(a ->[30s..] b)"), ("a ->>[$d..$e] b", "(a ->>[30s..1m] b)"), ("a ,[<=$d] b", "(a ,[..30s] b)"),
            ("a{$n} -> b", "((rep 3 3 a) -> b)"), ("a{,$n}? -> b", "((rep 0 3 reluctant a) -> b)"),
            ("a{$n,$m} -> b", "((rep 3 4 a) -> b)"), ("a{$n,}? , b", "((rep 3 ∞ reluctant a) , b)"),
            ("a{2,5}[->>[$d..$e]] -> b", "((rep 2 5 [->>[30s..1m]] a) -> b)"),
            ("a+?[,[<=5s]] -> b", "((rep 1 ∞ reluctant [,[..5s]] a) -> b)"),
            ("$n of (a, b, c)", "(of 3 a b c)"), ("2 of ((a , b), c)", "(of 2 (group (a , b)) c)"),
            ("permute((a , b), b -> c, a | c)", "(permute (group (a , b)) (b -> c) (| a c))"),
            ("permute(a, b){2} -> c", "((rep 2 2 (permute a b)) -> c)"), ("permute(a , permute(b, c))", "(permute a (permute b c))"),
            ("a -> !c for $d -> b", "(a -> (! c 30s) -> b)"), ("!c for $d -> a", "((! c 30s) -> a)"), ("!c -> a -> b", "((! c) -> a -> b)"),
            ("a -> !c", "(a -> (! c))"), ("a -> !c for $d", "(a -> (! c 30s))"), ("a , !c , b", "(a , (! c) , b)"),
            ("a -> !c ->> b", "(a -> (! c) ->> b)"),
            ("(a+ until c) -> b", "((group (rep 1 ∞ a) until c) -> b)"), ("(a -> b within $d) -> c", "((group (a -> b) within 30s) -> c)"),
            ("(a -> b until c within 5s){2}", "(rep 2 2 (group (a -> b) until c within 5s))"),
            ("(a until lib.fail) -> b", "((group a until fail) -> b)"),
            ("a|b->c", "(| a (b -> c))"), ("a->b{2}|c+", "(| (a -> (rep 2 2 b)) (rep 1 ∞ c))"), ("((a))", "(group (group a))"),
            ("a -> b -> a", "(a -> b -> a)"),
            ("lib.brute(g: $d)", "(group (group ((rep 5 ∞ [->[..30s]] fail) -> ok) within 10m))"),
            ("lib.brute($n, g: 1s, w: $d) , a", "((group (group ((rep 3 ∞ [->[..1s]] fail) -> ok) within 30s)) , a)"),
            ("lib.pair+ -> a", "((rep 1 ∞ (group (fail -> ok))) -> a)"), ("a -> !lib.fail -> b", "(a -> (! fail) -> b)"),
        ])
    func patterns(text: String, expected: String) throws {
        let (rule, report) = load(pattern: text)
        #expect(report == "")
        let sound = try #require(rule)
        #expect(dump(sound.pattern, sound.events.map(\.name)) == expected)
    }

    @Test(
        "predicates",
        arguments: [
            ("x == $n and y == $rate and z == $name and w == $flag", "(and (== x 3) (== y 1.5) (== z 'bob') (== w true))"),
            ("@time - a.@time > $d", "(> (- @time last:a.@time) 30s)"), ("x in ($n, $m)", "(in x 3 4)"), ("x like $name", "(like x 'bob')"),
            ("user in @lists.admins", "(in user 'root' 'admin')"), ("user not in~ @lists.lib.admins", "(not (in~ user 'root' 'admin'))"),
            ("x in @lists.ids", "(in x 1 2)"), ("cidr(src.ip, @lists.nets)", "(cidr src.ip 10.0.0.0/8 fd00::/8)"),
            ("not cidr(ip, \"10.0.0.0/8\", \"192.168.0.1\")", "(not (cidr ip 10.0.0.0/8 192.168.0.1))"),
            ("x like~ \"*a?\" or x startswith~ \"a\" or x endswith~ \"b\"", "(or (like~ x '*a?') (startswith~ x 'a') (endswith~ x 'b'))"),
            ("x contains~ \"a\" and x matches~ \"a+\" and x !=~ \"b\"", "(and (contains~ x 'a') (matches~ x 'a+') (!=~ x 'b'))"),
            ("tags[*] in~ (\"a\") or tags[*] contains \"b\"", "(or (in~ tags[*] 'a') (contains tags[*] 'b'))"),
            ("user.name == `user.name` and u[*].k[0] == 1", "(and (== user.name user.name) (== u[*].k[0] 1))"),
            ("@stream == \"x\" and @source == \"f\" and @id == a.@id", "(and (== @stream 'x') (== @source 'f') (== @id last:a.@id))"),
            ("@ingested - @time < 5m", "(< (- @ingested @time) 5m)"),
            ("hour(@time) >= 22 and weekday(@time) > 5", "(and (>= (hour @time) 22) (> (weekday @time) 5))"),
            ("x > prev(x) and x != lag(y.z)", "(and (> x prev.x) (!= x lag.y.z))"),
            ("@time - prev(@time) < 5s", "(< (- @time prev.@time) 5s)"),
            ("x > avg(a.x) and count(a) >= $n and distinct(a.h) < 3", "(and (> x (avg a.x)) (>= (count a) 3) (< (distinct a.h) 3))"),
            ("x > max(a.x) - min(a.x) + sum(a.x)", "(> x (+ (- (max a.x) (min a.x)) (sum a.x)))"),
            ("first(a).x == x and last(a).x == x and a.x == x", "(and (== first:a.x x) (== last:a.x x) (== last:a.x x))"),
            ("x is null or not y is not null", "(or (null? x) (not (not (null? y))))"), ("lib.fail or x", "(or (== outcome 'failure') x)"),
            ("a.x == b", "(== last:a.x b)"), ("x % 2 == 0 and -y / 2 < 1", "(and (== (% x 2) 0) (< (/ (neg y) 2) 1))"),
        ])
    func predicates(text: String, expected: String) throws {
        let (rule, report) = load(events: "\n  a: y == 9\n  b: '\(text)'\n  c: x == 3")
        #expect(report == "")
        #expect(dump(try #require(rule?.events[1].predicate), ["a", "b", "c"]) == expected)
    }

    @Test(
        "what is wrong in a predicate",
        arguments: [
            ("x == c.y", "FX0305"), ("lenght(x) > 1", "FX0302"), ("@time > 5", "FX0304"), ("x in @lists.admin", "FX0307"),
            ("x == $nn", "FX0108"),
            ("cidr(x, \"10.0.0.0/40\")", "FX0308"), ("x matches \"(\"", "FX0306"), ("lib.fial", "FX0202"), ("x == null", "FX0304"),
            ("lower(x, y) == \"a\"", "FX0303"), ("count(a) + \"x\" == 1", "FX0304"), ("a.@tmie > @time", "FX0310"), ("x = 1", "FX0301"),
            ("count(a)", "FX0304"), ("\"a\" < 5", "FX0304"), ("5m == 5", "FX0304"), ("x and 5", "FX0304"), ("stddev(a.x) > 1", "FX0302"),
        ])
    func wrongPredicates(text: String, code: String) {
        let (rule, report) = load(events: "\n  a: y == 9\n  b: '\(text)'\n  c: x == 3", more: "limit: { attempts: $n }")
        #expect(rule == nil)
        #expect(report.contains("error[\(code)]"))
        #expect(report.split(separator: "\n").count { $0.contains("error[FX") } == 1)
    }

    @Test("having, select, until, suppress and the policies")
    func wholeRule() throws {
        let (rule, report) = load(
            pattern: "a{$n,} -> b",
            more: """
                by: [user, "?src_ip"]
                where: action == "login" and user not in @lists.admins
                having: count(a) < 1000 and b.@time - first(a).@time > $d
                select: { failures: count(a), hosts: distinct(a.host), took: b.@time - first(a).@time, who: user, pick: a.x + b.x }
                until: c
                suppress: { by: [user, hosts], for: $d, summary: true }
                limit: { attempts: $n, when_full: drop_newest }
                skip: to_first(b)
                emit: final
                prefer: latest
                timeout: emit
                mode: live
                """)
        #expect(report == "")
        let sound = try #require(rule)
        let names = sound.events.map(\.name)
        #expect(dump(try #require(sound.filter), names) == "(and (== action 'login') (not (in user 'root' 'admin')))")
        #expect(dump(try #require(sound.having), names) == "(and (< (count a) 1000) (> (- last:b.@time first:a.@time) 30s))")
        #expect(
            sound.select.map { dump($0.expression, names) } == [
                "(count a)", "(distinct a.host)", "(- last:b.@time first:a.@time)", "user", "(+ last:a.x last:b.x)",
            ])
        #expect(sound.until == 2)
        #expect(sound.suppress?.by == [.key(0), .measure(1)])
        #expect(sound.suppress?.duration == 30_000_000_000)
        #expect(sound.within == 60_000_000_000)
        #expect(sound.limit.attempts == 3)
        #expect(sound.skip == .toFirst(1))
        #expect(sound.emit == .final && sound.prefer == .latest && sound.emitsTimeouts && !sound.isShadow)
    }
}

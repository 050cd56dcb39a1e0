import Testing

@testable import RuleLanguage

@Suite struct ExpressionParserTests {
    /// The predicate of `b` in `a+ -> b+ -> !c -> d`.
    private func predicate(_ text: String) -> DSLCase {
        DSLCase(pattern: "a+ -> b+ -> !c -> d", events: [("a", nil), ("b", text), ("c", nil), ("d", nil)])
    }

    @Test(arguments: [
        ("x == 1", "(== x 1)"), ("a.x", "last:a.x"), ("a", "a"), ("b.x == x", "(== last:b.x x)"),
        ("x == 'it\\'s \\u0041\\n'", "(== x 'it's A\n')"),
        ("not x == 1 and y or z", "(or (and (not (== x 1)) y) z)"), ("x and (y or z)", "(and x (or y z))"), ("not not x", "(not (not x))"),
        ("x + 2 * y - -3 > 0x10", "(> (- (+ x (* 2 y)) -3) 16)"), ("-x < 1.5e3", "(< (neg x) 1500.0)"),
        ("(x + 1) * 2 >= y % 3", "(>= (* (+ x 1) 2) (% y 3))"),
        ("x ==~ 'A'", "(==~ x 'A')"), ("x !=~ y", "(!=~ x y)"), ("x in (1, 'a', true, -5s, $name)", "(in x 1 'a' true -5s 'bob')"),
        ("x not in ('a')", "(not (in x 'a'))"), ("x in~ @lists.users", "(in~ x 'root' 'admin')"),
        ("x in ('me', @lists.lib.users)", "(in x 'me' 'root' 'admin')"),
        ("x like '*.exe'", "(like x '*.exe')"), ("x not like~ ('a*', $name)", "(not (like~ x 'a*' 'bob'))"),
        ("x matches '^a\\d+$'", "(matches x '^a\\d+$')"),
        ("x contains 'C:\\Windows'", "(contains x 'C:\\Windows')"), ("x contains @lists.users", "(contains x 'root' 'admin')"),
        ("x startswith a.home + '/'", "(startswith x (+ last:a.home '/'))"), ("x endswith~ y", "(endswith~ x y)"),
        ("x contains ('a' + y)", "(contains x (+ 'a' y))"),
        ("x is null", "(null? x)"), ("x is not null", "(not (null? x))"), ("tags[*] == 'x'", "(== tags[*] 'x')"),
        ("p[0].q.r[*].s == 1", "(== p[0].q.r[*].s 1)"),
        ("`weird key`.x == `and`", "(== weird key.x and)"), ("`a`.x == 1", "(== a.x 1)"), ("a[0].x == 1", "(== a[0].x 1)"),
        ("of == for", "(== of for)"),
        ("@time - a.@time < 90s", "(< (- @time last:a.@time) 1m30s)"), ("@time > '2026-01-01T00:00:00Z'", "(> @time t1767225600000000000)"),
        ("@time - prev(@time) <= $gapText", "(<= (- @time prev.@time) 7s)"), ("@stream == 'auth'", "(== @stream 'auth')"),
        ("first(a).x == last(a).y.z", "(== first:a.x last:a.y.z)"), ("first(a).@id == @id", "(== first:a.@id @id)"),
        ("prev(user.name) == lag(x)", "(== prev.user.name lag.x)"),
        ("count(a) > 5", "(> (count a) 5)"), ("sum(a.x.y) + avg(a.x) < max(a.@time) - min(a.@time) or x", nil),
        ("max(a.@time) - min(a.@time) > 2 * 30s", "(> (- (max a.@time) (min a.@time)) 1m)"),
        ("distinct(a.host) >= 3", "(>= (distinct a.host) 3)"),
        ("cidr(ip, '10.0.0.0/8', @lists.nets)", "(cidr ip 10.0.0.0/8 10.0.0.0/8 fe80::/10)"), ("lower(x) == 'a'", "(== (lower x) 'a')"),
        ("if(x, 1, 2) == coalesce(y, 3)", "(== (if x 1 2) (coalesce y 3))"),
        ("round(x, 2) > greatest(1, y)", "(> (round x 2) (greatest 1 y))"),
        ("extract(x, 'u=(\\w+)', 1) == 'a'", "(== (extract x 'u=(\\w+)' 1) 'a')"), ("hour(@time) < 6", "(< (hour @time) 6)"),
        ("lib.fail", "(== outcome 'no')"),
        ("not lib.fail and x", "(and (not (== outcome 'no')) x)"),
        ("x == 9223372036854775807 or x == -9223372036854775808", "(or (== x 9223372036854775807) (== x -9223372036854775808))"),
        ("größe == 1", "(== größe 1)"), ("'a' + 'b' == x", "(== 'ab' x)"), ("concat(x, 1, null) == y", "(== (concat x 1 null) y)"),
    ])
    func parses(_ text: String, _ expected: String?) throws {
        let (rule, report) = predicate(text).compile()
        guard let expected else { return #expect(rule == nil) }
        #expect(report == [])
        #expect(dump(try #require(rule?.events[1].predicate), ["a", "b", "c", "d"]) == expected)
    }

    @Test(arguments: [
        ("x ==", "FX0301 b:1:5-5"), ("x = 1", "FX0301 b:1:3-4"), ("x == 1 && y", "FX0301 b:1:8-10"), ("x AND y", "FX0301 b:1:3-6"),
        ("x == 'a", "FX0301 b:1:6-8"),
        ("1 < x < 2", "FX0301 b:1:7-8"), ("(x", "FX0301 b:1:3-3"), ("x in (y)", "FX0301 b:1:7-8"), ("x <~ 1", "FX0301 b:1:3-5"),
        ("x == 99999999999999999999", "FX0301 b:1:6-26"),
        ("x[y] == 1", "FX0301 b:1:3-4"), ("x is 1", "FX0301 b:1:6-7"), ("first(a.x).y", "FX0301 b:1:7-10"), ("x not y", "FX0301 b:1:7-8"),
        ("len(x) > 1", "FX0302 b:1:1-4"), ("lowre(x) == 'a'", "FX0302 b:1:1-6"), ("lower() == 'a'", "FX0303 b:1:1-6"),
        ("pow(1) > x", "FX0303 b:1:1-4"),
        ("min(x, y) > 1", "FX0303 b:1:1-4"), ("cidr(ip)", "FX0303 b:1:1-5"), ("count() > 1", "FX0303 b:1:1-6"),
        ("@time == 5", "FX0304 b:1:1-11"), ("x == null", "FX0304 b:1:1-10"), ("1 + 'a' == x", "FX0304 b:1:1-8"),
        ("@time + @time > x", "FX0304 b:1:1-14"),
        ("count(a)", "FX0304 b:1:1-9"), ("x and 1", "FX0304 b:1:7-8"), ("not 'a'", "FX0304 b:1:5-8"), ("x like 5", "FX0304 b:1:8-9"),
        ("x like y", "FX0304 b:1:8-9"),
        ("lower(5) == 'a'", "FX0304 b:1:7-8"), ("x in (null)", "FX0304 b:1:7-11"), ("@time in ('x')", "FX0304 b:1:11-14"),
        ("@time > 'yesterday'", "FX0304 b:1:1-20"),
        ("sum(a) > 1", "FX0304 b:1:5-6"), ("count(a.x) > 1", "FX0304 b:1:7-10"), ("true < x", "FX0304 b:1:1-9"),
        ("-'a' == x", "FX0304 b:1:1-5"), ("5 contains 'a'", "FX0304 b:1:1-2"),
        ("d.x == 1", "FX0305 b:1:1-4"), ("count(d) > 1", "FX0305 b:1:7-8"), ("c.x == 1", "FX0305 b:1:1-4"),
        ("first(d).x == 1", "FX0305 b:1:7-8"), ("lib.fail.x == 1", "FX0305 b:1:1-11"),
        ("x matches '(a'", "FX0306 b:1:11-15"), ("extract(x, '(') == 'a'", "FX0306 b:1:12-15"), ("x in @lists.usrs", "FX0307 b:1:6-17"),
        ("cidr(x, '10.0.0.0/33')", "FX0308 b:1:9-22"),
        ("cidr(x, y)", "FX0301 b:1:9-10"), ("@tiem > x", "FX0310 b:1:1-6"), ("a.@tiem > @time", "FX0310 b:1:3-8"),
        ("e.@time > @time", "FX0202 b:1:1-8"), ("count(bb) > 1", "FX0202 b:1:7-9"),
        ("x == $m", "FX0108 b:1:6-8"),
    ])
    func reports(_ text: String, _ expected: String) {
        let (rule, report) = predicate(text).compile()
        #expect(rule == nil)
        #expect(report == [expected])
    }

    @Test func whatCanBeBound() {
        func report(_ pattern: String, _ name: String, _ text: String) -> [String] {
            DSLCase(pattern: pattern, events: ["a", "b", "c"].map { ($0, $0 == name ? text : nil) }).compile().report.filter {
                !$0.hasPrefix("FX1")
            }
        }
        #expect(report("a -> b -> c", "a", "x == b.x") == ["FX0305 a:1:6-9"])
        #expect(report("(a -> b){2} -> c", "a", "x == b.x") == [])
        #expect(report("a | b -> c", "c", "x == a.x") == ["FX0305 c:1:6-9"])
        #expect(report("permute(a, b) -> c", "a", "x == b.x") == [])
        #expect(report("1 of (a, b) -> c", "a", "x == b.x") == ["FX0305 a:1:6-9"])
        #expect(report("a -> b -> c", "a", "x == a.x") == ["FX0305 a:1:6-9"])
        #expect(report("a+ -> b -> c", "a", "x == a.x and prev(x) == 1") == [])
        #expect(report("a -> b -> c", "a", "prev(x) == 1") == ["FX0305 a:1:1-8"])
        #expect(report("a -> !b -> c", "b", "x == a.x") == [])
        #expect(report("a -> (c until b)", "b", "x == c.x") == [])
    }

    @Test func roles() throws {
        let sound = DSLCase(
            pattern: "a+ -> b", filter: "lib.fail and y", having: "count(a) < 1000",
            select: ["count(a)", "b.@time - first(a).@time", "x", "prev(x)"])
        let rule = try #require(sound.compile().rule)
        let names = rule.events.map(\.name)
        #expect(dump(try #require(rule.filter), names) == "(and (== outcome 'no') y)")
        #expect(dump(try #require(rule.having), names) == "(< (count a) 1000)")
        #expect(rule.select.map { dump($0.expression, names) } == ["(count a)", "(- last:b.@time first:a.@time)", "x", "prev.x"])
        #expect(rule.select.map(\.expression.type) == [.number, .duration, .any, .any])
        #expect(rule.select.map(\.name) == ["m0", "m1", "m2", "m3"])
        for text in ["a.x == 1", "count(a) > 1", "prev(x) == 1", "lag(x) == 1"] {
            #expect(DSLCase(filter: text).compile().report.map { $0.prefix(6) }.contains("FX0305"))
        }
        #expect(DSLCase(having: "c.x == 1").compile().report == ["FX0305 having:1:1-4"])
        #expect(DSLCase(having: "lag(x) == 1").compile().report == ["FX0305 having:1:1-4"])
        #expect(DSLCase(having: "count(a)").compile().report == ["FX0304 having:1:1-9"])
    }

    @Test func hints() {
        #expect(DSLCase(filter: "len(x) > 1").hints().first == "did you mean `length`?")
        #expect(DSLCase(filter: "cidrMatch(x, 'a')").hints().first == "did you mean `cidr`?")
        #expect(DSLCase(having: "min(x, y) > 1").hints().first == "of several values take `least(…)`")
        #expect(DSLCase(filter: "x == null").hints().first == "write `is null`")
        #expect(DSLCase(filter: "x = 1").hints().first == "equality is written `==`")
    }

    @Test func depth() {
        func parens(_ count: Int) -> String { String(repeating: "(", count: count) + "x" + String(repeating: ")", count: count) }
        #expect(DSLCase(filter: parens(199)).compile().rule != nil)
        #expect(DSLCase(filter: parens(200)).compile().report.first == "FX0309 where:1:201-202")
        #expect(DSLCase(filter: parens(100_000)).compile().report.first == "FX0309 where:1:201-202")
        for text in [
            String(repeating: "not ", count: 100_000) + "x", String(repeating: "-", count: 100_000) + "x > 1",
            "x" + String(repeating: " + y", count: 100_000) + " > 1",
        ] {
            #expect(DSLCase(filter: text).compile().report.first?.prefix(6) == "FX0309")
        }
        #expect(DSLCase(filter: Array(repeating: "x", count: 10_000).joined(separator: " and ")).compile().rule != nil)
    }

    @Test(arguments: [
        ("10.0.0.0/8", true), ("1.2.3.4", true), ("1.2.3.256", false), ("1.2.3", false), ("1.2.3.4/", false), ("::", true),
        ("::1/128", true), ("fe80::/10", true), ("::/129", false),
        ("1:2:3:4:5:6:7:8", true), ("1:2:3:4:5:6:7", false), ("1::2::3", false), (":1::2", false), ("1::2:", false),
        ("::ffff:1.2.3.4", true), ("1:2:3:4:5:6:1.2.3.4", true),
        ("1:2:3:4:5:6:7:8::", false), ("12345::", false), ("", false), ("2001:db8::/32", true), (":::", false),
    ])
    func addressBlocks(_ text: String, _ isValid: Bool) { #expect(AddressBlock.isValid(text) == isValid) }

    @Test func durations() {
        for (text, value) in [
            ("90s", 90_000_000_000), ("1m30s", 90_000_000_000), ("1w2d", 777_600_000_000_000), ("-5ms", -5_000_000), ("7us", 7000),
            ("7µs", 7000), ("0s", 0),
        ] as [(String, Int64)] {
            #expect(DurationText.parse(text) == value)
        }
        for text in ["", "-", "5", "s", "1x", "1m 30s", "99999999999w", "1.5h"] { #expect(DurationText.parse(text) == nil) }
        for (value, text) in [(90_000_000_000, "1m30s"), (0, "0s"), (-5_000_000, "-5ms"), (694_861_001_002_003, "1w1d1h1m1s1ms2us3ns")]
            as [(Int64, String)]
        {
            #expect(DurationText.format(value) == text)
        }
        #expect(DurationText.format(.min).hasPrefix("-"))
    }

    @Test func paths() {
        #expect(FieldPath(parsing: "a.b[*].`c d`[2]")?.segments == [.key("a"), .key("b"), .anyElement, .key("c d"), .element(2)])
        for text in ["", ".", "a.", "a[", "a[x]", "a b", "[0]", "@time"] { #expect(FieldPath(parsing: text) == nil) }
    }
}

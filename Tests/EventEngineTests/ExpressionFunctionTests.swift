import RuleLanguage
import Testing

@Suite("Expressions: functions")
struct ExpressionFunctionTests {
    private static let day: Int64 = 86_400_000_000_000
    private static let second: Int64 = 1_000_000_000

    private static let table: [(Function, [TestValue], TestValue)] = [
        (.lower, ["ABC é Ä"], "abc é ä"), (.lower, ["abc"], "abc"), (.lower, [nil], nil), (.lower, [5], nil),
        (.upper, ["abc é"], "ABC É"), (.upper, ["ß"], "SS"), (.upper, [""], ""),
        (.trim, [" \t a b \n"], "a b"), (.trim, ["   "], ""), (.trim, ["a"], "a"), (.trim, [7], nil),
        (.length, ["日本é"], 3), (.length, [""], 0), (.length, [["a", "b"]], 2), (.length, [nil], nil), (.length, [12], nil),
        (.substring, ["日本語x", 1, 2], "本語"), (.substring, ["abc", 1], "bc"), (.substring, ["abc", 5, 2], ""),
        (.substring, ["abc", 0, 99], "abc"), (.substring, ["abc", 1, 0], ""), (.substring, ["abc", -1, 2], nil),
        (.substring, ["abc", 0, -1], nil), (.substring, ["abc", nil], nil), (.substring, ["abc", .int(.max), 1], ""),
        (.replace, ["a-b-c", "-", "+"], "a+b+c"), (.replace, ["aaa", "aa", "b"], "ba"), (.replace, ["abc", "x", "y"], "abc"),
        (.replace, ["abc", "", "y"], "abc"), (.replace, ["abc", "b", ""], "ac"), (.replace, ["aa", "a", ""], ""),
        (.replace, ["abc", nil, "y"], nil),
        (.concat, ["a", 1, nil, 2.5, true], "a12.5true"), (.concat, [3.0, "x"], "3x"), (.concat, [nil], ""),
        (.concat, [.duration(90 * second), " ", .time(0)], "1m30s 1970-01-01T00:00:00Z"),
        (.split, ["a,b,c", ",", 0], "a"), (.split, ["a,b,c", ",", 2], "c"), (.split, ["a,b,c", ",", 3], nil),
        (.split, ["a,b,c", ",", -1], "c"), (.split, ["a,b,c", ",", -3], "a"), (.split, ["a,b,c", ",", -4], nil),
        (.split, ["abc", ",", 0], "abc"), (.split, ["a::b", "::", 1], "b"), (.split, [",", ",", 1], ""),
        (.split, ["abc", "", 0], nil), (.split, ["abc", ",", nil], nil),
        (.indexof, ["日本語", "語"], 2), (.indexof, ["abc", "x"], nil), (.indexof, ["abc", ""], 0), (.indexof, [nil, "a"], nil),
        (.basename, [#"C:\Windows\cmd.exe"#], "cmd.exe"), (.basename, ["/usr/bin/env"], "env"), (.basename, ["plain"], "plain"),
        (.basename, ["dir/"], ""), (.basename, [nil], nil),
        (.string, [5], "5"), (.string, [2.5], "2.5"), (.string, [true], "true"), (.string, ["x"], "x"), (.string, [nil], nil),
        (.string, [.duration(90 * second)], "1m30s"), (.string, [.time(day)], "1970-01-02T00:00:00Z"),
        (.string, [["a", 1]], #"["a",1]"#), (.string, [.object(#"{"a":1}"#)], #"{"a":1}"#),
        (.number, ["42"], 42), (.number, [" -4.5e1 "], -45.0), (.number, ["0x10"], nil), (.number, [""], nil),
        (.number, ["1e400"], nil), (.number, ["9223372036854775808"], 9_223_372_036_854_775_808.0), (.number, ["."], nil),
        (.number, ["-9223372036854775808"], .int(.min)), (.number, ["1e"], nil), (.number, ["5."], 5.0), (.number, [true], 1),
        (.number, [7], 7), (.number, [nil], nil), (.number, [.duration(5)], nil), (.number, ["+7"], 7), (.number, ["nan"], nil),
        (.abs, [-5], 5), (.abs, [-2.5], 2.5), (.abs, [.duration(-5)], .duration(5)), (.abs, ["x"], nil),
        (.abs, [.int(.min)], 9_223_372_036_854_775_808.0),
        (.floor, [2.7], 2), (.floor, [-2.1], -3), (.floor, [4], 4), (.floor, [1e300], 1e300), (.floor, ["x"], nil),
        (.ceil, [2.1], 3), (.ceil, [-2.7], -2), (.ceil, [nil], nil),
        (.round, [2.5], 3), (.round, [-2.5], -3), (.round, [2.4], 2), (.round, [2.345, 1], 2.3), (.round, [7, 2], 7),
        (.round, [1250, -2], 1300), (.round, [1249.0, -2], 1200), (.round, [1e300, 2], 1e300), (.round, [5, -400], 0),
        (.round, [nil, 2], nil), (.round, [2.5, nil], nil),
        (.sqrt, [9], 3.0), (.sqrt, [-1], nil), (.ln, [1], 0.0), (.ln, [0], nil), (.ln, [-1], nil), (.log10, [1000], 3.0),
        (.log10, [0], nil), (.pow, [2, 10], 1024.0), (.pow, [-1, 0.5], nil), (.pow, [10, 400], nil), (.pow, [2, nil], nil),
        (.least, [3, 1.5, nil, 2], 1.5), (.greatest, [3, 1.5, nil, 2], 3), (.least, [nil, nil], nil),
        (.coalesce, [nil, nil, 5, 6], 5), (.coalesce, [nil], nil), (.coalesce, [false, true], false),
        (.if, [true, "a", "b"], "a"), (.if, [false, "a", "b"], "b"), (.if, [nil, "a", "b"], "b"), (.if, ["x", "a", nil], nil),
        (.time, ["1970-01-02T00:00:00Z"], .time(day)), (.time, ["soon"], nil), (.time, [60], .time(60 * second)),
        (.time, [1_600_000_000_000], .time(1_600_000_000 * second)), (.time, [1_600_000_000_000_000], .time(1_600_000_000 * second)),
        (.time, [1_600_000_000_000_000_000], .time(1_600_000_000 * second)), (.time, [1.5], .time(1_500_000_000)),
        (.time, [.time(5)], .time(5)), (.time, [nil], nil), (.time, [true], nil), (.time, [1e300], nil),
        (.duration, ["90s"], .duration(90 * second)), (.duration, ["1h30m"], .duration(5400 * second)),
        (.duration, ["-5ms"], .duration(-5_000_000)),
        (.duration, ["5µs1us"], .duration(6_000)), (.duration, ["5x"], nil), (.duration, ["5"], nil), (.duration, ["5 s"], nil),
        (.duration, ["s"], nil), (.duration, [""], nil), (.duration, [5], nil),
        (.duration, ["99999999999999999999s"], nil), (.duration, [.duration(5)], .duration(5)), (.duration, ["1w"], .duration(7 * day)),
        (.seconds, [.duration(90 * second)], 90), (.seconds, [.duration(1_500_000_000)], 1.5), (.seconds, [.time(day)], 86400),
        (.seconds, [5], nil), (.millis, [.duration(1_500_000)], 1.5), (.millis, [.time(second)], 1000),
        (.entropy, [""], 0.0), (.entropy, ["aaaa"], 0.0), (.entropy, ["abab"], 1.0), (.entropy, ["abcd"], 2.0), (.entropy, [5], nil),
    ]

    @Test("Every function over every kind of argument")
    func functions() {
        for (function, arguments, expected) in Self.table {
            var fields: [String: TestValue] = [:]
            for (index, argument) in arguments.enumerated() { fields["x\(index)"] = argument }
            let call = node(.call(function, arguments.indices.map { field("x\($0)") }))
            #expect(ExpressionBench(fields).value(call) == expected, "\(function.rawValue)\(arguments)")
        }
        let untested = Set(Function.allCases).subtracting(Self.table.map(\.0))
        #expect(untested == [.extract, .hour, .minute, .day, .month, .year, .weekday])
    }

    @Test("Parts of a time, before 1970 and in leap years too")
    func calendar() {
        // 2024-02-29 23:59:00 UTC was a Thursday; 1969-12-31 00:30:00 a Wednesday; 2000-03-01 a Wednesday; 1900-02-28 a Wednesday.
        let cases: [(String, [Int64])] = [
            ("2024-02-29T23:59:00Z", [2024, 2, 29, 23, 59, 4]), ("1969-12-31T00:30:00Z", [1969, 12, 31, 0, 30, 3]),
            ("2000-03-01T05:06:07Z", [2000, 3, 1, 5, 6, 3]), ("1900-02-28T12:00:00Z", [1900, 2, 28, 12, 0, 3]),
            ("1970-01-01T00:00:00Z", [1970, 1, 1, 0, 0, 4]), ("2026-01-04T00:00:00Z", [2026, 1, 4, 0, 0, 7]),
        ]
        let functions: [Function] = [.year, .month, .day, .hour, .minute, .weekday]
        for (text, parts) in cases {
            let bench = ExpressionBench(["t": .string(text)])
            for (function, part) in zip(functions, parts) {
                #expect(bench.value(call(function, call(.time, field("t")))) == .int(part), "\(function.rawValue) of \(text)")
                #expect(bench.value(call(function, field("t"))) == .int(part), "\(function.rawValue) of the text \(text)")
            }
        }
        let none = ExpressionBench(["t": "soon", "n": 5])
        for function in functions {
            #expect(none.value(call(function, field("t"))) == nil)
            #expect(none.value(call(function, field("n"))) == nil)
        }
    }

    @Test("extract: groups of the first match")
    func extract() {
        let bench = ExpressionBench(["a": "id=42 user=bob", "e": "", "n": 5])
        func extract(_ name: String, _ pattern: String, _ group: TestValue? = nil) -> TestValue {
            var arguments = [field(name), literal(.string(pattern))]
            if let group { arguments.append(literal(group)) }
            return bench.value(node(.call(.extract, arguments)))
        }
        #expect(extract("a", "user=([a-z]+)") == "bob")
        #expect(extract("a", "user=[a-z]+") == "user=bob")
        #expect(extract("a", "([a-z]+)=([0-9]+)", 2) == "42")
        #expect(extract("a", "([a-z]+)=([0-9]+)", 0) == "id=42")
        #expect(extract("a", "([a-z]+)=([0-9]+)", 3) == nil)
        #expect(extract("a", "(x)?id", 1) == nil)
        #expect(extract("a", "(x)?id") == nil)
        #expect(extract("a", "(x*)id") == "")
        #expect(extract("a", "nothing") == nil)
        #expect(extract("e", "^$") == "")
        #expect(extract("n", "5") == nil)
        #expect(extract("missing", "5") == nil)
        #expect(extract("a", "(") == nil)
        #expect(extract("a", "id", -1) == nil)
        #expect(bench.value(call(.extract, field("a"), field("a"))) == nil)
    }

    @Test("Branches that are not taken are not computed into the result; nesting")
    func nesting() {
        let bench = ExpressionBench(["a": "  Bob ", "n": 4])
        #expect(bench.value(call(.upper, call(.substring, call(.trim, field("a")), literal(1)))) == "OB")
        let branch = call(
            .if, compare(field("n"), .greater, 3), call(.coalesce, field("missing"), call(.trim, field("a"))), literal("few"))
        #expect(bench.value(call(.concat, branch, literal("!"))) == "Bob!")
        #expect(bench.holds(compare(branch, .equal, "bob", caseInsensitive: true)))
        #expect(bench.value(call(.if, compare(field("n"), .greater, 5), literal(1))) == nil)
    }
}

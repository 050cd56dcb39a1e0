import RuleLanguage
import Testing

@Suite("Expressions: comparison")
struct ExpressionComparisonTests {
    /// Pairs with the relation of the left to the right; `nil`: of different kinds.
    private static let pairs: [(TestValue, TestValue, Int?)] = [
        (1, 1, 0), (1, 1.0, 0), (1, 2, -1), (2, 1.5, 1), (-1, 0, -1), (0.0, -0.0, 0), (0, -0.0, 0),
        // Beyond 2^53 a double is not every integer.
        (9_007_199_254_740_993, 9_007_199_254_740_992.0, 1), (9_007_199_254_740_991, 9_007_199_254_740_992.0, -1),
        (.int(.max), 9_223_372_036_854_775_807.0, -1), (.int(.min), -9_223_372_036_854_775_808.0, 0),
        (.int(.max), 1e300, -1), (.int(.min), -1e300, 1), (.int(.min), -9_223_372_036_854_777_856.0, 1),
        (3, 3.5, -1), (-3, -3.5, 1), (0, .double(.leastNonzeroMagnitude), -1), (0, .double(-.leastNonzeroMagnitude), 1),
        ("a", "a", 0), ("a", "b", -1), ("a", "ab", -1), ("", "a", -1), ("Z", "a", -1), ("z", "é", -1), ("", "", 0),
        ("1", 1, nil), (true, 1, nil), (true, "true", nil), (.object("{}"), "{}", nil),
        (.time(5), .time(6), -1), (.duration(7), .duration(7), 0), (.time(5), 5, nil), (.duration(5), 5, nil),
        (.duration(5), .time(5), nil), ("90s", .duration(90_000_000_000), nil),
    ]

    @Test("Every operator over every pair, against a constant and against a field")
    func table() {
        for (left, right, relation) in Self.pairs {
            check(left, right, relation)
            check(right, left, relation.map(-))
        }
    }

    private func check(_ left: TestValue, _ right: TestValue, _ relation: Int?) {
        let bench = ExpressionBench(["a": left, "b": right])
        let expected: [(Comparison, Bool)] = [
            (.equal, relation == 0), (.notEqual, relation != 0), (.less, relation == -1), (.greater, relation == 1),
            (.lessOrEqual, relation == -1 || relation == 0), (.greaterOrEqual, relation == 1 || relation == 0),
        ]
        for (comparison, holds) in expected {
            #expect(
                bench.holds(compare(field("a"), comparison, field("b"))) == holds, "\(left) \(comparison.rawValue) \(right)")
            if case .object = right { continue }
            #expect(
                bench.holds(compare(field("a"), comparison, right)) == holds, "\(left) \(comparison.rawValue) constant \(right)")
            #expect(
                bench.holds(compare(literal(right), comparison, field("a")))
                    == ExpressionBench(["a": right, "b": left]).holds(compare(field("a"), comparison, field("b"))))
        }
    }

    @Test("Truth values and objects are equal or not, without order")
    func unordered() {
        let bench = ExpressionBench(["t": true, "f": false, "o": .object("{\"a\":1}"), "p": .object("{\"a\":2}")])
        #expect(bench.holds(compare(field("t"), .equal, true)))
        #expect(bench.holds(compare(field("t"), .notEqual, field("f"))))
        #expect(!bench.holds(compare(field("f"), .less, field("t"))))
        #expect(!bench.holds(compare(field("t"), .less, field("f"))))
        #expect(bench.holds(compare(field("t"), .lessOrEqual, field("t"))))
        #expect(bench.holds(compare(field("o"), .equal, field("o"))))
        #expect(bench.holds(compare(field("o"), .notEqual, field("p"))))
        #expect(!bench.holds(compare(field("o"), .less, field("p"))))
    }

    @Test("A text compared with a time is read as one; what is none compares as null")
    func timeTexts() {
        let minute: Int64 = 60_000_000_000
        let bench = ExpressionBench(
            TestEvent(fields: ["ts": "1970-01-01T00:10:00Z", "bad": "soon", "late": "1970-01-01T00:04:59Z"], time: 10 * minute))
        let fiveAgo = compute(meta(.time), .subtract, literal(.duration(5 * minute)))
        #expect(bench.holds(compare(field("ts"), .greater, fiveAgo)))
        #expect(bench.holds(compare(fiveAgo, .less, field("ts"))))
        #expect(!bench.holds(compare(field("late"), .greater, fiveAgo)))
        #expect(bench.holds(compare(field("ts"), .equal, .time(10 * minute))))
        #expect(bench.holds(compare(meta(.time), .equal, "1970-01-01T00:10:00Z")))
        #expect(bench.holds(compare(meta(.time), .equal, "1970-01-01T01:10:00+01:00")))
        for comparison in [Comparison.equal, .notEqual, .less, .greater] {
            #expect(!bench.holds(compare(field("bad"), comparison, .time(0))))
            #expect(!bench.holds(compare(literal(.time(0)), comparison, field("bad"))))
        }
    }

    @Test("Case-insensitive comparison, ASCII and beyond")
    func caseInsensitive() {
        let bench = ExpressionBench(["a": "HeLLo", "b": "hEllO", "u": "ÄÖÜ", "v": "äöü", "k": "\u{212A}elvin", "n": 5])
        #expect(bench.holds(compare(field("a"), .equal, "HELLO", caseInsensitive: true)))
        #expect(!bench.holds(compare(field("a"), .equal, "HELL", caseInsensitive: true)))
        #expect(!bench.holds(compare(field("a"), .equal, "HELLOO", caseInsensitive: true)))
        #expect(bench.holds(compare(field("a"), .equal, field("b"), caseInsensitive: true)))
        #expect(!bench.holds(compare(field("a"), .notEqual, field("b"), caseInsensitive: true)))
        #expect(!bench.holds(compare(field("a"), .equal, field("b"))))
        #expect(bench.holds(compare(field("u"), .equal, "äÖü", caseInsensitive: true)))
        #expect(bench.holds(compare(field("u"), .equal, field("v"), caseInsensitive: true)))
        #expect(bench.holds(compare(field("k"), .equal, "KELVIN", caseInsensitive: true)))
        #expect(bench.holds(compare(field("a"), .less, "Help", caseInsensitive: true)))
        #expect(bench.holds(compare(field("n"), .equal, 5, caseInsensitive: true)))
        #expect(bench.holds(member(field("u"), [.string("x"), .string("äöÜ")], caseInsensitive: true)))
        #expect(!bench.holds(member(field("u"), [.string("x"), .string("äöÜ")])))
    }

    @Test("Texts that Unicode calls equivalent are different constants")
    func bytewise() {
        let bench = ExpressionBench(["a": "\u{E9}"])
        for (constant, holds) in [("e\u{301}", false), ("\u{E9}", true)] {
            #expect(bench.holds(compare(field("a"), .equal, .string(constant))) == holds)
            #expect(bench.holds(text(field("a"), .contains, constant)) == holds)
            #expect(bench.holds(text(field("a"), .like, constant)) == holds)
        }
    }

    @Test("in compares as ==, in short and in long lists")
    func membership() {
        let short: [Literal] = [.string("a"), .int(1), .double(2.5), .bool(true), .null]
        let long: [Literal] = short + (100..<140).map { Literal.int($0) } + (0..<40).map { Literal.string("word\($0)") }
        for members in [short, long] {
            for (value, holds): (TestValue, Bool) in [
                ("a", true), ("b", false), (1, true), (1.0, true), ("1", false), (2.5, true), (2, false), (true, true),
                (false, false), (nil, false), (.object("a"), false), (.time(1), false),
            ] {
                #expect(ExpressionBench(["v": value]).holds(member(field("v"), members)) == holds, "\(value)")
            }
        }
        for number in 100..<140 { #expect(ExpressionBench(["v": .double(Double(number))]).holds(member(field("v"), long))) }
        for number in 0..<40 { #expect(ExpressionBench(["v": .string("word\(number)")]).holds(member(field("v"), long))) }
        #expect(!ExpressionBench(["v": "word40"]).holds(member(field("v"), long)))
        let times: [Literal] = (0..<20).map { .time($0 * 1_000_000_000) }
        #expect(ExpressionBench(["v": "1970-01-01T00:00:07Z"]).holds(member(field("v"), times)))
        #expect(!ExpressionBench(["v": "1970-01-01T00:00:20Z"]).holds(member(field("v"), times)))
        #expect(!ExpressionBench(["v": "word"]).holds(member(field("v"), [])))
    }
}

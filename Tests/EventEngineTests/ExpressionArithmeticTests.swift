import RuleLanguage
import Testing

@Suite("Expressions: arithmetic")
struct ExpressionArithmeticTests {
    private static let second: Int64 = 1_000_000_000

    private static let table: [(TestValue, Arithmetic, TestValue, TestValue)] = [
        (2, .add, 3, 5), (2, .add, 0.5, 2.5), (2.5, .add, 0.5, 3.0), ("ab", .add, "c", "abc"), ("", .add, "c", "c"),
        ("a", .add, 1, nil), (true, .add, 1, nil), (nil, .add, 1, nil), (1, .add, nil, nil),
        (.int(.max), .add, 1, 9_223_372_036_854_775_808.0), (.int(.min), .subtract, 1, -9_223_372_036_854_775_808.0),
        (2, .subtract, 5, -3), (3, .multiply, 4, 12), (.int(.max), .multiply, 2, 18_446_744_073_709_551_616.0),
        (1e308, .multiply, 10, nil), (7, .divide, 2, 3.5), (6, .divide, 2, 3), (-6, .divide, 4, -1.5),
        (.int(.min), .divide, -1, 9_223_372_036_854_775_808.0), (1, .divide, 0, nil), (0, .divide, 0, nil),
        (1.0, .divide, 0.0, nil), (1, .divide, 0.0, nil), (7, .remainder, 3, 1), (-7, .remainder, 3, -1),
        (7, .remainder, 0, nil), (.int(.min), .remainder, -1, 0), (7.5, .remainder, 2, 1.5), (7.5, .remainder, 0, nil),
        ("ab", .multiply, 2, nil),
        (.time(10), .add, .duration(5), .time(15)), (.duration(5), .add, .time(10), .time(15)),
        (.time(10), .subtract, .duration(5), .time(5)), (.time(10), .subtract, .time(4), .duration(6)),
        (.time(10), .add, .time(4), nil), (.time(10), .add, 4, nil), (.duration(4), .subtract, .time(10), nil),
        (.time(.max), .add, .duration(1), nil), (.time(.min), .subtract, .time(1), nil),
        (.duration(6), .add, .duration(4), .duration(10)), (.duration(6), .subtract, .duration(10), .duration(-4)),
        (.duration(6), .multiply, 2, .duration(12)), (2, .multiply, .duration(6), .duration(12)),
        (.duration(3), .multiply, 1.5, .duration(5)), (0.5, .multiply, .duration(6), .duration(3)),
        (.duration(.max), .multiply, 2, nil), (.duration(6), .divide, 2, .duration(3)), (.duration(6), .divide, 0, nil),
        (.duration(.max), .divide, 1, .duration(.max)), (.duration(7), .divide, 2, .duration(4)),
        (.duration(6), .divide, 0.5, .duration(12)), (.duration(6), .divide, .duration(4), 1.5),
        (.duration(8), .divide, .duration(4), 2), (.duration(8), .divide, .duration(0), nil),
        (.duration(8), .remainder, .duration(3), .duration(2)), (.duration(8), .remainder, .duration(0), nil),
        (.duration(6), .add, 4, nil), (6, .divide, .duration(2), nil),
        (.time(60 * second), .subtract, "1970-01-01T00:00:30Z", .duration(30 * second)),
        ("1970-01-01T00:00:30Z", .subtract, .time(60 * second), .duration(-30 * second)),
        (.time(60 * second), .subtract, "soon", nil),
    ]

    @Test("Every operator over every kind")
    func operations() {
        for (left, operation, right, expected) in Self.table {
            let bench = ExpressionBench(["a": left, "b": right])
            #expect(
                bench.value(compute(field("a"), operation, field("b"))) == expected, "\(left) \(operation.rawValue) \(right)")
        }
    }

    @Test("Negation")
    func negation() {
        let cases: [(TestValue, TestValue)] = [
            (5, -5), (2.5, -2.5), (.duration(5), .duration(-5)), (.int(.min), 9_223_372_036_854_775_808.0),
            (.duration(.min), nil), ("a", nil), (nil, nil), (true, nil), (.time(5), nil),
        ]
        for (value, expected) in cases {
            #expect(ExpressionBench(["a": value]).value(node(.negate(field("a")))) == expected, "\(value)")
        }
        let bench = ExpressionBench(["a": -5])
        #expect(bench.holds(compare(field("a"), .equal, node(.negate(literal(5))))))
    }

    @Test("A null inside makes the whole null, and a comparison with it false")
    func nullSpreads() {
        let bench = ExpressionBench(["a": 5])
        let sum = compute(compute(field("a"), .add, field("missing")), .multiply, literal(2))
        #expect(bench.value(sum) == nil)
        #expect(!bench.holds(compare(sum, .lessOrEqual, 1000)))
        #expect(bench.value(compute(compute(field("a"), .add, literal(1)), .multiply, compute(field("a"), .subtract, literal(1)))) == 24)
    }
}

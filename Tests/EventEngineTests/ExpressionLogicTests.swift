import RuleLanguage
import Testing

@Suite("Expressions: two-valued logic")
struct ExpressionLogicTests {
    private static let comparisons: [Comparison] = [.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual]
    private let bench = ExpressionBench(["t": true, "f": false, "n": nil, "x": 5, "s": "text", "list": [1], "empty": []])

    @Test("A comparison with null is false on either side, its not is true", arguments: comparisons)
    func comparisonWithNull(comparison: Comparison) {
        for (left, right) in [("n", "x"), ("x", "n"), ("n", "n"), ("n", "s"), ("missing", "t"), ("list", "n")] {
            #expect(!bench.holds(compare(field(left), comparison, field(right))), "\(left) \(right)")
            #expect(bench.holds(not(compare(field(left), comparison, field(right)))), "\(left) \(right)")
        }
        #expect(!bench.holds(compare(field("x"), comparison, nil)))
        #expect(!bench.holds(compare(literal(nil), comparison, field("x"))))
        #expect(!bench.holds(compare(field("n"), comparison, 5)))
        #expect(!bench.holds(compare(literal(5), comparison, field("n"))))
    }

    @Test("Other predicates over null are false")
    func predicatesOverNull() {
        for caseInsensitive in [false, true] {
            for operation in [TextOperator.like, .matches, .contains, .startswith, .endswith] {
                #expect(!bench.holds(text(field("n"), operation, "", caseInsensitive: caseInsensitive)))
            }
            for operation in [TextOperator.contains, .startswith, .endswith] {
                #expect(!bench.holds(textDynamic(field("n"), operation, field("s"), caseInsensitive: caseInsensitive)))
                #expect(!bench.holds(textDynamic(field("s"), operation, field("n"), caseInsensitive: caseInsensitive)))
            }
            #expect(!bench.holds(member(field("n"), [.null, .int(1)], caseInsensitive: caseInsensitive)))
        }
        #expect(!bench.holds(cidr(field("n"), "0.0.0.0/0")))
    }

    @Test("and, or and not take whatever is not true for false")
    func truthTables() {
        let truth: [(String, Bool)] = [("t", true), ("f", false), ("n", false), ("x", false), ("s", false)]
        for (a, isA) in truth {
            #expect(bench.value(not(field(a))) == .bool(!isA))
            for (b, isB) in truth {
                #expect(bench.value(and(field(a), field(b))) == .bool(isA && isB), "\(a) and \(b)")
                #expect(bench.value(or(field(a), field(b))) == .bool(isA || isB), "\(a) or \(b)")
                for (c, isC) in truth {
                    #expect(bench.value(or(and(field(a), field(b)), field(c))) == .bool(isA && isB || isC))
                    #expect(bench.value(and(or(field(a), not(field(b))), field(c))) == .bool((isA || !isB) && isC))
                    #expect(bench.value(and(field(a), field(b), field(c))) == .bool(isA && isB && isC))
                    #expect(bench.value(or(field(a), field(b), field(c))) == .bool(isA || isB || isC))
                }
            }
        }
    }

    @Test("is null: absent, JSON null, a [*] without elements")
    func nullTest() {
        #expect(bench.holds(isNull(field("n"))))
        #expect(bench.holds(isNull(field("missing"))))
        #expect(!bench.holds(isNull(field("f"))))
        #expect(!bench.holds(isNull(field("empty"))))
        let lists = ExpressionBench(["empty[*]": [], "some[*]": ["a"]])
        #expect(lists.holds(isNull(field("empty[*]"))))
        #expect(lists.holds(isNull(field("missing[*]"))))
        #expect(!lists.holds(isNull(field("some[*]"))))
        #expect(bench.holds(isNull(compute(field("x"), .divide, literal(0)))))
    }

    @Test("A predicate over [*] holds when it holds for an element, its not when for none")
    func anyElement() {
        let bench = ExpressionBench([
            "tags[*]": ["Prod", "eu", 7], "others[*]": ["x", "eu"], "none[*]": [], "ips[*]": ["10.0.0.1", "8.8.8.8"], "v": "eu",
        ])
        #expect(bench.holds(compare(field("tags[*]"), .equal, "eu")))
        #expect(bench.holds(compare(field("tags[*]"), .notEqual, "eu")))
        #expect(bench.holds(compare(field("tags[*]"), .equal, "PROD", caseInsensitive: true)))
        #expect(!bench.holds(compare(field("tags[*]"), .equal, "PROD")))
        #expect(bench.holds(compare(field("tags[*]"), .greaterOrEqual, 7)))
        #expect(!bench.holds(compare(field("tags[*]"), .greater, 7)))
        #expect(bench.holds(not(compare(field("tags[*]"), .equal, "us"))))
        #expect(bench.holds(compare(field("tags[*]"), .equal, field("others[*]"))))
        #expect(bench.holds(compare(field("v"), .equal, field("tags[*]"))))
        #expect(bench.holds(compare(literal("eu"), .equal, field("tags[*]"))))
        #expect(!bench.holds(compare(field("none[*]"), .notEqual, "eu")))
        #expect(bench.holds(member(field("tags[*]"), [.string("us"), .int(7)])))
        #expect(bench.holds(text(field("tags[*]"), .like, "P*d")))
        #expect(bench.holds(text(field("tags[*]"), .contains, "ro")))
        #expect(!bench.holds(text(field("tags[*]"), .contains, "RO")))
        #expect(bench.holds(text(field("tags[*]"), .matches, "^e.$")))
        #expect(bench.holds(textDynamic(field("tags[*]"), .startswith, field("v"))))
        #expect(bench.holds(textDynamic(field("v"), .endswith, field("tags[*]"))))
        #expect(bench.holds(cidr(field("ips[*]"), "8.0.0.0/8")))
        #expect(!bench.holds(cidr(field("ips[*]"), "9.0.0.0/8")))
    }

    @Test("Of a plain field that is an array, contains asks for an element; nothing else holds")
    func plainList() {
        let bench = ExpressionBench(["tags": ["Prod", "eu", 7], "v": "eu", "n": 7])
        #expect(bench.holds(text(field("tags"), .contains, "eu")))
        #expect(!bench.holds(text(field("tags"), .contains, "e")))
        #expect(!bench.holds(text(field("tags"), .contains, "prod")))
        #expect(bench.holds(text(field("tags"), .contains, "pROD", caseInsensitive: true)))
        #expect(bench.holds(textDynamic(field("tags"), .contains, field("v"))))
        #expect(bench.holds(textDynamic(field("tags"), .contains, field("n"))))
        #expect(bench.holds(textDynamic(field("tags"), .contains, literal("eu"))))
        for comparison in Self.comparisons { #expect(!bench.holds(compare(field("tags"), comparison, "eu"))) }
        #expect(!bench.holds(compare(field("tags"), .equal, field("tags"))))
        #expect(!bench.holds(member(field("tags"), [.string("eu")])))
        #expect(!bench.holds(text(field("tags"), .like, "*")))
        #expect(!bench.holds(text(field("tags"), .startswith, "eu")))
    }
}

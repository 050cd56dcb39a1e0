@testable import EventEngine
import RuleLanguage
import Testing

@Suite("Expressions: bound events")
struct ExpressionAggregateTests {
    /// a is 0, b is 1; b has bound nothing numeric first.
    private let bound = [
        TestEvent(fields: ["v": 4, "host": "x", "tags[*]": ["p", "q"]], time: 10, variable: 0),
        TestEvent(fields: ["v": "late", "host": "y"], time: 20, variable: 1, stream: 1),
        TestEvent(fields: ["v": 6.5, "host": "x", "tags[*]": ["q", "r", nil]], time: 30, variable: 0),
        TestEvent(fields: ["host": "z"], time: 40, variable: 0, stream: -1),
    ]

    @Test("Aggregates in a predicate: everything bound before the current event")
    func aggregates() {
        let bench = ExpressionBench(["v": 100, "host": "now"], bound: bound)
        #expect(bench.value(aggregate(.count, 0)) == 3)
        #expect(bench.value(aggregate(.count, 1)) == 1)
        #expect(bench.value(aggregate(.count, 2)) == 0)
        #expect(bench.value(aggregate(.count, 0, "v")) == 2)
        #expect(bench.value(aggregate(.sum, 0, "v")) == 10.5)
        #expect(bench.value(aggregate(.avg, 0, "v")) == 5.25)
        #expect(bench.value(aggregate(.min, 0, "v")) == 4)
        #expect(bench.value(aggregate(.max, 0, "v")) == 6.5)
        #expect(bench.value(aggregate(.distinct, 0, "host")) == 2)
        #expect(bench.value(aggregate(.min, 0, "host")) == "x")
        #expect(bench.value(aggregate(.max, 0, "host")) == "z")
        for function in [AggregateFunction.sum, .avg] { #expect(bench.value(aggregate(function, 1, "v")) == nil) }
        for function in [AggregateFunction.sum, .avg, .min, .max] { #expect(bench.value(aggregate(function, 2, "v")) == nil) }
        #expect(bench.value(aggregate(.distinct, 2, "v")) == 0)
        #expect(bench.value(aggregate(.count, 0, "tags[*]")) == 4)
        #expect(bench.value(aggregate(.distinct, 0, "tags[*]")) == 3)
        #expect(bench.holds(compare(aggregate(.count, 0), .greaterOrEqual, 3)))
        #expect(ExpressionBench(["v": 1]).value(aggregate(.count, 0)) == 0)
        let last = node(.aggregate(.max, event: 0, operand: .meta(.time)), .time)
        #expect(bench.value(last) == .time(40))
    }

    @Test("Sums of ints are exact, and doubles when they leave 64 bits")
    func integerSums() {
        func bench(_ values: [TestValue]) -> ExpressionBench {
            ExpressionBench([:], bound: values.map { TestEvent(fields: ["v": $0]) })
        }
        #expect(bench([.int(.max), .int(.max), .int(.min)]).value(aggregate(.sum, 0, "v")) == .int(.max - 1))
        #expect(bench([.int(.max), .int(.max)]).value(aggregate(.sum, 0, "v")) == 18_446_744_073_709_551_614.0)
        #expect(bench([2, 4]).value(aggregate(.avg, 0, "v")) == 3)
        #expect(bench([2, 5]).value(aggregate(.avg, 0, "v")) == 3.5)
        #expect(bench([.int(.max), .int(.max)]).value(aggregate(.avg, 0, "v")) == 9_223_372_036_854_775_807.0)
        #expect(bench([9_007_199_254_740_993, 9_007_199_254_740_992.0]).value(aggregate(.max, 0, "v")) == 9_007_199_254_740_993)
    }

    @Test("distinct counts by ==, whatever the number of events")
    func distinct() {
        var events: [TestEvent] = []
        for index in 0..<300 { events.append(TestEvent(fields: ["v": .int(Int64(index % 70))])) }
        for index in 0..<50 { events.append(TestEvent(fields: ["v": .double(Double(index))])) }
        for index in 0..<50 { events.append(TestEvent(fields: ["v": .string("\(index % 5)")])) }
        events.append(TestEvent(fields: ["v": true]))
        events.append(TestEvent(fields: ["v": [1]]))
        events.append(TestEvent(fields: [:]))
        #expect(ExpressionBench([:], bound: events).value(aggregate(.distinct, 0, "v")) == 76)
    }

    @Test("References to bound events")
    func references() {
        let bench = ExpressionBench(
            TestEvent(fields: ["v": 7, "host": "now"], time: 50), bound: bound,
            lag: TestEvent(fields: ["v": 8, "host": "before"], time: 45))
        #expect(bench.value(field("host")) == "now")
        #expect(bench.value(field("host", of: .first(0))) == "x")
        #expect(bench.value(field("host", of: .last(0))) == "z")
        #expect(bench.value(field("v", of: .last(0))) == nil)
        #expect(bench.value(field("host", of: .last(1))) == "y")
        #expect(bench.value(field("host", of: .last(2))) == nil)
        #expect(bench.value(field("host", of: .first(2))) == nil)
        #expect(bench.value(field("host", of: .previous)) == "z")
        #expect(bench.value(field("host", of: .lag)) == "before")
        #expect(bench.value(compute(meta(.time), .subtract, meta(.time, of: .first(0)))) == .duration(40))
        #expect(bench.holds(compare(field("v"), .less, field("v", of: .lag))))
        #expect(bench.holds(compare(field("host", of: .first(0)), .equal, "x")))
        #expect(bench.holds(text(field("tags[*]", of: .first(0)), .like, "q")))
        let alone = ExpressionBench(["v": 7])
        #expect(alone.value(field("v", of: .previous)) == nil)
        #expect(alone.value(field("v", of: .lag)) == nil)
        #expect(!alone.holds(compare(field("v"), .notEqual, field("v", of: .previous))))
    }

    @Test("In having and select the current event is the last bound one and counts")
    func measures() {
        let bench = ExpressionBench(nil, bound: bound)
        #expect(bench.value(field("host")) == "z")
        #expect(bench.holds(compare(field("host"), .equal, "z")))
        #expect(bench.value(meta(.time)) == .time(40))
        #expect(bench.value(aggregate(.count, 0)) == 3)
        #expect(bench.value(field("v")) == nil)
        #expect(bench.value(field("v", of: .previous)) == 6.5)
        #expect(ExpressionBench(nil, bound: [bound[0]]).value(field("v", of: .previous)) == nil)
    }

    @Test("Meta fields")
    func metaFields() {
        let bench = ExpressionBench(TestEvent(fields: [:], time: 50), bound: bound)
        #expect(bench.value(meta(.time)) == .time(50))
        #expect(bench.value(meta(.ingested)) == .time(51))
        #expect(bench.value(meta(.stream)) == "auth")
        #expect(bench.value(meta(.source)) == "auth.ndjson")
        #expect(bench.value(meta(.stream, of: .last(1))) == "dns")
        #expect(bench.value(meta(.stream, of: .last(0))) == nil)
        let id = [UInt8]("auth".utf8) + [0, 7, 0, 0, 0, 0, 0, 0, 0] + [UInt8]("{}".utf8)
        let digest = id.withUnsafeBytes { Digest128(hashing: $0) }
        #expect(bench.value(meta(.id)) == .string(digest.text))
        #expect(bench.value(meta(.id, of: .first(0))) == .string(digest.text))
        #expect(digest.text.utf8.count == 32)
    }
}

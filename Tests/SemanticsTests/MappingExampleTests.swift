import ReferenceMatcher
import RuleLanguage
import Testing

/// One row for each sentence of `PatternMapping`'s contract: what an attempt has seen before the pattern changes, and whether it goes on.
/// Events are those of `Scenario`; the name `y` binds any event.
@Suite struct MappingExampleTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let old: String
        let new: String
        let events: String
        let kept: Int
        let dropped: Int
        let emit: Rule.Emit

        init(_ old: String, _ new: String, _ events: String, kept: Int, dropped: Int, emit: Rule.Emit = .first) {
            (self.old, self.new, self.events, self.kept, self.dropped, self.emit) = (old, new, events, kept, dropped, emit)
        }

        var testDescription: String { "\(old) to \(new), \(emit), \(events)" }
    }

    static let rows = [
        // The same steps are awaited where an event was seen.
        Row("a -> b -> c", "a -> b -> d", "a1 x2", kept: 1, dropped: 0),
        Row("a -> b -> c", "a ->> b -> c", "a1 x2", kept: 0, dropped: 1),
        Row("a{2} -> b -> c", "a -> a -> b -> d", "a1 a2 x3", kept: 2, dropped: 0),
        Row("a -> !c -> b", "a -> !c -> b -> d", "a1 x2", kept: 1, dropped: 0),
        Row("a -> !c -> b", "a -> b", "a1 x2", kept: 0, dropped: 1),
        Row("a -> (b until c) -> d", "a -> b -> d", "a1 x2", kept: 0, dropped: 1),
        // Or fewer.
        Row("a -> (b | c)", "a -> b", "a1 x2", kept: 1, dropped: 0),
        Row("a ->> (b | c)", "a ->> b", "a1 x2", kept: 0, dropped: 1),
        Row("a -> (b | c)", "a -> b", "a1 x2", kept: 0, dropped: 1, emit: .all),
        Row("a -> b", "a -> (b | c)", "a1 x2", kept: 0, dropped: 1),
        // Anything may follow where no event has come, if that is known and the pattern does not end there.
        Row("a , b -> c", "a , b -> d", "a1 b2", kept: 1, dropped: 0),
        Row("a , b -> c", "a , b -> d", "a1 b2 x3", kept: 0, dropped: 1),
        Row("a -> b -> c", "a -> b -> d", "a1 b2", kept: 0, dropped: 1),
        Row("a , b -> c", "a , b", "a1 b2", kept: 0, dropped: 1),
        // A thread that left no trace may have gone to the change: with an earlier event,
        Row("a ->> b , c", "a ->> b , d", "a1", kept: 1, dropped: 0),
        Row("a ->> b , c", "a ->> b , d", "a1 x2", kept: 0, dropped: 1),
        Row("a ->> b , c", "a ->> b , d", "a1 x2", kept: 1, dropped: 0, emit: .all),
        Row("a ->> b -> c", "a ->> b -> c -> d", "a1 x2 b3 x4", kept: 1, dropped: 0),
        Row("a ->> b -> c", "a ->> b -> c -> d", "a1 x2", kept: 0, dropped: 1, emit: .final),
        // or with the same one, unless constants exclude that.
        Row("a -> (b -> e | c , d)", "a -> (b -> e | c , f)", "a1 b2 x3", kept: 1, dropped: 0),
        Row("a -> (b -> e | y , d)", "a -> (b -> e | y , f)", "a1 b2 x3", kept: 0, dropped: 1),
        Row("a -> b", "a -> b | c -> d", "a1 x2", kept: 1, dropped: 0),
        Row("a -> b", "a -> b | y -> d", "a1 x2", kept: 0, dropped: 1),
        Row("a -> b | c -> d", "a -> b", "a1 c2 x3", kept: 1, dropped: 1),
        Row("a -> b | y -> d", "a -> b", "a1", kept: 0, dropped: 1),
        // A thread takes its attempt with it, and a candidate too.
        Row("a ->> b -> c", "a ->> b -> d", "a1 b2 x3", kept: 0, dropped: 1),
        Row("a -> b{1,3}", "a -> b{1,3} -> c", "a1 b2", kept: 0, dropped: 1, emit: .final),
        Row("a -> b{1,3} | c -> d", "a -> b{1,3} | c -> e", "a1 b2", kept: 1, dropped: 0, emit: .final),
    ]

    @Test(arguments: rows) func goesOnOrNot(_ row: Row) throws {
        func rule(_ pattern: String) -> Rule {
            var rule = Scenario(pattern, within: 100).rule
            rule.skip = .none
            rule.emit = row.emit
            for index in rule.events.indices where rule.events[index].name == "y" { rule.events[index].predicate = nil }
            return rule
        }
        let events = Scenario.events(row.events)
        let outcome = try MappingSubject().run(rule(row.old), rule(row.new), events, cut: events.count, .watermark(0))
        #expect(outcome.open.count == row.kept + row.dropped)
        #expect(outcome.kept.count == row.kept)
    }
}

import EventEngine
import ReferenceMatcher
import RuleLanguage
import Testing

/// What ended attempts, as the engine counts it.
@Suite struct AttemptEndTests {
    private struct Sample: Sendable, CustomTestStringConvertible {
        let pattern: String
        let stream: String
        let ends: [AttemptEnd: Int]
        var within: Int64? = 10
        var until: Character?
        var configure: @Sendable (inout Rule) -> Void = { _ in }

        var testDescription: String { "\(pattern) on \(stream)" }
    }

    private static func isFalse(_ rule: inout Rule) {
        rule.having = Expression(.literal(.bool(false)), type: .bool, span: rule.span)
    }

    private static let samples = [
        Sample(pattern: "a -> b", stream: "a1 b2", ends: [.match: 1]),
        Sample(pattern: "a -> b", stream: "a1 a2 b3", ends: [.match: 1, .skip: 1]),
        Sample(pattern: "a -> b", stream: "a1 a2 b3", ends: [.match: 2]) { $0.skip = .toNext },
        Sample(pattern: "a -> b -> c", stream: "a1 a2 b3 c4 a5", ends: [.match: 1, .skip: 1, .within: 1]) { $0.skip = .toLast(1) },
        Sample(pattern: "a -> b", stream: "a1 x20 b21", ends: [.within: 1]),
        Sample(pattern: "a -> b", stream: "a1", ends: [.within: 1]),
        Sample(pattern: "a -> b", stream: "a1 x20", ends: [.within: 1]) { $0.emitsTimeouts = true },
        Sample(pattern: "(a -> b within 5s) -> c", stream: "a1 x8 b9", ends: [.within: 1], within: 20),
        Sample(pattern: "a ->[<=5s] b", stream: "a1 x8 b9", ends: [.gap: 1]),
        Sample(pattern: "a , b", stream: "a1 x2 b3", ends: [.next: 1]),
        Sample(pattern: "a -> !c -> b", stream: "a1 x2 c3 b4", ends: [.negation: 1]),
        Sample(pattern: "a , !c -> b", stream: "a1 c2 b3", ends: [.negation: 1]),
        Sample(pattern: "!c -> a -> b", stream: "c1 a2 b3", ends: [.negation: 1]),
        Sample(pattern: "a -> !c for 5s", stream: "a1 c2", ends: [.negation: 1]),
        Sample(pattern: "a -> !c for 5s", stream: "a1 x9", ends: [.match: 1]),
        Sample(pattern: "a -> b", stream: "a1 q2 b3", ends: [.until: 1], until: "q"),
        Sample(pattern: "a -> (b -> c until q)", stream: "a1 q2 b3", ends: [.until: 1]),
        Sample(pattern: "a -> b", stream: "a1 a2 a3", ends: [.limit: 2, .within: 1]) { $0.limit.attempts = 1 },
        Sample(pattern: "a -> b", stream: "a1 a2", ends: [.superseded: 1, .within: 1]) { rule in
            rule.prefer = .latest
            rule.emit = .all
            rule.skip = .none
        },
        Sample(pattern: "a , b", stream: "a1 b2", ends: [.having: 1], configure: isFalse),
        Sample(pattern: "a -> !c for 5s", stream: "a1 x9", ends: [.having: 1], configure: isFalse),
        Sample(pattern: "a , b", stream: "a1 b2", ends: [.match: 1]) { rule in
            rule.emit = .all
            rule.skip = .none
        },
        Sample(pattern: "a -> b+", stream: "a1 b2 b3", ends: [.match: 1]) { $0.emit = .final },
        Sample(pattern: "a -> b", stream: "a1", ends: [.flush: 1], within: nil) { $0.emit = .final },
    ]

    @Test(arguments: samples)
    private func attemptsAreCountedByWhatEndedThem(_ sample: Sample) throws {
        let scenario = Scenario(sample.pattern, within: sample.within, until: sample.until, sample.configure)
        var counted: [AttemptEnd: Int] = [:]
        _ = try EngineSubject.run(
            scenario.rule, Scenario.events(sample.stream), .flush,
            after: { statistics in
                for end in AttemptEnd.allCases where statistics.ends[end] > 0 { counted[end] = statistics.ends[end] }
                #expect(statistics.ends.total == statistics.attempts)
            })
        #expect(counted == sample.ends)
    }
}

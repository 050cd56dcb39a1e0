import Foundation
import RuleLanguage

/// Holds a matcher against the reference over random rules and streams.
public struct DifferentialHarness: Sendable {
    /// The matcher under test: what it gives for a rule and a stream in order of time. It throws when it refuses the rule.
    public typealias Subject = @Sendable (Rule, [ReferenceEvent], ReferenceMatcher.End) throws -> [ReferenceMatch]

    /// How many cases; `FLUXCORE_CASES`, else 100,000.
    public var cases: Int
    /// The seed of the first case, the others follow; `FLUXCORE_SEED`, else `fixedSeed`, so that a run without it is the same everywhere; `FLUXCORE_SEED=$RANDOM` looks at other cases. With `FLUXCORE_CASES=1` it repeats a case.
    public var seed: UInt64
    /// The seed without `FLUXCORE_SEED`.
    public static let fixedSeed: UInt64 = 20_261_123
    /// Cases in which the reference awaits more than this are left out.
    public var sizeLimit = 300
    private let subject: Subject

    /// A harness with cases and seed of the environment.
    public init(subject: @escaping Subject) {
        let environment = ProcessInfo.processInfo.environment
        cases = environment["FLUXCORE_CASES"].flatMap { Int($0) } ?? 100_000
        seed = environment["FLUXCORE_SEED"].flatMap { UInt64($0) } ?? Self.fixedSeed
        self.subject = subject
    }

    /// What a run gave.
    public struct Report: Sendable {
        /// Cases compared.
        public var compared = 0
        /// Cases left out because the reference exploded.
        public var leftOut = 0
        /// Cases with at least one match or timeout.
        public var matching = 0
        /// The failing cases found, made small and written out; at most one from each worker, which stops there.
        public var failures: [String] = []
    }

    /// Runs all cases over the machine's cores; each worker stops at its first failure.
    public func run() async -> Report {
        let workers = min(max(1, ProcessInfo.processInfo.activeProcessorCount), max(1, cases))
        return await withTaskGroup(of: Report.self) { group in
            for worker in 0..<workers {
                group.addTask { run(stride(from: worker, to: cases, by: workers)) }
            }
            return await group.reduce(into: Report()) { total, part in
                total.compared += part.compared
                total.leftOut += part.leftOut
                total.matching += part.matching
                total.failures += part.failures
            }
        }
    }

    private func run(_ indexes: StrideTo<Int>) -> Report {
        var report = Report()
        for index in indexes {
            let caseSeed = seed &+ UInt64(index)
            let (rule, events, end) = Self.makeCase(seed: caseSeed)
            let expected = ReferenceMatcher.run(rule, events, end: end, sizeLimit: sizeLimit)
            if expected.isTooLarge {
                report.leftOut += 1
                continue
            }
            report.compared += 1
            if !expected.matches.isEmpty { report.matching += 1 }
            if Self.isSame(expected.matches, try? subject(rule, events, end)) { continue }
            report.failures.append(describe(rule, events, end, seed: caseSeed))
            break
        }
        return report
    }

    /// The case of a seed.
    public static func makeCase(seed: UInt64) -> (rule: Rule, events: [ReferenceEvent], end: ReferenceMatcher.End) {
        var random = SeededGenerator(seed: seed)
        let rule = RandomRule.make(&random)
        let events = RandomStream.make(&random)
        let end: ReferenceMatcher.End = random.chance(80) ? .flush : .watermark(events.last?.time ?? 0)
        return (rule, events, end)
    }

    /// The same matches, of each key in the same order. How keys interleave is not compared.
    public static func isSame(_ expected: [ReferenceMatch], _ actual: [ReferenceMatch]?) -> Bool {
        guard let actual else { return false }
        return Dictionary(grouping: expected, by: \.key) == Dictionary(grouping: actual, by: \.key)
    }

    /// The smallest failing case that `seed`'s shrinks to, in words.
    private func describe(_ rule: Rule, _ events: [ReferenceEvent], _ end: ReferenceMatcher.End, seed: UInt64) -> String {
        let refused = (try? subject(rule, events, end)) == nil
        let shrinker = Shrinker { rule, events in
            let expected = ReferenceMatcher.run(rule, events, end: end, sizeLimit: sizeLimit)
            if expected.isTooLarge { return false }
            let actual = try? subject(rule, events, end)
            // A case that is refused must not shrink to one that differs, nor the other way round.
            return refused ? actual == nil : actual != nil && !Self.isSame(expected.matches, actual)
        }
        let small = shrinker.shrink(rule, events)
        let expected = ReferenceMatcher.run(small.rule, small.events, end: end).matches
        let actual: String
        do {
            actual = Self.list(try subject(small.rule, small.events, end))
        } catch {
            actual = "  refused: \(error)\n"
        }
        return """
            FLUXCORE_SEED=\(seed) FLUXCORE_CASES=1
            \(RulePrinter.yaml(small.rule))--- events, end: \(end)
            \(RulePrinter.ndjson(small.events))--- reference
            \(Self.list(expected))--- subject
            \(actual)
            """
    }

    private static func list(_ matches: [ReferenceMatch]) -> String {
        matches.isEmpty ? "  none\n" : matches.map { "  \($0)\n" }.joined()
    }
}

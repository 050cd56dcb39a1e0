import Foundation
import ReferenceMatcher
import RuleLanguage
import Testing

/// Attempts that are carried over to a changed pattern, against the reference matcher of the new pattern over the whole stream.
@Suite struct MappingDifferentialTests {
    private typealias Case = (old: Rule, new: Rule, events: [ReferenceEvent], cut: Int, end: ReferenceMatcher.End)

    private struct Tally {
        var cases = 0
        var mapped = 0
        var kept = 0
        var dropped = 0
        var matched = 0
        var failure: String?
    }

    private static let environment = ProcessInfo.processInfo.environment
    private static let cases = max(1, (environment["FLUXCORE_CASES"].flatMap { Int($0) } ?? 100_000) / 20)
    private static let seed = environment["FLUXCORE_SEED"].flatMap { UInt64($0) } ?? DifferentialHarness.fixedSeed

    private static func makeCase(_ seed: UInt64, _ edit: (Rule, inout SeededGenerator) -> Rule) -> Case {
        var (rule, events, _) = DifferentialHarness.makeCase(seed: seed)
        var random = SeededGenerator(seed: ~seed)
        if seed % 2 == 0 { rule = RandomRule.makeOverlapping(&random) }
        // Which threads `latest` keeps is not known of another pattern: then nothing goes on.
        rule.prefer = .earliest
        let new = edit(rule, &random)
        // A match of `emit: final` may wait for one that did not go on, and be out before a watermark stops; what a changed gap lets end
        // before the cut is out behind it.
        return (rule, new, events, Int.random(in: 0...events.count, using: &random), .flush)
    }

    /// The rule without what looks at other attempts.
    private static func alone(_ rule: Rule) -> Rule {
        var rule = rule
        rule.skip = .none
        rule.limit.attempts = 999
        return rule
    }

    /// No match is false: each is one that the new rule has in the whole stream, whatever skip and limit would have done.
    @Test func everyMatchIsOneOfTheNewPattern() {
        run("soundness", edit: RandomEdit.make) { item, tally in
            let expected = ReferenceMatcher.run(Self.alone(item.new), item.events, end: item.end, sizeLimit: 300)
            guard !expected.isTooLarge, let outcome = try? MappingSubject().run(item.old, item.new, item.events, cut: item.cut, item.end)
            else { return true }
            Self.count(outcome, &tally)
            let false_ = outcome.matches.filter { match in
                // Without a mapping leading negations are forgotten, too.
                (outcome.hasMapping || match.events[0].position < item.cut) && !expected.matches.contains(match)
            }
            return false_.isEmpty
        }
    }

    /// What goes on has exactly the matches that it has in the whole stream, with any number of workers; so has what begins behind the cut.
    @Test func whatGoesOnIsWhatTheNewPatternWouldHave() {
        run("exactness", edit: RandomEdit.make) { item, tally in
            let (old, new) = (Self.alone(item.old), Self.alone(item.new))
            let expected = ReferenceMatcher.run(new, item.events, end: item.end, sizeLimit: 300)
            guard !expected.isTooLarge, let outcome = try? MappingSubject().run(old, new, item.events, cut: item.cut, item.end) else {
                return true
            }
            Self.count(outcome, &tally)
            guard outcome.hasMapping else { return outcome.kept.isEmpty }
            // Of `emit: all` single threads may be lost, and what matched before the cut stays matched.
            let isExact = new.emit != .all || new.emitsTimeouts
            func belongs(_ match: ReferenceMatch) -> Bool {
                let start = MappingSubject.Start(key: match.key, position: match.events[0].position)
                return outcome.kept.contains(start) || start.position >= item.cut
            }
            guard outcome.matches.allSatisfy(belongs) else { return false }
            let due = expected.matches.filter(belongs).filter { isExact && new.emit != .all || $0.events[0].position >= item.cut }
            let found = outcome.matches.filter { isExact && new.emit != .all || $0.events[0].position >= item.cut }
            guard outcome.counts.kept == outcome.kept.count, outcome.counts.kept + outcome.counts.dropped == outcome.open.count else {
                return false
            }
            guard DifferentialHarness.isSame(due, found) else { return false }
            guard tally.cases % 7 == 0 else { return true }
            return (2...3).allSatisfy { workers in
                let other = try? MappingSubject(workers: workers).run(old, new, item.events, cut: item.cut, item.end)
                return other.map { DifferentialHarness.isSame(outcome.matches, $0.matches) && $0.kept == outcome.kept } ?? false
            }
        }
    }

    /// A step more at the end: under `emit: first` no attempt has come to it, so all go on and have all matches that the new rule has.
    @Test func aStepMoreAtTheEndLosesNothing() {
        run("appended steps", edit: RandomEdit.append) { item, tally in
            guard item.old.emit == .first, item.old.having == nil, !Self.hasAbsence(item.old.pattern, atEnd: true),
                !Self.hasAbsence(item.old.pattern, atEnd: false)
            else { return true }
            let (old, new) = (Self.alone(item.old), Self.alone(item.new))
            let expected = ReferenceMatcher.run(new, item.events, end: item.end, sizeLimit: 300)
            guard !expected.isTooLarge, let outcome = try? MappingSubject().run(old, new, item.events, cut: item.cut, item.end),
                outcome.hasMapping
            else { return true }
            Self.count(outcome, &tally)
            let due = expected.matches.filter { match in
                let start = MappingSubject.Start(key: match.key, position: match.events[0].position)
                return outcome.open[start] != nil || start.position >= item.cut
            }
            return outcome.kept == Set(outcome.open.keys) && DifferentialHarness.isSame(due, outcome.matches)
        }
    }

    /// Of a row of steps that changes from one of them on exactly those attempts go on that await a step before it, or that step and have
    /// seen no event since.
    @Test func anEditedTailLeavesAloneWhatHasNotComeThere() {
        var tally = Tally()
        for index in 0..<Self.cases {
            let seed = Self.seed &+ UInt64(index)
            let row = RandomRow.make(seed: seed)
            let expected = ReferenceMatcher.run(row.new, row.events)
            guard let outcome = try? MappingSubject(workers: 1 + index % 3).run(row.old, row.new, row.events, cut: row.cut, .flush) else {
                Issue.record("refused: FLUXCORE_SEED=\(seed)")
                return
            }
            let kept = outcome.open.filter { _, threads in
                threads.allSatisfy { $0.length < row.change || $0.length == row.change && $0.isUntouched && row.isStrict }
            }
            let due = expected.matches.filter { match in
                let start = MappingSubject.Start(key: match.key, position: match.events[0].position)
                return kept[start] != nil || start.position >= row.cut
            }
            tally.cases += 1
            Self.count(outcome, &tally)
            if outcome.kept == Set(kept.keys), DifferentialHarness.isSame(due, outcome.matches) { continue }
            let item = (row.old, row.new, row.events, row.cut, ReferenceMatcher.End.flush)
            Issue.record("edited tails: FLUXCORE_SEED=\(seed) FLUXCORE_CASES=20\n\(Self.describe(item))")
            return
        }
        print(
            "mapping, edited tails: seed \(Self.seed), \(tally.cases) cases, \(tally.kept) attempts kept, \(tally.dropped) dropped, "
                + "\(tally.matched) with matches of what went on")
        #expect(Self.cases < 1000 || tally.kept > Self.cases / 10 && tally.dropped > Self.cases / 10 && tally.matched > Self.cases / 100)
    }

    /// Changed bytes are mapped or refused; what is mapped is restored or refused.
    @Test func changedBytesAreMappedOrRefused() {
        for index in 0..<Self.cases / 4 {
            let seed = Self.seed &+ UInt64(index)
            let item = Self.makeCase(seed, RandomEdit.make)
            _ = try? MappingSubject(mutation: seed).run(item.old, item.new, item.events, cut: item.cut, item.end)
        }
    }

    /// Under `emit: final` a match that waits for an earlier attempt is out as soon as that attempt did not go on.
    @Test func whatWaitsForADroppedAttemptIsDecided() throws {
        func rule(_ pattern: String) -> Rule {
            Scenario(pattern, within: 100) {
                $0.emit = .final
                $0.skip = .none
            }.rule
        }
        let events = Scenario.events("a1 b2 x3 d4")
        let (old, new) = (rule("a -> b -> c | d"), rule("a -> b -> d | d"))
        let outcome = try MappingSubject().run(old, new, events, cut: 4, .watermark(10))
        #expect(outcome.counts.kept == 1 && outcome.counts.dropped == 1)
        #expect(outcome.matches.map { $0.events.map { "\($0.name)\($0.position)" } } == [["d3"]])
    }

    /// True when the pattern may end, or begin, with an absence: then an attempt can be complete and go on.
    private static func hasAbsence(_ pattern: Pattern, atEnd: Bool) -> Bool {
        switch pattern.kind {
        case .negation: true
        case .event: false
        case .sequence(let steps, _):
            // Of the steps behind the last one, or in front of the first, that must bind.
            (atEnd ? steps.reversed() : steps).split(maxSplits: 1, omittingEmptySubsequences: false) { !$0.isNullable }[0]
                .contains { hasAbsence($0, atEnd: atEnd) }
                || (atEnd ? steps.last { !$0.isNullable } : steps.first { !$0.isNullable }).map { hasAbsence($0, atEnd: atEnd) } ?? false
        case .alternation(let parts), .permute(let parts), .of(_, let parts): parts.contains { hasAbsence($0, atEnd: atEnd) }
        case .repetition(let body, _, _, _, _), .group(let body, _, _): hasAbsence(body, atEnd: atEnd)
        }
    }

    private static func count(_ outcome: MappingSubject.Outcome, _ tally: inout Tally) {
        if outcome.hasMapping { tally.mapped += 1 }
        tally.kept += outcome.counts.kept
        tally.dropped += outcome.counts.dropped
        if outcome.matches.contains(where: { outcome.kept.contains(MappingSubject.Start(key: $0.key, position: $0.events[0].position)) }) {
            tally.matched += 1
        }
    }

    /// Runs all cases until one fails.
    private func run(
        _ name: String, edit: @escaping @Sendable (Rule, inout SeededGenerator) -> Rule,
        check: @Sendable (Case, inout Tally) -> Bool
    ) {
        var tally = Tally()
        for index in 0..<Self.cases {
            let seed = Self.seed &+ UInt64(index)
            let item = Self.makeCase(seed, edit)
            tally.cases += 1
            if check(item, &tally) { continue }
            Issue.record("\(name): FLUXCORE_SEED=\(seed) FLUXCORE_CASES=20\n\(Self.describe(item))")
            break
        }
        print(
            "mapping, \(name): seed \(Self.seed), \(tally.cases) cases, \(tally.mapped) mapped, \(tally.kept) attempts kept, "
                + "\(tally.dropped) dropped, \(tally.matched) with matches of what went on")
        #expect(Self.cases < 1000 || tally.kept > 0 && tally.dropped + tally.kept > tally.mapped / 4 && tally.matched * 100 > tally.mapped)
    }

    private static func describe(_ item: Case) -> String {
        let names = item.new.events.map(\.name)
        let expected = ReferenceMatcher.run(alone(item.new), item.events, end: item.end).matches
        let outcome = try? MappingSubject().run(item.old, item.new, item.events, cut: item.cut, item.end)
        let alone = try? MappingSubject().run(alone(item.old), alone(item.new), item.events, cut: item.cut, item.end)
        return """
            \(RulePrinter.yaml(item.old))--- new pattern: \(PatternPrinter(names: names).text(item.new.pattern))
            --- events, cut before \(item.cut), end: \(item.end)
            \(RulePrinter.ndjson(item.events))--- reference
            \(expected)
            --- engine, as it is, then without skip and limit
            \(outcome.map { "\($0)" } ?? "")
            \(alone.map { "\($0)" } ?? "")
            """
    }
}

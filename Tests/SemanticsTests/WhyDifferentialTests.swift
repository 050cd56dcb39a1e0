import EngineService
import EventEngine
import Foundation
import RuleLanguage
import Testing

@testable import ReferenceMatcher

/// What `why` tells, over random rules and streams: nothing that the engine does is left out, and nothing is told twice.
@Suite struct WhyDifferentialTests {
    static let cases = (ProcessInfo.processInfo.environment["FLUXCORE_CASES"].flatMap { Int($0) } ?? 100_000) / 50
    static let seed = ProcessInfo.processInfo.environment["FLUXCORE_SEED"].flatMap { UInt64($0) } ?? DifferentialHarness.fixedSeed

    /// So many random rules and streams, with the seeds that they are made of.
    static func examples(_ count: Int = cases) -> some Sequence<(index: Int, seed: UInt64, rule: Rule, events: [ReferenceEvent])> {
        (0..<count).lazy.map { index in
            let seed = Self.seed &+ UInt64(index)
            let (rule, events, _) = DifferentialHarness.makeCase(seed: seed)
            return (index, seed, rule, events)
        }
    }

    /// Causes that the engine counts, and the words for them; what is open for one at the end of the input has ended for the other.
    private static let words: [AttemptEnd: [String]] = [
        .skip: ["skip"], .limit: ["limit"], .superseded: ["superseded"], .next: ["next"], .having: ["having"],
        .negation: ["negation", "leading_negation"], .until: ["until", "group_until"],
    ]

    @Test func everyAttemptHasOneEndAndEveryMatchIsOne() throws {
        var causes: [String: Int] = [:]
        var counted = 0
        var different = 0
        for (_, seed, rule, events) in Self.examples() {
            guard let subject = try? WhySubject(rule, events) else { continue }
            var problems: [String] = []
            for key in subject.keys {
                let ends = key.ends.reduce(0) { $0 + $1.count }
                if ends != key.attempts || ends != key.shown.count {
                    problems.append("\(key.attempts) attempts, \(ends) ends, \(key.shown.count) shown")
                }
                if key.shown.map(\.number) != Array(1..<(key.attempts + 1)) { problems.append("numbers") }
                for end in key.ends {
                    causes[end.cause, default: 0] += end.count
                    if end.cause == "other" { problems.append("an end without a cause") }
                }
            }
            let ends = Dictionary(subject.keys.flatMap(\.ends).map { ($0.cause, $0.count) }, uniquingKeysWith: +)
            for (end, words) in Self.words where !subject.isStateless {
                let told = words.reduce(0) { $0 + (ends[$1] ?? 0) }
                counted += told
                different += abs(told - subject.engineEnds[end])
            }
            let attempts = subject.keys.reduce(0) { $0 + $1.attempts }
            if !subject.isStateless, attempts != subject.engineAttempts {
                problems.append("\(attempts) attempts, not \(subject.engineAttempts)")
            }
            if rule.emit != .all, !subject.isStateless, ends["match"] ?? 0 != subject.engineEnds[.match] {
                problems.append("ends by a match")
            }
            if !subject.isStateless, subject.engineOpen != subject.engineAttempts - subject.engineEnds.total {
                problems.append("\(subject.engineOpen) attempts held")
            }
            if subject.tracedMatches != subject.engineMatches.count { problems.append("matches") }
            // Under `emit: all` an attempt may match more than once; the last match or what comes behind it ends it.
            if rule.emit != .all, subject.matchedIDs.sorted() != subject.engineMatches.sorted() { problems.append("ids of matches") }
            if !problems.isEmpty {
                Issue.record(
                    "FLUXCORE_SEED=\(seed): \(problems)\n\(RulePrinter.yaml(rule))\n\(RulePrinter.ndjson(events))\n\(Self.text(subject))")
                return
            }
        }
        print("why: \(Self.cases) cases, seed \(Self.seed), ends \(causes.sorted { $0.value > $1.value })")
        #expect(causes.count >= 10 || Self.cases < 1000)
        // Where several things end an attempt at one event, the two may name different ones.
        #expect(different * 50 <= counted || Self.cases < 1000, "\(different) of \(counted)")
    }

    /// Where time does not go on behind the last event, what is due later is open, and nothing is decided that the engine has not.
    @Test func whatIsDueLaterIsOpen() throws {
        var open = 0
        var ended = 0
        for (index, seed, rule, events) in Self.examples() {
            guard let last = events.map(\.time).max() else { continue }
            let clock = last + (rule.within ?? 0) * Int64(index % 4) / 4
            guard let subject = try? WhySubject(rule, events, end: .clock(clock)) else { continue }
            var problems: [String] = []
            if !subject.isStateless, subject.engineOpen != subject.engineAttempts - subject.engineEnds.total {
                problems.append("\(subject.engineOpen) attempts held")
            }
            if subject.tracedMatches != subject.engineMatches.count { problems.append("matches") }
            if rule.emit != .all, subject.matchedIDs.sorted() != subject.engineMatches.sorted() { problems.append("ids of matches") }
            for attempt in subject.keys.flatMap(\.shown) {
                switch attempt.end {
                case .open(let expires):
                    open += 1
                    if let expires, expires < clock { problems.append("open though it was over: \(attempt)") }
                case .within(let deadline, _, _), .gap(let deadline, _, _), .group(let deadline, _, _):
                    ended += 1
                    if deadline >= max(clock, last + 1) { problems.append("over before its time: \(attempt)") }
                default: break
                }
            }
            if !problems.isEmpty {
                Issue.record(
                    "FLUXCORE_SEED=\(seed): \(problems)\n\(RulePrinter.yaml(rule))\n\(RulePrinter.ndjson(events))\n\(Self.text(subject))")
                return
            }
        }
        print("why: \(open) open attempts, \(ended) out of time")
        #expect((open > 100 && ended > 100) || Self.cases < 1000)
    }

    /// Every part of a predicate that a near miss shows has the truth that the reference gives it, and one of them is false.
    @Test func partsOfNearMissesAreAsTheReferenceSays() throws {
        var checked = 0
        for (_, seed, rule, events) in Self.examples() {
            guard let subject = try? WhySubject(rule, events) else { continue }
            for key in subject.keys {
                for miss in key.nearMisses {
                    guard case .predicate(let conditions) = miss.reason else { continue }
                    let parts = Self.conjuncts(rule.events.first { $0.name == miss.name }?.predicate)
                    let evaluator = try Self.evaluator(rule, events, key, miss)
                    let truths = parts.map { Self.readsLag($0) ? nil : evaluator.holds($0) }
                    let isSame = zip(truths, conditions).allSatisfy { $0 == nil || $0 == $1.isTrue } && truths.count == conditions.count
                    checked += 1
                    if !isSame || conditions.allSatisfy(\.isTrue) {
                        Issue.record("FLUXCORE_SEED=\(seed): \(miss), \(truths)\n\(RulePrinter.yaml(rule))\n\(RulePrinter.ndjson(events))")
                        return
                    }
                }
            }
        }
        print("why: \(checked) near misses checked")
        #expect(checked > Self.cases / 3)
    }

    /// What is told as an attempt's end is so: the event that broke it satisfies that name, the time was over, `having` is false.
    @Test func causesAreTrue() throws {
        var checked: [String: Int] = [:]
        for (_, seed, rule, events) in Self.examples() {
            guard let subject = try? WhySubject(rule, events) else { continue }
            for attempt in subject.keys.flatMap(\.shown) {
                guard let isTrue = try Self.isTrue(attempt, rule, events) else { continue }
                checked[attempt.end.cause, default: 0] += 1
                if !isTrue {
                    Issue.record("FLUXCORE_SEED=\(seed): \(attempt)\n\(RulePrinter.yaml(rule))\n\(RulePrinter.ndjson(events))")
                    return
                }
            }
        }
        print("why: causes checked \(checked.sorted { $0.key < $1.key })")
        #expect(checked.count >= 6 || Self.cases < 1000)
    }

    /// Nil where the reference cannot say.
    private static func isTrue(_ attempt: WhyAttempt, _ rule: Rule, _ events: [ReferenceEvent]) throws -> Bool? {
        guard let thread = attempt.threads.first, thread.leftOut == 0 else { return nil }
        let bound = try thread.bound.map { binding in
            (variable: rule.events.firstIndex { $0.name == binding.name } ?? -1, event: events[try #require(Int(binding.event.raw))])
        }
        guard let last = bound.last?.event else { return nil }
        switch attempt.end {
        case .within(let deadline, let duration, _): return deadline == attempt.start.event.time + duration && duration == rule.within
        case .gap(let deadline, let duration, _): return deadline == last.time + duration
        case .group(let deadline, let duration, _):
            return deadline <= last.time + duration && deadline >= attempt.start.event.time + duration
        case .negation(let name, let event), .groupUntil(let name, let event), .until(let name, let event):
            guard let predicate = rule.events.first(where: { $0.name == name })?.predicate else { return true }
            let current = events[try #require(Int(event.raw))]
            let parts = conjuncts(predicate).filter { !readsLag($0) }
            let evaluator = ExpressionEvaluator(bound: bound, current: current, previous: last, lag: nil)
            return parts.allSatisfy { evaluator.holds($0) }
        case .having(let conditions):
            guard let having = rule.having else { return false }
            let evaluator = ExpressionEvaluator(bound: bound, current: last, previous: nil, lag: nil)
            return !evaluator.holds(having) && conditions.contains { !$0.isTrue }
        case .match, .strict, .skip, .limit, .superseded, .leading, .open, .other: return nil
        }
    }

    private static func evaluator(
        _ rule: Rule, _ events: [ReferenceEvent], _ key: WhyReport.Key, _ miss: WhyNearMiss
    ) throws -> ExpressionEvaluator {
        let bound = try miss.bound.map { binding in
            (variable: rule.events.firstIndex { $0.name == binding.name } ?? -1, event: events[try #require(Int(binding.event.raw))])
        }
        let current = events[try #require(Int(miss.event.raw))]
        return ExpressionEvaluator(bound: bound, current: current, previous: bound.last?.event, lag: nil)
    }

    private static func conjuncts(_ expression: RuleLanguage.Expression?) -> [RuleLanguage.Expression] {
        guard let expression else { return [] }
        if case .and(let parts) = expression.kind { return parts.flatMap { conjuncts($0) } }
        return [expression]
    }

    private static func readsLag(_ expression: RuleLanguage.Expression) -> Bool {
        switch expression.kind {
        case .reference(.lag, _): true
        case .compare(_, let left, let right, _): readsLag(left) || readsLag(right)
        case .not(let inner): readsLag(inner)
        default: false
        }
    }

    private static func text(_ subject: WhySubject) -> String {
        subject.keys.flatMap { key in
            key.shown.map {
                "\(key.parts) \($0.number) from \($0.start.event.raw): \($0.threads.map { $0.bound.map(\.event.raw) }) \($0.end)"
            }
        }.joined(separator: "\n")
    }
}

import EventEngine
import RuleLanguage
import Testing

@testable import EngineService
@testable import ReferenceMatcher

/// What `why` blames, taken away: then the engine does what it had not done.
extension WhyDifferentialTests {
    /// What was told of one near miss.
    private struct Told {
        var miss: WhyNearMiss
        var key: [UInt8]
        /// Positions of the event, and of the event that began the attempt; nil: none did.
        var position: Int
        var start: Int?
        /// Earliest time that the step takes; nil: at once.
        var opens: Int64?
    }

    private static func told(_ subject: WhySubject) -> [Told] {
        subject.keys.flatMap { key in
            key.nearMisses.map { miss in
                let attempt = miss.attempt.flatMap { number in key.shown.first { $0.number == number } }
                let start = attempt.flatMap { Int($0.start.event.raw) }
                let awaits = attempt?.threads.first { $0.bound == miss.bound }?.awaits.first { $0.step == miss.step }
                return Told(
                    miss: miss, key: WhyNaming.key(key.parts.map(\.value)), position: Int(miss.event.raw) ?? -1,
                    start: miss.attempt == nil ? nil : start ?? -1, opens: awaits?.opens.map { $0 + (awaits?.opensBehind == true ? 1 : 0) })
            }
        }
    }

    /// True when the last of the events is taken by the step that the near miss is about.
    private static func isTaken(_ told: Told, _ rule: Rule, _ events: [ReferenceEvent]) throws -> Bool {
        let (steps, starts) = try WhySubject.taking(rule, events, key: told.key)
        guard let start = told.start else { return starts.contains(told.miss.name) }
        return steps.contains(WhySubject.Step(start: start, name: told.miss.name))
    }

    private static func describe(_ told: Told, _ rule: Rule, _ events: [ReferenceEvent], _ seed: UInt64) -> Comment {
        "FLUXCORE_SEED=\(seed): \(told.miss), attempt from \(told.start ?? -1)\n\(RulePrinter.yaml(rule))\n\(RulePrinter.ndjson(events))"
    }

    /// One event of each stream comes later than it should. Where that is blamed, the engine takes the event in its place; and where the
    /// stream in order matches with it and the other does not match, that is blamed.
    @Test func inOrderALateEventIsTaken() throws {
        var blamed = 0
        var missed = 0
        var found = 0
        for (index, seed, rule, events) in Self.examples(Self.cases * 2) {
            guard events.count > 2 else { continue }
            var arrivals = events
            let late = arrivals.remove(at: index % (events.count - 1))
            let place = min(arrivals.count, index % (events.count - 1) + 1 + index / 7 % 4)
            arrivals.insert(late, at: place)
            guard arrivals[..<place].contains(where: { $0.time > late.time }), let subject = try? WhySubject(rule, arrivals) else {
                continue
            }
            let all = Self.told(subject).filter { if case .late = $0.miss.reason { true } else { false } }
            let ordered = Array(events.prefix { $0.position != late.position }) + [late]
            for told in all {
                blamed += 1
                let isTaken = try Self.isTaken(told, rule, ordered)
                if told.position != late.position || !isTaken {
                    Issue.record(Self.describe(told, rule, arrivals, seed))
                    return
                }
            }
            // What `lag` reads, and what must not have come before, is not known any more when a line comes late.
            let text = RulePrinter.yaml(rule)
            guard subject.engineMatches.isEmpty, rule.having == nil, !text.contains("lag("), !text.contains("pattern: '!") else { continue }
            let complete = try WhySubject(rule, events)
            let needed = complete.keys.flatMap(\.shown).contains { attempt in
                guard case .match = attempt.end else { return false }
                return attempt.threads.first?.bound.contains { Int($0.event.raw) == late.position } ?? false
            }
            if needed { if all.isEmpty { missed += 1 } else { found += 1 } }
        }
        print("why: \(blamed) times late is so; of \(found + missed) late events that a match needed, \(found) are told")
        #expect(blamed > Self.cases / 40 || Self.cases < 1000)
        #expect(missed * 2 <= found || Self.cases < 1000)
    }

    /// Without the event that broke it, the event that came behind it would have been taken; later things may stand in its way, too.
    @Test func withoutWhatEndedItTheEventIsTaken() throws {
        var blamed: [String: Int] = [:]
        var others = 0
        for (_, seed, rule, events) in Self.examples() {
            guard let subject = try? WhySubject(rule, events) else { continue }
            for told in Self.told(subject) {
                guard case .ended(let end) = told.miss.reason else { continue }
                blamed[end.cause, default: 0] += 1
                let ending: Int?
                switch end {
                case .negation(_, let event), .until(_, let event), .groupUntil(_, let event), .strict(_, let event):
                    ending = Int(event.raw)
                default: ending = nil
                }
                #expect(ending != told.position)
                // What stands between the two may break or advance the attempt as well.
                guard let ending, let from = events.firstIndex(where: { $0.position == ending }) else { continue }
                let rest = events[..<from] + events[from...].filter { $0.position == told.position }
                if !(try Self.isTaken(told, rule, Array(rest))) {
                    others += 1
                    // Some attempts are complete without that event before the other one comes.
                    if others * 20 > blamed.values.reduce(0, +) + 200 {
                        Issue.record(Self.describe(told, rule, events, seed))
                        return
                    }
                }
            }
        }
        print("why: ended \(blamed.sorted { $0.key < $1.key }), \(others) not taken without that event")
        #expect(blamed.count >= 3 || Self.cases < 1000)
    }

    /// Right behind the event that it came before, it would have been taken.
    @Test func behindItTheEventIsTaken() throws {
        var blamed = 0
        var others = 0
        for (_, seed, rule, events) in Self.examples() {
            guard let subject = try? WhySubject(rule, events) else { continue }
            for told in Self.told(subject) {
                guard case .before = told.miss.reason, let last = told.miss.bound.last.flatMap({ Int($0.event.raw) }),
                    let place = events.firstIndex(where: { $0.position == last }),
                    var moved = events.first(where: { $0.position == told.position })
                else { continue }
                blamed += 1
                moved.time = max(events[place].time, told.opens ?? .min)
                let before = events[...place].filter { $0.position != told.position }
                if !(try Self.isTaken(told, rule, before + [moved])) {
                    // A gap or an absence that it would not have kept is in the way.
                    others += 1
                    if others * 20 > blamed + 200 {
                        Issue.record(Self.describe(told, rule, events, seed))
                        return
                    }
                }
            }
        }
        print("why: before \(blamed), \(others) not taken behind it")
        #expect(blamed > Self.cases / 100 || Self.cases < 1000)
    }

    /// A key without a match has one without `having` where an attempt was refused by it, and only there.
    @Test func withoutHavingItFires() throws {
        var refused = 0
        for (_, seed, rule, events) in Self.examples(Self.cases * 2) {
            guard rule.having != nil, let subject = try? WhySubject(rule, events) else { continue }
            var open = rule
            open.having = nil
            let without = try WhySubject(open, events)
            for (key, other) in zip(subject.keys, without.keys) where key.matches == 0 {
                let isBlamed = key.shown.contains { attempt in
                    if case .having = attempt.refusal?.reason { return true }
                    if case .having = attempt.end { return true }
                    return false
                }
                if isBlamed { refused += 1 }
                // What `emit: final` has not decided yet may be dropped by other things.
                if rule.emit == .final ? other.matches > 0 && !isBlamed : isBlamed != (other.matches > 0) {
                    Issue.record(
                        "FLUXCORE_SEED=\(seed): \(key.shown.map(\.end))\n\(RulePrinter.yaml(rule))\n\(RulePrinter.ndjson(events))")
                    return
                }
            }
        }
        print("why: \(refused) keys that only having kept from a match")
        #expect(refused > Self.cases / 100 || Self.cases < 1000)
    }

    /// As many alerts are held back as the engine says, however few attempts are shown.
    @Test func asManyAreHeldBackAsTheEngineSays() throws {
        var held = 0
        for (index, seed, given, events) in Self.examples() {
            var rule = given
            rule.emitsTimeouts = false
            rule.suppress = Suppression(
                by: index % 3 == 0 ? [] : (0..<rule.keyWidth).map { .key($0) }, duration: Int64(index % 9) * 1_000_000_000, summary: false)
            guard let subject = try? WhySubject(rule, events, limit: 1) else { continue }
            let told = subject.keys.reduce(0) { $0 + $1.suppressed }
            held += told
            if told != subject.engineSuppressed {
                Issue.record(
                    "FLUXCORE_SEED=\(seed): \(told), not \(subject.engineSuppressed)\n\(RulePrinter.yaml(rule))\n\(RulePrinter.ndjson(events))"
                )
                return
            }
        }
        print("why: \(held) alerts held back")
        #expect(held > Self.cases / 20 || Self.cases < 1000)
    }
}

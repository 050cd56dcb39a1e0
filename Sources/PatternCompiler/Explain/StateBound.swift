import EventEngine
import RuleLanguage

/// How much a rule can hold for one key.
struct StateBound {
    /// What ends an attempt at the latest.
    enum Lifetime: Equatable {
        /// One event decides: nothing is held.
        case none
        /// Nanoseconds from its first event.
        case time(Int64)
        /// Events of its keyed sequence.
        case events(Int)
        /// Each event must follow the one before within so many nanoseconds.
        case eachGap(Int64)
        /// Only the number of attempts is bounded.
        case unbounded
    }

    /// The attempts that a key holds at most.
    let attempts: Int
    /// How long one of them lives at most.
    let lifetime: Lifetime
    /// Events that an attempt binds at most; nil: any number.
    let boundEvents: Int?
    /// Bytes of a thread, without what it has bound.
    let threadBytes: Int
    /// Bytes of a binding, without its event.
    static let bindingBytes = MemoryLayout<Binding>.stride

    /// The bound of a rule with its automaton, laid out as `program`.
    init(_ rule: Rule, automaton: Automaton, program: AutomatonProgram, isStateless: Bool) {
        attempts = isStateless ? 0 : rule.limit.attempts
        boundEvents = Self.events(of: rule.pattern)
        // A thread's header, two masks of awaited edges, its counts.
        threadBytes = 24 + 8 * (2 * program.maskWords + program.countWords)
        lifetime = isStateless ? .none : Self.lifetime(of: rule, automaton, boundEvents: boundEvents)
    }

    /// One line for people.
    var summary: String {
        let bound = "at most \(TextTools.count(attempts, "attempt")) a key"
        switch lifetime {
        case .none: return "nothing is held"
        case .time(let time): return "\(bound), each for at most \(DurationText.format(time))"
        case .events(let count): return "\(bound), each for at most \(TextTools.count(count, "event")) of the key"
        case .eachGap(let gap): return "\(bound), each as long as its next event comes within \(DurationText.format(gap))"
        case .unbounded: return "\(bound), each until it matches or is dropped"
        }
    }

    private static func lifetime(of rule: Rule, _ automaton: Automaton, boundEvents: Int?) -> Lifetime {
        let ends = automaton.follow.joined().filter { $0.target == nil }.flatMap(\.negations)
        let absence = ends.compactMap { automaton.negations[$0.negation].duration }.max() ?? 0
        let times = [rule.within, time(of: rule.pattern, lead: nil, fallback: Link(.followedBy))].compactMap { $0 }
        if let shortest = times.min() { return .time(sum(shortest, absence) ?? .max) }
        let links = automaton.follow.joined().filter { $0.target != nil }
        if absence == 0, let boundEvents, links.allSatisfy({ $0.contiguity == .next }) { return .events(boundEvents) }
        let gaps = links.compactMap(\.maximumGap)
        return !links.isEmpty && gaps.count == links.count ? .eachGap(max(gaps.max() ?? 0, absence)) : .unbounded
    }

    /// The most events that a pattern binds; nil: any number.
    private static func events(of pattern: Pattern) -> Int? {
        switch pattern.kind {
        case .event: return 1
        case .negation: return 0
        case .group(let body, _, _): return events(of: body)
        case .sequence(let parts, _), .permute(let parts): return total(parts.map(events))
        case .alternation(let parts):
            let counts = parts.map(events)
            return counts.contains(nil) ? nil : counts.compactMap { $0 }.max()
        case .of(let count, let parts):
            let counts = parts.map(events)
            return counts.contains(nil) ? nil : total(counts.compactMap { $0 }.sorted(by: >).prefix(count).map { $0 })
        case .repetition(let body, _, let maximum, _, _):
            guard let maximum, let each = events(of: body) else { return nil }
            let product = each.multipliedReportingOverflow(by: maximum)
            return product.overflow ? nil : product.partialValue
        }
    }

    private static func total(_ counts: [Int?]) -> Int? {
        counts.reduce(0) { left, right in
            guard let left, let right else { return nil }
            let sum = left.addingReportingOverflow(right)
            return sum.overflow ? nil : sum.partialValue
        }
    }

    /// The most time between the first and last event that a pattern binds, nanoseconds; nil: any. `lead` is the link
    /// that leads in, which iterations take over without its gap; at the front `fallback` does.
    private static func time(of pattern: Pattern, lead: Link?, fallback: Link) -> Int64? {
        switch pattern.kind {
        case .event, .negation: return 0
        case .group(let body, _, let within):
            let inner = time(of: body, lead: lead, fallback: fallback)
            return inner.map { min($0, within ?? $0) } ?? within
        case .alternation(let parts):
            let times = parts.map { time(of: $0, lead: lead, fallback: fallback) }
            return times.contains(nil) ? nil : times.compactMap { $0 }.max()
        case .permute(let parts): return time(ofBranches: parts, count: parts.count, link: lead ?? Link(.followedBy))
        case .of(let count, let parts): return time(ofBranches: parts, count: count, link: lead ?? Link(.followedBy))
        case .repetition(let body, _, let maximum, _, let own):
            let inner = time(of: body, lead: lead, fallback: fallback)
            guard maximum != 1 else { return inner }
            let gap = (own ?? (lead ?? fallback).withoutGap).maximumGap
            guard let maximum, let inner, let gap, let all = product(inner, maximum), let gaps = product(gap, maximum - 1) else {
                return nil
            }
            return sum(all, gaps)
        case .sequence(let steps, let links): return time(ofSequence: steps, links, lead: lead, fallback: fallback)
        }
    }

    private static func time(ofSequence steps: [Pattern], _ links: [Link], lead: Link?, fallback: Link) -> Int64? {
        var result: Int64 = 0
        var hasBound = false
        for (index, step) in steps.enumerated() {
            let stepLead = index == 0 ? lead : links[index - 1]
            let stepFallback = index == 0 && lead == nil ? links[0].withoutGap : fallback
            guard let own = time(of: step, lead: stepLead, fallback: stepFallback), let longer = sum(result, own) else { return nil }
            result = longer
            if case .negation = step.kind { continue }
            // The gap of the last link passed counts: one that leads into a negation bounds nothing.
            if hasBound {
                guard let gap = links[index - 1].maximumGap, let longer = sum(result, gap) else { return nil }
                result = longer
            }
            hasBound = true
        }
        return result
    }

    private static func time(ofBranches parts: [Pattern], count: Int, link: Link) -> Int64? {
        let times = parts.map { time(of: $0, lead: link, fallback: link) }
        guard !times.contains(nil), let gaps = count == 1 ? 0 : link.maximumGap.flatMap({ product($0, count - 1) }) else { return nil }
        return times.compactMap { $0 }.sorted(by: >).prefix(count).reduce(gaps) { left, right in left.flatMap { sum($0, right) } }
    }

    private static func sum(_ left: Int64, _ right: Int64) -> Int64? {
        let sum = left.addingReportingOverflow(right)
        return sum.overflow ? nil : sum.partialValue
    }

    private static func product(_ time: Int64, _ count: Int) -> Int64? {
        let product = time.multipliedReportingOverflow(by: Int64(max(0, count)))
        return product.overflow ? nil : product.partialValue
    }
}

import EventEngine

/// Runs a rule over events, in order, and follows the attempts of some of its keys.
final class WhyTracer {
    private let trace: RuleTrace
    private let keys: [KeyTracer]
    /// Matches of the rule, of any key.
    private(set) var matches = 0

    /// Follows keys of these canonical texts; `limit` bounds what is kept of each.
    init(_ trace: RuleTrace, keys: [[UInt8]], naming: WhyNaming, limit: Int) {
        self.trace = trace
        self.keys = keys.map { KeyTracer(key: $0, trace: trace, naming: naming, limit: limit) }
    }

    /// Takes the next event.
    func take(_ event: EventView) {
        advance(to: event.header.pointee.time)
        trace.begin(event)
        guard trace.isRead else { return lookAside { $0.lookAstray() } }
        guard trace.passesFilter else { return lookAside { $0.lookFiltered() } }
        let found = trace.keys()
        let own = keys.filter { tracer in found.contains { $0 == tracer.key } }
        for tracer in keys where !found.contains(where: { $0 == tracer.key }) {
            tracer.outside.lookOutside(keys: found, awaited: tracer.awaited)
        }
        for tracer in own { tracer.willTake() }
        let copy = trace.event
        let id = trace.eventID
        let decisions = trace.take()
        matches += decisions.count { $0.match.kind == .match }
        for tracer in own { tracer.didTake(decisions, copy, id: id) }
    }

    /// An event that comes late, and is not taken; `newest` is the time of the newest event before it.
    func lookLate(_ event: EventView, newest: Int64) {
        trace.begin(event)
        if trace.isRead, trace.passesFilter {
            let found = trace.keys()
            for tracer in keys where found.contains(where: { $0 == tracer.key }) { tracer.outside.lookLate(newest: newest) }
        }
        trace.abandon()
    }

    private func lookAside(_ look: (NearMissFinder) -> Void) {
        for tracer in keys where isAwaited(by: tracer) { look(tracer.outside) }
        trace.abandon()
    }

    /// True when the parts of an awaited variable's predicate that need no attempt hold, whatever the stream.
    private func isAwaited(by tracer: KeyTracer) -> Bool { tracer.awaited.contains { trace.isTrueAlone($0) } }

    /// Fires what is due before `time`, one deadline of the keys at a time.
    private func advance(to time: Int64) {
        while let next = keys.map(\.nextDeadline).min(), next < time { fire(at: next) }
        count(trace.advance(to: time))
    }

    private func flush() {
        while let next = keys.map(\.nextDeadline).min(), next < .max { fire(at: next) }
        for tracer in keys { tracer.willFlush() }
        let decisions = count(trace.finish())
        for tracer in keys { tracer.didFire(decisions, before: .max) }
    }

    private func fire(at deadline: Int64) {
        let due = keys.filter { $0.nextDeadline <= deadline }
        for tracer in due { tracer.willFire(at: deadline) }
        let decisions = count(trace.advance(to: deadline + 1))
        for tracer in due { tracer.didFire(decisions, before: deadline + 1) }
    }

    @discardableResult
    private func count(_ decisions: [TracedDecision]) -> [TracedDecision] {
        matches += decisions.count { $0.match.kind == .match }
        return decisions
    }

    /// The end of the input. What each key's sequence came to.
    func finish(_ end: Why.End, labels: [String]) -> [WhyReport.Key] {
        // What runs out of time while it goes on ends as it does between events.
        if case .clock(let time) = end { advance(to: time) }
        for tracer in keys { tracer.willFinish() }
        if end == .forever { flush() }
        for tracer in keys { tracer.endOpen() }
        return keys.map { $0.report(labels: labels) }
    }
}

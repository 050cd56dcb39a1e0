import EventEngine

/// Keeps, of each open attempt of one key, the last time at which it was complete and yet no match: an attempt that goes on behind it
/// ends by something else, and only this tells that it had all it needed.
final class RefusalKeeper {
    private struct Kept {
        var refusal: Refusal
        var time: Int64
        var count: Int
        /// The step of the tracer at which it was noted.
        var step: Int
        /// What had been bound before `closing`; nil: nothing.
        var thread: HeldThread?
        var closing: WhyBinding?
    }

    private let trace: RuleTrace
    private let naming: WhyNaming
    private var kept: [UInt64: Kept] = [:]
    /// Counts the events and deadlines that may refuse something.
    private var step = 0

    init(trace: RuleTrace, naming: WhyNaming) {
        self.trace = trace
        self.naming = naming
    }

    /// What is noted from now on is of another event or deadline.
    func beginStep() { step += 1 }

    /// The event under test completes an attempt that is no match. Of several threads the most preferred one is kept.
    func note(_ attempt: TracedAttempt, _ threads: [ThreadProbe], _ event: WhyEvent) {
        let refused = threads.flatMap { probe in
            probe.edges.compactMap { edge in edge.outcome?.refusal.map { (probe.thread, edge.awaited.variable, $0) } }
        }
        guard let (thread, variable, refusal) = refused.first else { return }
        keep(
            attempt.start, refusal, at: event.time, times: refused.count, thread: trace.hold(thread, of: attempt),
            closing: naming.binding(variable, event))
    }

    /// An absence is over and completes an attempt that is no match.
    func note(_ attempt: TracedAttempt, _ thread: TracedThread, _ refusal: Refusal) {
        let end = thread.awaits.first { $0.variable < 0 }?.expires
        keep(attempt.start, refusal, at: end ?? thread.last, times: 1, thread: trace.hold(thread, of: attempt), closing: nil)
    }

    /// The event that begins an attempt completes it, and it is no match.
    func note(start: UInt64, _ begun: [StartProbe], _ event: WhyEvent) {
        let refused = begun.compactMap { start in start.outcome.refusal.map { (start.variable, $0) } }
        guard let (variable, refusal) = refused.first else { return }
        keep(start, refusal, at: event.time, times: refused.count, thread: nil, closing: naming.binding(variable, event))
    }

    private func keep(
        _ start: UInt64, _ refusal: Refusal, at time: Int64, times: Int, thread: HeldThread?, closing: WhyBinding?
    ) {
        let before = kept[start]
        if let held = before?.thread { trace.release(held) }
        kept[start] = Kept(
            refusal: refusal, time: time, count: (before?.count ?? 0) + times, step: step, thread: thread, closing: closing)
    }

    /// What is kept of an attempt that has ended; it is forgotten. A match that took the event away from it took its refusal, too.
    func take(_ start: UInt64, endedBy end: WhyEnd) -> WhyRefusal? {
        guard let found = kept.removeValue(forKey: start) else { return nil }
        defer { if let held = found.thread { trace.release(held) } }
        switch end {
        case .match: return nil
        case .skip where found.step == step: return nil
        default: break
        }
        let bound =
            found.thread.map { naming.thread($0, trace, closing: found.closing) }
            ?? WhyThread(bound: found.closing.map { [$0] } ?? [], leftOut: 0, awaits: [], remaining: 0)
        return WhyRefusal(
            reason: naming.end(found.refusal), time: found.time, count: found.count, bound: bound.bound, leftOut: bound.leftOut)
    }
}

import EventEngine

/// Steps of one key that are no longer awaited: their time ran out, or an event ended the waiting. They are kept for a while, so that
/// what would have fitted is found when it comes after all.
final class EndedSteps {
    /// Threads that are kept.
    private static let limit = 32

    private enum End {
        /// It is over, as each step says itself.
        case time
        /// That event, in that place, ended it.
        case event(WhyEnd, RuleTrace.Place)
    }

    private struct Entry {
        var held: HeldThread
        /// Of its attempt.
        var number: Int?
        var awaits: [TracedAwait]
        var end: End
        /// Edges of steps for which an event has come that would have fitted: only the first such event counts.
        var met: Set<Int> = []
    }

    private let key: [UInt8]
    private let trace: RuleTrace
    private let naming: WhyNaming
    private let collector: NearMissCollector
    private var entries: [Entry] = []

    init(key: [UInt8], trace: RuleTrace, naming: WhyNaming, collector: NearMissCollector) {
        self.key = key
        self.trace = trace
        self.naming = naming
        self.collector = collector
    }

    /// An attempt has matched, or a match has dropped it: what it missed does not matter.
    func remove(attempt start: UInt64) {
        entries.removeAll { entry in
            guard entry.held.start == start else { return false }
            trace.release(entry.held)
            return true
        }
    }

    // MARK: What ends

    /// Steps of a thread run out of time now.
    func expire(_ awaits: [TracedAwait], of thread: TracedThread, _ attempt: TracedAttempt) { add(awaits, of: thread, attempt, .time) }

    /// What the event under test ends: steps behind a negation, in a group, joined by `,`, or all of them.
    func end(_ probe: KeyProbe, until: String?) {
        let event = naming.event(trace.event)
        for (attempt, threads) in probe.attempts {
            for thread in threads where thread.thread.kind == .live && !thread.takes {
                var ended: [(end: WhyEnd, awaits: [TracedAwait])] = []
                for edge in thread.edges {
                    guard let end = end(edge, of: thread.thread, event, until: until) else { continue }
                    if let index = ended.firstIndex(where: { $0.end == end }) {
                        ended[index].awaits.append(edge.awaited)
                    } else {
                        ended.append((end, [edge.awaited]))
                    }
                }
                for (end, awaits) in ended { add(awaits, of: thread.thread, attempt, .event(end, trace.place)) }
            }
        }
    }

    private func end(_ edge: EdgeProbe, of thread: TracedThread, _ event: WhyEvent, until: String?) -> WhyEnd? {
        switch edge.fate {
        case .negation(let variable): .negation(name: naming.names[variable], event: event)
        case .until(let variable): .groupUntil(name: naming.names[variable], event: event)
        case .strict: .strict(step: naming.step(edge.awaited, from: thread.step), event: event)
        case .stays: until.map { .until(name: $0, event: event) }
        case .taken, .displaced: nil
        }
    }

    private func add(_ awaits: [TracedAwait], of thread: TracedThread, _ attempt: TracedAttempt, _ end: End) {
        let awaits = awaits.filter { $0.variable >= 0 }
        guard !awaits.isEmpty else { return }
        let number = collector.numbers[attempt.start]
        entries.append(Entry(held: trace.hold(thread, of: attempt), number: number, awaits: awaits, end: end))
        guard entries.count > Self.limit else { return }
        // Of those that are farthest from a match the oldest goes.
        let far = entries.map { $0.held.remaining ?? .max }.max()
        if let index = entries.firstIndex(where: { ($0.held.remaining ?? .max) == far }) {
            trace.release(entries[index].held)
            entries.remove(at: index)
        }
    }

    // MARK: What comes afterwards

    /// The event under test stands in the key's sequence; `isTaken`: an attempt goes on with it.
    func look(isTaken: Bool) {
        guard !entries.isEmpty else { return }
        let time = trace.time
        let keys = trace.keys()
        for index in entries.indices {
            let entry = entries[index]
            for awaited in entry.awaits where !entry.met.contains(awaited.edge) {
                guard trace.reads(awaited.variable), keys[awaited.variable] == key else { continue }
                switch entry.end {
                case .time:
                    guard let expires = awaited.expires, time > expires, fits(awaited, entry.held) else { continue }
                    let delay = time.subtractingSaturated(expires)
                    collector.add(
                        .tooLate(limit: naming.limit(awaited.limit), by: delay), awaited,
                        of: collector.place(entry.held, number: entry.number),
                        kind: delay <= NearMissCollector.duration(of: awaited.limit) ? .time : .far)
                case .event(let end, _):
                    guard !isTaken, awaited.isOpen(at: time), fits(awaited, entry.held) else { continue }
                    collector.add(.ended(end), awaited, of: collector.place(entry.held, number: entry.number), kind: .time)
                }
                entries[index].met.insert(awaited.edge)
            }
        }
    }

    private func fits(_ awaited: TracedAwait, _ held: HeldThread) -> Bool {
        trace.isTrue(awaited.variable, for: held) && !trace.isBlocked(awaited, of: held)
    }

    /// The event under test came late, and is left out: in order it would have come before what ended the waiting.
    func lookLate(by delay: Int64) {
        let keys = trace.keys()
        for entry in entries {
            if case .event(_, let place) = entry.end, !(trace.place < place) { continue }
            for awaited in entry.awaits where trace.reads(awaited.variable) && keys[awaited.variable] == key {
                guard trace.isInPlace(awaited, of: entry.held), !trace.dependsOnPlace(awaited.variable), fits(awaited, entry.held) else {
                    continue
                }
                collector.add(.late(by: delay), awaited, of: collector.place(entry.held, number: entry.number), kind: .time)
            }
        }
    }
}

import EventEngine

/// Finds events that nearly advanced an attempt of one key, or nearly began one: it looks at what attempts await, at what attempts
/// that ended had awaited, and at what came before.
final class NearMissFinder {
    /// Attempts that an event is held against: those that began first.
    private static let attemptLimit = 64

    private let key: [UInt8]
    private let trace: RuleTrace
    private let naming: WhyNaming
    private let collector: NearMissCollector
    private let ended: EndedSteps
    private let earlier: EarlierEvents
    private let starts: [Int]

    init(key: [UInt8], trace: RuleTrace, naming: WhyNaming, limit: Int) {
        self.key = key
        self.trace = trace
        self.naming = naming
        collector = NearMissCollector(trace: trace, naming: naming, limit: limit)
        ended = EndedSteps(key: key, trace: trace, naming: naming, collector: collector)
        earlier = EarlierEvents(key: key, trace: trace, naming: naming, collector: collector)
        starts = trace.startVariables
    }

    /// The nearest first.
    var misses: [WhyNearMiss] { collector.misses }

    // MARK: Attempts

    /// An attempt has begun.
    func begin(_ start: UInt64, number: Int) { collector.numbers[start] = number }

    /// An attempt has ended, or waits at the end of the input.
    func end(_ start: UInt64, by end: WhyEnd, threads: [HeldThread]) {
        switch end {
        // What it missed does not matter.
        case .match, .skip:
            collector.remove(attempt: start)
            ended.remove(attempt: start)
        default: for thread in threads { earlier.look(thread, number: collector.numbers[start]) }
        }
        collector.numbers[start] = nil
    }

    /// Steps of a thread run out of time now.
    func expire(_ awaits: [TracedAwait], of thread: TracedThread, _ attempt: TracedAttempt) { ended.expire(awaits, of: thread, attempt) }

    /// The key has a match.
    func match() { earlier.forget() }

    // MARK: Events of the key

    /// The event under test stands in the key's sequence; `probe` says what it does there, `until` is the rule's where it is that.
    func look(at probe: KeyProbe, until: String?) {
        let isTaken = probe.attempts.contains { $0.threads.contains(where: \.takes) }
        let keys = trace.keys()
        ended.look(isTaken: isTaken)
        for (attempt, threads) in probe.attempts {
            for thread in threads where thread.thread.kind == .live && !thread.takes {
                for edge in thread.edges where edge.awaited.variable >= 0 && keys[edge.awaited.variable] == key {
                    look(at: edge, of: thread.thread, attempt, isOver: until != nil)
                }
            }
        }
        ended.end(probe, until: until)
        // What goes on with an attempt or begins one has not missed anything.
        guard !isTaken, probe.starts.allSatisfy({ $0.closed != nil }) else { return }
        lookAtStarts(probe, keys)
        earlier.note()
    }

    /// `isOver`: the event ends every attempt.
    private func look(at edge: EdgeProbe, of thread: TracedThread, _ attempt: TracedAttempt, isOver: Bool) {
        let time = trace.time
        if edge.isSatisfied {
            if let name = edge.closedBy {
                collector.add(.until(name: naming.names[name]), edge.awaited, of: collector.place(thread, attempt), kind: .time)
            } else if edge.isEarly, let opens = edge.awaited.opens {
                collector.add(
                    .tooEarly(by: opens.subtractingSaturated(time), opens: opens, behind: edge.awaited.opensBehind), edge.awaited,
                    of: collector.place(thread, attempt), kind: .time)
            }
            return
        }
        // What ends the waiting is told as its end. Where `,` wants this very event, it matters whether it nearly was the one.
        switch edge.fate {
        case .negation, .until: return
        case .stays where isOver: return
        case .stays, .strict, .taken, .displaced: break
        }
        guard trace.reads(edge.awaited.variable) else {
            if trace.isTrue(edge.awaited.variable, for: thread) {
                collector.add(astray(edge.awaited.variable), edge.awaited, of: collector.place(thread, attempt), kind: .input)
            }
            return
        }
        // Nothing is worth evaluating part by part that would not be kept anyway.
        guard collector.hasRoom(thread.remaining, kind: .someParts, failing: 1) else { return }
        let parts = trace.parts(of: edge.awaited.variable, for: thread)
        let failing = parts.count { !$0.isTrue }
        guard failing > 0, edge.fate != .strict || failing < parts.count else { return }
        collector.add(
            .predicate(parts.map { WhyCondition($0) }), edge.awaited, of: collector.place(thread, attempt),
            kind: failing < parts.count ? .someParts : .far, failing: failing, holding: parts.count - failing)
    }

    /// First steps of whose predicate some parts hold. What satisfies another name is likely to be meant for that.
    private func lookAtStarts(_ probe: KeyProbe, _ keys: [[UInt8]?]) {
        let open = starts.filter { variable in
            trace.reads(variable) && keys[variable] == key && !probe.starts.contains { $0.variable == variable }
        }
        for variable in open {
            let conditions = trace.conditions.variables[variable]
            let local = conditions.filter(\.isLocal)
            let failed = local.count { !trace.holds($0) }
            let kind: NearMissCollector.Kind = satisfiesAnother(variable) ? .far : .someParts
            guard local.count > failed,
                collector.hasRoom(
                    trace.leastEvents, kind: kind, failing: max(1, failed), holding: conditions.count - failed, isFirst: true)
            else { continue }
            let parts = trace.partsAtStart(of: variable)
            let failing = parts.count { !$0.isTrue }
            guard failing > 0, failing < parts.count else { continue }
            collector.addStart(
                .predicate(parts.map { WhyCondition($0) }), variable, kind: kind, failing: failing, holding: parts.count - failing,
                isFirst: true)
        }
    }

    private func satisfiesAnother(_ variable: Int) -> Bool {
        let variables = trace.program.rules[trace.rule].variables
        return variables.indices.contains { $0 != variable && variables[$0].isUsed && trace.reads($0) && trace.isTrueAlone($0) }
    }

    // MARK: Events that the key's sequence does not have

    /// The event under test is of another key, or of none: `keys` is what each variable makes of it, `awaited` the variables that matter.
    func lookOutside(keys: [[UInt8]?], awaited: Set<Int>) {
        var reasons: [Int: (WhyNearMiss.Reason, kind: NearMissCollector.Kind)] = [:]
        for variable in awaited where trace.reads(variable) && trace.isTrueAlone(variable) && keys[variable] != key {
            guard let other = keys[variable] else {
                let missing = trace.missingKeyParts(of: variable)
                reasons[variable] = (
                    .noKey(null: missing.filter(\.isNull).map(\.label), composite: missing.filter { !$0.isNull }.map(\.label)), .noKey
                )
                continue
            }
            // Most events are of quite another key: one of them is enough.
            let isLike = Self.isLike(other, key)
            guard isLike || collector.isEmpty else { continue }
            reasons[variable] = (.key(WhyText.keyText(WhyNaming.parts(of: other))), isLike ? .input : .otherKey)
        }
        if !reasons.isEmpty { outside { reasons[$0] } }
    }

    /// The event under test is left out by `where`.
    func lookFiltered() {
        outside { variable in
            guard trace.reads(variable), trace.keys()[variable] == key else { return nil }
            return (.filter(trace.filterParts().map { WhyCondition($0) }), .input)
        }
    }

    /// The event under test is of a stream that the rule does not read.
    func lookAstray() {
        outside { variable in trace.keys()[variable] == key ? (astray(variable), .input) : nil }
    }

    private func astray(_ variable: Int) -> WhyNearMiss.Reason {
        .stream(naming.event(trace.event).stream, wanted: naming.streams(of: variable))
    }

    /// The event under test came late, and is left out: it counts where it would have been taken in its place in the order of time.
    func lookLate(newest: Int64) {
        let delay = newest.subtractingSaturated(trace.time)
        trace.lookAtEvent(in: key)
        ended.lookLate(by: delay)
        let probe = trace.probe(key)
        for (attempt, threads) in probe.attempts.prefix(Self.attemptLimit) {
            for thread in threads where thread.thread.kind == .live {
                for edge in thread.edges where edge.isSatisfied && edge.closedBy == nil && !trace.dependsOnPlace(edge.awaited.variable) {
                    let place = collector.place(thread.thread, attempt)
                    if trace.isInPlace(edge.awaited, of: thread.thread) {
                        // Between the events of a loop it is before the last one, which the probe takes for too early.
                        let isInside = trace.distance(before: thread.thread) != nil && (edge.fate == .stays || edge.fate == .strict)
                        guard edge.fate == .taken || isInside, !trace.isBlocked(edge.awaited, of: thread.thread) else { continue }
                        collector.add(.late(by: delay), edge.awaited, of: place, kind: .time)
                    } else if let (by, last) = trace.distance(before: thread.thread) {
                        collector.add(.before(name: naming.names[last], by: by), edge.awaited, of: place, kind: .time)
                    }
                }
            }
        }
        for start in probe.starts where start.closed == nil {
            guard !trace.dependsOnPlace(start.variable), !trace.beginsBehindAbsence(start.variable) else { continue }
            collector.addStart(.late(by: delay), start.variable, kind: .time)
        }
    }

    private func outside(_ reason: (Int) -> (WhyNearMiss.Reason, kind: NearMissCollector.Kind)?) {
        trace.lookAtEvent(in: key)
        for attempt in trace.attempts(of: key, limit: Self.attemptLimit) {
            for thread in attempt.threads where thread.kind == .live {
                for awaited in thread.awaits where awaited.variable >= 0 {
                    guard awaited.isOpen(at: trace.time), trace.isTrue(awaited.variable, for: thread),
                        let (reason, kind) = reason(awaited.variable)
                    else { continue }
                    collector.add(reason, awaited, of: collector.place(thread, attempt), kind: kind)
                }
            }
        }
    }

    /// Keys that may mean the same: one part of several agrees, or a text stands in the other, whatever its case (`bob`, `CORP\Bob`).
    private static func isLike(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        zip(WhyNaming.parts(of: left), WhyNaming.parts(of: right)).contains { one, other in
            guard let one = one?.lowercased(), let other = other?.lowercased(), !one.isEmpty, !other.isEmpty else { return false }
            return one.contains(other) || other.contains(one)
        }
    }
}

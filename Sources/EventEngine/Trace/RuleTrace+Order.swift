/// Where an event that came late would have stood, had the input been in order.
extension RuleTrace {
    /// A place in the order of events: time, then source, then position in it.
    public struct Place: Comparable, Sendable {
        let time: Int64
        let source: Int32
        let offset: UInt64

        init(_ header: EventHeader) {
            time = header.time
            source = header.source
            offset = header.offset
        }

        /// True when an event there comes first.
        public static func < (left: Place, right: Place) -> Bool {
            (left.time, left.source, left.offset) < (right.time, right.source, right.offset)
        }
    }

    /// Place of the event under test.
    public var place: Place { Place(machine.core.event.header.pointee) }

    /// Whether an awaited step would take the event under test in its place, the variable's predicate aside: it stands behind what the
    /// thread has bound, or among the last events of the very loop that awaits one more. What is awaited is open and not over there.
    public func isInPlace(_ awaited: TracedAwait, of thread: TracedThread) -> Bool { isInPlace(awaited, thread.step, thread.bindings) }

    /// The same of a held thread.
    public func isInPlace(_ awaited: TracedAwait, of held: HeldThread) -> Bool { isInPlace(awaited, held.step, held.bindings) }

    /// How long before the last event that a held thread has bound the event under test stands, and that event's variable; nil: behind it.
    public func distance(before held: HeldThread) -> (by: Int64, variable: Int)? { distance(before: held.bindings) }

    /// The same of a thread that lives.
    public func distance(before thread: TracedThread) -> (by: Int64, variable: Int)? { distance(before: thread.bindings) }

    private func distance(before last: UnsafeMutablePointer<Binding>) -> (by: Int64, variable: Int)? {
        let header = last.pointee.event.header
        guard place < Place(header) else { return nil }
        return (header.time.subtractingSaturated(place.time), Int(last.pointee.variable))
    }

    /// True when what the variable asks for may depend on the event before in the key's sequence (`lag`), which is another one in another
    /// place.
    public func dependsOnPlace(_ variable: Int) -> Bool {
        program.rules[rule].usesLag && program.rules[rule].variables[variable].dependentPredicate >= 0
    }

    /// True when a first step of the variable asks that something has not come for a while: what came before a late event may be forgotten.
    public func beginsBehindAbsence(_ variable: Int) -> Bool {
        machine.automaton.start.contains { edge in
            edge.target >= 0 && Int(edge.variable) == variable
                && (0..<Int(edge.leading.count)).contains { machine.automaton.leading[Int(edge.leading.start) + $0].duration >= 0 }
        }
    }

    /// True when the event under test would be kept from a step that it satisfies, as it ends the group that the step lies in, is what must
    /// not come before the step after, or is taken by a loop before that.
    public func isBlocked(_ awaited: TracedAwait, of held: HeldThread) -> Bool {
        isBlocked(awaited, held.step, held.bindings, last: held.last)
    }

    /// The same of a thread that lives.
    public func isBlocked(_ awaited: TracedAwait, of thread: TracedThread) -> Bool {
        isBlocked(awaited, thread.step, thread.bindings, last: thread.last)
    }

    private func isBlocked(_ awaited: TracedAwait, _ step: Int, _ bindings: UnsafeMutablePointer<Binding>, last: Int64) -> Bool {
        let state = machine.automaton.states[step]
        let edge = machine.automaton.edges[Int(state.edges.start) + awaited.edge]
        for use in 0..<Int(edge.untils.count) {
            let until = machine.automaton.untils[Int(edge.untils.start) + use]
            if machine.holds(until.variable, bindings) { return true }
        }
        // Under `emit: all` what a greedy loop takes is not for the steps that leave it, also where it has been dropped since.
        for index in 0..<Int(state.edges.count) where machine.program.emit == .all && index != awaited.edge {
            let other = machine.automaton.edges[Int(state.edges.start) + index]
            guard other.target >= 0, other.restricts >= 0, machine.isMasked(awaited.edge, other.restricts) else { continue }
            if machine.holds(other.variable, bindings) { return true }
        }
        for index in 0..<Int(state.negations.count) {
            let use = machine.automaton.negations[Int(state.negations.start) + index]
            if use.duration >= 0 && place.time.subtractingSaturated(last) > use.duration { continue }
            guard machine.isMasked(awaited.edge, use.covers), !machine.isMasked(awaited.edge, use.behind) else { continue }
            if machine.holds(use.variable, bindings) { return true }
        }
        return false
    }

    private func isInPlace(_ awaited: TracedAwait, _ step: Int, _ last: UnsafeMutablePointer<Binding>) -> Bool {
        let place = place
        if Place(last.pointee.event.header) < place {
            return awaited.isOpen(at: place.time)
        }
        let edge = machine.automaton.edges[Int(machine.automaton.states[step].edges.start) + awaited.edge]
        guard edge.target == last.pointee.step, edge.minimumGap <= 0, edge.delay < 0,
            program.rules[rule].variables[Int(edge.variable)].dependentPredicate < 0
        else { return false }
        // Behind an event of the loop, its other events are as good in its later places.
        var next: UnsafeMutablePointer<Binding>? = last
        while let binding = next, !(Place(binding.pointee.event.header) < place) {
            guard binding.pointee.step == edge.target, binding.pointee.variable == edge.variable else { return false }
            next = binding.pointee.previous
        }
        return next?.pointee.step == edge.target
    }
}

/// How attempts begin.
extension RuleMachine {
    /// True when the event under test can bind a first step, leading negations aside.
    @inline(__always)
    func canStart() -> Bool {
        for edge in automaton.start where edge.target >= 0 && holds(edge.variable, nil) { return true }
        return false
    }

    /// True when the event satisfies a leading negation, which its key must remember.
    func touchesLeadingNegation() -> Bool {
        automaton.leadingVariables.contains { holds($0, nil) }
    }

    /// Begins an attempt with the event under test.
    func startAttempt(_ key: UnsafeMutablePointer<KeyState>) {
        if key.pointee.attemptCount >= program.attemptLimit && program.dropsNewest {
            statistics.limited += 1
            return
        }
        let time = core.event.header.pointee.time
        let attempt = attempts.allocate().bindMemory(to: Attempt.self, capacity: 1)
        attempt.initialize(to: Attempt(next: nil, threads: nil, start: core.sequence, startTime: time, deadline: .max))
        let remembered = Attempt.words(attempt)
        let latest = KeyState.words(key)
        for index in 0..<automaton.leadingVariables.count { remembered[index] = latest[index] }
        var hasBound = false
        var tail = ThreadList()
        accepted.removeAll(keepingCapacity: true)
        var isCut = false
        for (number, edge) in automaton.start.enumerated() where edge.target >= 0 && !isCut {
            guard holds(edge.variable, nil), startIsOpen(edge, key, time: time) else { continue }
            hasBound = true
            let binding = makeBinding(event: core.retainCurrent(), previous: nil, variable: edge.variable, step: edge.target)
            let thread = makeThread(binding, state: edge.target, startEdge: Int16(truncatingIfNeeded: number))
            let counts = Thread.words(thread) + countsOffset
            for index in 0..<automaton.countWords { counts[index] = 0 }
            apply(edge.updates, to: counts, time: time)
            isCut = enter(thread, attempt: attempt, tail: &tail)
        }
        guard hasBound else {
            attempts.release(UnsafeMutableRawPointer(attempt))
            return
        }
        statistics.attempts += 1
        attempt.pointee.threads = tail.first
        if let last = key.pointee.last {
            last.pointee.next = attempt
        } else {
            key.pointee.first = attempt
        }
        key.pointee.last = attempt
        key.pointee.attemptCount += 1
        // More than one too many are there when the limit was higher before a reload.
        while key.pointee.attemptCount > program.attemptLimit, let oldest = key.pointee.first {
            statistics.limited += 1
            remove(oldest, from: key, because: .limit)
        }
        if emitAccepted(attempt, key: key, end: time) { finishStep(attempt, key: key) }
    }

    /// False when an `until` of a group that the edge enters holds, or a leading negation's `for` forbids it.
    private func startIsOpen(_ edge: AutomatonProgram.Edge, _ key: UnsafeMutablePointer<KeyState>, time: Int64) -> Bool {
        for index in 0..<Int(edge.untils.count) where holds(automaton.untils[Int(edge.untils.start) + index].variable, nil) {
            return false
        }
        let latest = KeyState.words(key)
        for index in 0..<Int(edge.leading.count) {
            let use = automaton.leading[Int(edge.leading.start) + index]
            if use.duration >= 0 && latest[Int(use.index)] != .min && latest[Int(use.index)] >= time.subtractingSaturated(use.duration) {
                return false
            }
        }
        return true
    }

    /// Remembers what later events of the sequence may ask of this one.
    func remember(_ key: UnsafeMutablePointer<KeyState>) {
        let latest = KeyState.words(key)
        for (index, variable) in automaton.leadingVariables.enumerated() where holds(variable, nil) {
            latest[index] = core.event.header.pointee.time
            hasChanged = true
        }
        if program.usesLag {
            hasChanged = true
            if let old = key.pointee.lag { core.store.release(old) }
            key.pointee.lag = core.retainCurrent()
        }
    }
}

/// Threads of an attempt while they are laid out anew, in order of preference.
struct ThreadList {
    private(set) var first: UnsafeMutablePointer<Thread>?
    private var last: UnsafeMutablePointer<Thread>?

    @inline(__always)
    mutating func append(_ thread: UnsafeMutablePointer<Thread>) {
        thread.pointee.next = nil
        if let last {
            last.pointee.next = thread
        } else {
            first = thread
        }
        last = thread
    }
}

/// How threads take or skip an event (design section 4, "Binding", "Negation", "until", "emit").
extension RuleMachine {
    /// Shows the event under test to every open attempt of the key, in order of start.
    func advanceAttempts(_ key: UnsafeMutablePointer<KeyState>) {
        let time = core.event.header.pointee.time
        var next = key.pointee.first
        while let attempt = next {
            let start = attempt.pointee.start
            accepted.removeAll(keepingCapacity: true)
            advance(attempt, time: time)
            if accepted.isEmpty {
                next = attempt.pointee.next
                finishStep(attempt, key: key)
                continue
            }
            if emitAccepted(attempt, key: key, end: time) { finishStep(attempt, key: key) }
            next = key.pointee.first
            while let other = next, other.pointee.start <= start { next = other.pointee.next }
        }
    }

    /// Lays the attempt's threads out anew after the event under test.
    private func advance(_ attempt: UnsafeMutablePointer<Attempt>, time: Int64) {
        var list = ThreadList()
        var next = attempt.pointee.threads
        while let thread = next {
            next = thread.pointee.next
            guard thread.pointee.kind == .live else {
                list.append(thread)
                continue
            }
            if step(thread, attempt: attempt, time: time, list: &list) {
                cut(next, behind: list)
                break
            }
        }
        attempt.pointee.threads = list.first
    }

    /// Frees the less preferred threads behind `list`. What the threads in it awaited there they await no longer.
    func cut(_ rest: UnsafeMutablePointer<Thread>?, behind list: ThreadList) {
        freeChain(rest)
        guard program.emit == .final else { return }
        var next = list.first
        while let thread = next {
            next = thread.pointee.next
            let whole = Thread.words(thread) + maskWords
            for word in 0..<maskWords { whole[word] = 0 }
            var other = list.first
            while let record = other {
                other = record.pointee.next
                guard record.pointee.kind == .live, record.pointee.bindings == thread.pointee.bindings else { continue }
                for word in 0..<maskWords { whole[word] |= Thread.words(record)[word] }
            }
        }
    }

    /// Moves one thread on; true when all less preferred ones are cut.
    private func step(
        _ thread: UnsafeMutablePointer<Thread>, attempt: UnsafeMutablePointer<Attempt>, time: Int64, list: inout ThreadList
    ) -> Bool {
        let state = automaton.states[Int(thread.pointee.state)]
        let edges = automaton.edges.baseAddress.unsafelyUnwrapped + Int(state.edges.start)
        let here = Thread.words(thread)
        let awaited = here + maskWords
        fall = .next
        let takesAny = findTaking(thread, state: state, edges: edges, awaited: awaited, time: time)
        if thread.pointee.isUntouched {
            thread.pointee.isUntouched = false
            hasChanged = true
        }
        let strict = automaton.masks.baseAddress.unsafelyUnwrapped + Int(state.strictMask)
        if !takesAny {
            var rest: UInt64 = 0
            for word in 0..<maskWords {
                let kept = awaited[word] & ~dropped[word] & ~strict[word]
                if kept != awaited[word] {
                    awaited[word] = kept
                    hasChanged = true
                }
                here[word] &= kept
                rest |= here[word]
            }
            if rest == 0 { free(thread) } else { list.append(thread) }
            return false
        }
        hasChanged = true
        let any = automaton.masks.baseAddress.unsafelyUnwrapped + Int(state.anyMask)
        for word in 0..<maskWords {
            let remaining = awaited[word] & ~dropped[word]
            staying[word] =
                program.emit == .all
                ? remaining & ~strict[word] & ~(satisfied[word] & ~any[word]) : remaining & any[word]
        }
        return fork(thread, attempt: attempt, edgeCount: Int(state.edges.count), edges: edges, time: time, list: &list)
    }

    /// Fills `satisfied` with the edges that take the event and `dropped` with those that fall; true when any takes it.
    @inline(__always)
    private func findTaking(
        _ thread: UnsafeMutablePointer<Thread>, state: AutomatonProgram.State, edges: UnsafeMutablePointer<AutomatonProgram.Edge>,
        awaited: UnsafeMutablePointer<UInt64>, time: Int64
    ) -> Bool {
        let bindings = thread.pointee.bindings
        let since = time &- bindings.pointee.event.record.pointee.header.time
        for word in 0..<maskWords {
            satisfied[word] = 0
            dropped[word] = 0
            var bits = awaited[word]
            while bits != 0 {
                let bit = bits.trailingZeroBitCount
                bits &= bits &- 1
                let edge = edges + (word << 6 &+ bit)
                if edge.pointee.target < 0 { continue }
                if edge.pointee.untils.count > 0 {
                    let (blocked, falls) = isUntilReached(edge.pointee, bindings)
                    if falls {
                        dropped[word] |= 1 << UInt64(bit)
                        fall = .until
                    }
                    if blocked { continue }
                }
                if since < edge.pointee.minimumGap || (edge.pointee.delay >= 0 && since <= edge.pointee.delay) { continue }
                if holds(edge.pointee.variable, bindings) { satisfied[word] |= 1 << UInt64(bit) }
            }
        }
        if state.negations.count > 0 { applyNegations(thread, state: state, awaited: awaited, since: since) }
        var any: UInt64 = 0
        for word in 0..<maskWords {
            satisfied[word] &= ~dropped[word]
            any |= satisfied[word]
        }
        if program.emit == .all && any != 0 { applyGreed(state: state, edges: edges) }
        return any != 0
    }

    /// Whether the event ends a group that the edge's target lies in, and whether the edge falls with it.
    private func isUntilReached(
        _ edge: AutomatonProgram.Edge, _ bindings: UnsafeMutablePointer<Binding>
    ) -> (blocked: Bool, falls: Bool) {
        var blocked = false
        var falls = false
        for index in 0..<Int(edge.untils.count) {
            let use = automaton.untils[Int(edge.untils.start) + index]
            guard holds(use.variable, bindings) else { continue }
            blocked = true
            if !use.survives { falls = true }
        }
        return (blocked, falls)
    }

    /// A negation in force that the event satisfies, and that no step behind it takes, drops what it covers.
    private func applyNegations(
        _ thread: UnsafeMutablePointer<Thread>, state: AutomatonProgram.State, awaited: UnsafeMutablePointer<UInt64>, since: Int64
    ) {
        let masks = automaton.masks.baseAddress.unsafelyUnwrapped
        for index in 0..<Int(state.negations.count) {
            let use = automaton.negations[Int(state.negations.start) + index]
            if use.isStrict && !thread.pointee.isUntouched { continue }
            if use.duration >= 0 && since > use.duration { continue }
            var isAwaited = false
            var isTaken = false
            for word in 0..<maskWords {
                if masks[Int(use.through) + word] & awaited[word] != 0 { isAwaited = true }
                if masks[Int(use.behind) + word] & satisfied[word] != 0 { isTaken = true }
            }
            guard isAwaited, !isTaken, holds(use.variable, thread.pointee.bindings) else { continue }
            fall = .negation
            for word in 0..<maskWords { dropped[word] |= masks[Int(use.covers) + word] }
        }
    }

    /// What a greedy loop takes under `emit: all`, the steps that leave it neither take nor skip.
    private func applyGreed(state: AutomatonProgram.State, edges: UnsafeMutablePointer<AutomatonProgram.Edge>) {
        let masks = automaton.masks.baseAddress.unsafelyUnwrapped
        for edge in 0..<Int(state.edges.count) {
            let word = edge >> 6
            let bit: UInt64 = 1 << UInt64(edge & 63)
            guard satisfied[word] & bit != 0, edges[edge].restricts >= 0 else { continue }
            for other in 0..<maskWords { dropped[other] |= masks[Int(edges[edge].restricts) + other] }
        }
        for word in 0..<maskWords { satisfied[word] &= ~dropped[word] }
    }

    /// One thread for each edge that takes the event and for what stays, in order of preference.
    private func fork(
        _ thread: UnsafeMutablePointer<Thread>, attempt: UnsafeMutablePointer<Attempt>, edgeCount: Int,
        edges: UnsafeMutablePointer<AutomatonProgram.Edge>, time: Int64, list: inout ThreadList
    ) -> Bool {
        let words = Thread.words(thread)
        for word in 0..<maskWords {
            satisfied[word] &= words[word]
            words[maskWords + word] = staying[word]
            staying[word] &= words[word]
            words[word] = 0
        }
        var hasStaying = false
        for index in 0..<edgeCount {
            let word = index >> 6
            let bit: UInt64 = 1 << UInt64(index & 63)
            if satisfied[word] & bit != 0 {
                if hasStaying {
                    list.append(copyThread(thread))
                    for word in 0..<maskWords { words[word] = 0 }
                    hasStaying = false
                }
                if take(edges[index], thread, attempt: attempt, time: time, list: &list) {
                    free(thread)
                    return true
                }
            }
            if staying[word] & bit != 0 {
                words[word] |= bit
                hasStaying = true
            }
        }
        if hasStaying { list.append(thread) } else { free(thread) }
        return false
    }

    /// The thread that takes the event by `edge`; true when all less preferred ones are cut.
    private func take(
        _ edge: AutomatonProgram.Edge, _ thread: UnsafeMutablePointer<Thread>, attempt: UnsafeMutablePointer<Attempt>, time: Int64,
        list: inout ThreadList
    ) -> Bool {
        let binding = makeBinding(
            event: core.retainCurrent(), previous: thread.pointee.bindings, variable: edge.variable, step: edge.target)
        let taken = makeThread(binding, state: edge.target, startEdge: thread.pointee.startEdge)
        let counts = Thread.words(taken) + countsOffset
        counts.update(from: Thread.words(thread) + countsOffset, count: automaton.countWords)
        apply(edge.updates, to: counts, time: time)
        return enter(taken, attempt: attempt, tail: &list)
    }

    /// Finds what a thread that has just bound an event awaits, and whether it is accepted. Appends it, and under
    /// `emit: final` its candidate, or frees it; true when all less preferred threads are cut.
    func enter(_ thread: UnsafeMutablePointer<Thread>, attempt: UnsafeMutablePointer<Attempt>, tail: inout ThreadList) -> Bool {
        let state = automaton.states[Int(thread.pointee.state)]
        let words = Thread.words(thread)
        let counts = words + countsOffset
        for word in 0..<maskWords { words[word] = 0 }
        var awaitsAny = false
        for index in 0..<Int(state.edges.count) {
            let edge = automaton.edges.baseAddress.unsafelyUnwrapped + Int(state.edges.start) + index
            if edge.pointee.guards.count > 0 && !passes(edge.pointee.guards, counts) { continue }
            if edge.pointee.target >= 0 || edge.pointee.isPendingAccept {
                words[index >> 6] |= 1 << UInt64(index & 63)
                awaitsAny = true
                continue
            }
            guard isAcceptable(thread.pointee.bindings, attempt: attempt, startEdge: thread.pointee.startEdge) else { continue }
            if accept(thread, keepsLive: awaitsAny, end: core.event.header.pointee.time, list: &tail) { return true }
        }
        guard awaitsAny else {
            free(thread)
            return false
        }
        for word in 0..<maskWords { words[maskWords + word] = words[word] }
        tail.append(thread)
        return false
    }

    /// Records an accept of `thread`. Under `first` and `final` all less preferred threads are cut (true): under `first` the
    /// thread is freed, under `final` what it awaits ahead of the accept lives on in front of the candidate.
    func accept(_ thread: UnsafeMutablePointer<Thread>, keepsLive: Bool, end: Int64, list: inout ThreadList) -> Bool {
        switch program.emit {
        case .first:
            thread.pointee.bindings.pointee.references &+= 1
            accepted.append(thread.pointee.bindings)
            free(thread)
            return true
        case .all:
            thread.pointee.bindings.pointee.references &+= 1
            accepted.append(thread.pointee.bindings)
            return false
        case .final:
            var candidate = thread
            if keepsLive {
                candidate = copyThread(thread)
                let words = Thread.words(thread)
                for word in 0..<maskWords { words[maskWords + word] = words[word] }
                list.append(thread)
            }
            candidate.pointee.kind = .candidate
            Thread.words(candidate)[0] = UInt64(bitPattern: end)
            list.append(candidate)
            return true
        }
    }

    /// Tests guards.
    @inline(__always)
    func passes(_ run: AutomatonProgram.Run, _ counts: UnsafeMutablePointer<UInt64>) -> Bool {
        for index in 0..<Int(run.count) {
            let test = automaton.operations[Int(run.start) + index]
            let word = counts[Int(test.index)]
            switch test.operation {
            case .atLeast:
                if Int64(bitPattern: word) < test.value { return false }
            case .below:
                if Int64(bitPattern: word) >= test.value { return false }
            case .branchOpen:
                if word >> UInt64(test.value) & 1 == 1 || isComplete(test.index, word) { return false }
            case .complete:
                if !isComplete(test.index, word) { return false }
            case .set, .increment, .setBranch, .addBranch, .startGroup:
                break
            }
        }
        return true
    }

    private func isComplete(_ word: Int32, _ bits: UInt64) -> Bool {
        Int64((bits | automaton.choiceEmpties[Int(word)]).nonzeroBitCount) >= automaton.choiceNeeds[Int(word)]
    }

    /// Does updates.
    @inline(__always)
    func apply(_ run: AutomatonProgram.Run, to counts: UnsafeMutablePointer<UInt64>, time: Int64) {
        for index in 0..<Int(run.count) {
            let update = automaton.operations[Int(run.start) + index]
            let word = counts + Int(update.index)
            switch update.operation {
            case .set: word.pointee = UInt64(bitPattern: update.value)
            case .increment: if Int64(bitPattern: word.pointee) < update.value { word.pointee &+= 1 }
            case .setBranch: word.pointee = 1 << UInt64(update.value)
            case .addBranch: word.pointee |= 1 << UInt64(update.value)
            case .startGroup: word.pointee = UInt64(bitPattern: time)
            case .atLeast, .below, .branchOpen, .complete: break
            }
        }
    }
}

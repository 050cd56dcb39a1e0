/// What time does to attempts: `within`, gaps, absences, and when timers must be set for them.
extension RuleMachine {
    /// After an attempt's threads were laid out anew: drops it when nothing is left, otherwise finds its deadline.
    func finishStep(_ attempt: UnsafeMutablePointer<Attempt>, key: UnsafeMutablePointer<KeyState>) {
        var isOpen = false
        var deadline = Int64.max
        var next = attempt.pointee.threads
        while let thread = next {
            next = thread.pointee.next
            if thread.pointee.kind == .timedOut { continue }
            isOpen = true
            if thread.pointee.kind == .candidate { continue }
            if automaton.hasPlainDeadlines {
                deadline = end(of: attempt)
            } else {
                deadline = min(deadline, earliestExpiry(thread, attempt))
            }
        }
        if isOpen { attempt.pointee.deadline = deadline } else { remove(attempt, from: key, because: fall) }
    }

    /// Fires what is due at `time` for the key's attempts, in order of start.
    func fireDeadline(_ key: UnsafeMutablePointer<KeyState>, at time: Int64) {
        if key.pointee.isEvicted {
            if !deadlinesAreSilent {
                wakeEvicted(key)
            } else if !key.pointee.isAwaited {
                if isOver(key, at: time + 1) { forgetEvicted(key) } else { setTimer(key, key.pointee.deadline) }
            }
            return
        }
        hasChanged = false
        loadKey(key.pointee.textBytes)
        var next = key.pointee.first
        while let attempt = next {
            let start = attempt.pointee.start
            guard attempt.pointee.deadline <= time else {
                next = attempt.pointee.next
                continue
            }
            hasChanged = true
            accepted.removeAll(keepingCapacity: true)
            expire(attempt, at: time)
            if emitAccepted(attempt, key: key, end: time) {
                if hasTimedOut { emitTimeout(attempt) }
                finishStep(attempt, key: key)
            }
            if program.emit == .final { resolveDecided(key) }
            // A match may have dropped any of the other attempts.
            next = key.pointee.first
            while let other = next, other.pointee.start <= start { next = other.pointee.next }
        }
        let latest = KeyState.words(key)
        for (index, reach) in automaton.leadingReach.enumerated()
        where latest[index] != .min && latest[index].addingSaturated(reach) <= time {
            latest[index] = .min
            hasChanged = true
        }
        settle(key)
    }

    /// The end of the input under `emit: final`: nothing can be bound any more, so every candidate is decided.
    func flush(_ key: UnsafeMutablePointer<KeyState>) {
        hasChanged = true
        loadKey(key.pointee.textBytes)
        var next = key.pointee.first
        while let attempt = next {
            next = attempt.pointee.next
            var list = ThreadList()
            var nextThread = attempt.pointee.threads
            while let thread = nextThread {
                nextThread = thread.pointee.next
                if thread.pointee.kind == .candidate { list.append(thread) } else { free(thread) }
            }
            attempt.pointee.threads = list.first
            fall = .flush
            finishStep(attempt, key: key)
        }
        resolveDecided(key)
        settle(key)
    }

    /// Drops what an attempt's threads await no longer at `time`, and completes absences.
    private func expire(_ attempt: UnsafeMutablePointer<Attempt>, at time: Int64) {
        hasTimedOut = false
        var list = ThreadList()
        var next = attempt.pointee.threads
        while let thread = next {
            next = thread.pointee.next
            guard thread.pointee.kind == .live else {
                list.append(thread)
                continue
            }
            if expire(thread, attempt, at: time, list: &list) {
                cut(next, behind: list)
                break
            }
        }
        attempt.pointee.threads = list.first
    }

    private func expire(
        _ thread: UnsafeMutablePointer<Thread>, _ attempt: UnsafeMutablePointer<Attempt>, at time: Int64, list: inout ThreadList
    ) -> Bool {
        let state = automaton.states[Int(thread.pointee.state)]
        let words = Thread.words(thread)
        var kept: UInt64 = 0
        var timedOut = false
        var isComplete = false
        for index in 0..<Int(state.edges.count) {
            let bit: UInt64 = 1 << UInt64(index & 63)
            guard words[maskWords + (index >> 6)] & bit != 0 else { continue }
            let isHere = words[index >> 6] & bit != 0
            let edge = automaton.edges[Int(state.edges.start) + index]
            if expiry(of: edge, thread, attempt) > time {
                if isHere { kept += 1 }
                continue
            }
            words[index >> 6] &= ~bit
            words[maskWords + (index >> 6)] &= ~bit
            if edge.target < 0 { isComplete = true }
            guard isHere else { continue }
            guard edge.target < 0 else {
                timedOut = true
                // A thread that was complete and no match has fallen by that.
                if !isComplete { fall = isGapOver(edge, thread, at: time) ? .gap : .within }
                continue
            }
            guard isAcceptable(thread.pointee.bindings, attempt: attempt, startEdge: thread.pointee.startEdge) else { continue }
            if program.emit == .final {
                // What the thread awaits behind the accept is less preferred.
                words[index >> 6] &= bit - 1
                for word in (index >> 6 + 1)..<max(maskWords, index >> 6 + 1) { words[word] = 0 }
            }
            if accept(thread, keepsLive: kept > 0, end: time, list: &list) { return true }
        }
        if kept > 0 {
            list.append(thread)
            return false
        }
        if timedOut && !isComplete && program.emitsTimeouts {
            hasTimedOut = true
            thread.pointee.kind = .timedOut
            list.append(thread)
        } else {
            free(thread)
        }
        return false
    }

    /// True when the gap of an awaited edge has ended; else its `within`, or that of a group, has.
    private func isGapOver(_ edge: AutomatonProgram.Edge, _ thread: UnsafeMutablePointer<Thread>, at time: Int64) -> Bool {
        edge.maximumGap != .max
            && thread.pointee.bindings.pointee.event.record.pointee.header.time.addingSaturated(edge.maximumGap) <= time
    }

    /// Outputs an attempt that has nothing left but threads that timed out: its longest, then most preferred one.
    private func emitTimeout(_ attempt: UnsafeMutablePointer<Attempt>) {
        var best: UnsafeMutablePointer<Binding>?
        var next = attempt.pointee.threads
        while let thread = next {
            next = thread.pointee.next
            guard thread.pointee.kind == .timedOut else { return }
            if thread.pointee.bindings.pointee.length > best?.pointee.length ?? 0 { best = thread.pointee.bindings }
        }
        if let best { emit(best, kind: .timeout, end: best.pointee.event.header.time) }
    }

    /// The last time at which an event may be bound under `within`.
    @inline(__always)
    private func end(of attempt: UnsafeMutablePointer<Attempt>) -> Int64 {
        program.within < 0 ? .max : attempt.pointee.startTime.addingSaturated(program.within)
    }

    /// When an awaited edge is dropped, or the absence before acceptance complete.
    private func expiry(
        of edge: AutomatonProgram.Edge, _ thread: UnsafeMutablePointer<Thread>, _ attempt: UnsafeMutablePointer<Attempt>
    ) -> Int64 {
        let last = thread.pointee.bindings.pointee.event.record.pointee.header.time
        if edge.target < 0 {
            var time = edge.absence >= 0 ? last.addingSaturated(edge.absence) : .min
            if edge.absenceToEnd { time = max(time, end(of: attempt)) }
            return time
        }
        var time = end(of: attempt)
        if edge.maximumGap != .max { time = min(time, last.addingSaturated(edge.maximumGap)) }
        let counts = Thread.words(thread) + countsOffset
        for index in 0..<Int(edge.withins.count) {
            let use = automaton.withins[Int(edge.withins.start) + index]
            time = min(time, Int64(bitPattern: counts[Int(use.word)]).addingSaturated(use.duration))
        }
        return time
    }

    private func earliestExpiry(_ thread: UnsafeMutablePointer<Thread>, _ attempt: UnsafeMutablePointer<Attempt>) -> Int64 {
        let state = automaton.states[Int(thread.pointee.state)]
        let words = Thread.words(thread)
        var earliest = Int64.max
        for word in 0..<maskWords {
            var bits = words[word]
            while bits != 0 {
                let index = word << 6 + bits.trailingZeroBitCount
                bits &= bits &- 1
                earliest = min(earliest, expiry(of: automaton.edges[Int(state.edges.start) + index], thread, attempt))
            }
        }
        return earliest
    }
}

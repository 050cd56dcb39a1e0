/// `prefer: latest`: of two threads of a key that await the same steps with the same counts the later one is kept.
extension RuleMachine {
    private typealias Owned = (thread: UnsafeMutablePointer<Thread>, attempt: UnsafeMutablePointer<Attempt>)

    /// Compares the live threads of a key after an event, and drops those that a later one replaces.
    func keepLatest(_ key: UnsafeMutablePointer<KeyState>) {
        var kept: [Owned] = []
        // Records of one thread share its last binding, and its fate.
        var superseded: Set<UnsafeMutablePointer<Binding>> = []
        var nextAttempt = key.pointee.first
        while let attempt = nextAttempt {
            nextAttempt = attempt.pointee.next
            var next = attempt.pointee.threads
            while let thread = next {
                next = thread.pointee.next
                guard thread.pointee.kind == .live, awaitsEvent(thread) else { continue }
                guard let rival = kept.firstIndex(where: { awaitSame($0.thread, thread) }) else {
                    kept.append((thread, attempt))
                    continue
                }
                if kept[rival].thread.pointee.bindings == thread.pointee.bindings { continue }
                if isLater((thread, attempt), than: kept[rival]) {
                    superseded.insert(kept[rival].thread.pointee.bindings)
                    kept[rival] = (thread, attempt)
                } else {
                    superseded.insert(thread.pointee.bindings)
                }
            }
        }
        if superseded.isEmpty { return }
        nextAttempt = key.pointee.first
        while let attempt = nextAttempt {
            nextAttempt = attempt.pointee.next
            var list = ThreadList()
            var next = attempt.pointee.threads
            while let thread = next {
                next = thread.pointee.next
                let isLive = thread.pointee.kind == .live
                if isLive && superseded.contains(thread.pointee.bindings) { free(thread) } else { list.append(thread) }
            }
            attempt.pointee.threads = list.first
            fall = .superseded
            finishStep(attempt, key: key)
        }
    }

    /// Last bound event, then start; the more preferred thread, which was met first, wins a tie.
    private func isLater(_ left: Owned, than right: Owned) -> Bool {
        let leftLast = left.thread.pointee.bindings.pointee.event.sequence
        let rightLast = right.thread.pointee.bindings.pointee.event.sequence
        if leftLast != rightLast { return leftLast > rightLast }
        return left.attempt.pointee.start > right.attempt.pointee.start
    }

    /// True unless the thread awaits only an absence.
    private func awaitsEvent(_ thread: UnsafeMutablePointer<Thread>) -> Bool {
        let state = automaton.states[Int(thread.pointee.state)]
        let words = Thread.words(thread) + maskWords
        for word in 0..<maskWords where words[word] & ~automaton.masks[Int(state.pendingMask) + word] != 0 { return true }
        return false
    }

    private func awaitSame(_ left: UnsafeMutablePointer<Thread>, _ right: UnsafeMutablePointer<Thread>) -> Bool {
        awaits(left, all: right) && awaits(right, all: left)
    }

    /// True when each step that `other` awaits is awaited by `thread` in the same way with the same counts.
    private func awaits(_ thread: UnsafeMutablePointer<Thread>, all other: UnsafeMutablePointer<Thread>) -> Bool {
        forEachAwaited(other) { wanted in
            !forEachAwaited(thread) { edge in
                edge.likeness != wanted.likeness || !haveSameCounts(thread, edge.compared, other, wanted.compared)
            }
        }
    }

    private func haveSameCounts(
        _ left: UnsafeMutablePointer<Thread>, _ leftRun: AutomatonProgram.Run, _ right: UnsafeMutablePointer<Thread>,
        _ rightRun: AutomatonProgram.Run
    ) -> Bool {
        (0..<Int(leftRun.count)).allSatisfy { index in
            compared(left, Int(leftRun.start) + index) == compared(right, Int(rightRun.start) + index)
        }
    }

    private func compared(_ thread: UnsafeMutablePointer<Thread>, _ index: Int) -> UInt64 {
        let word = automaton.comparedWords[index]
        return Thread.words(thread)[countsOffset + Int(word.word)] & word.kept | word.added
    }

    /// Shows awaited edges in order until `body` returns false; true when it never did.
    private func forEachAwaited(_ thread: UnsafeMutablePointer<Thread>, _ body: (AutomatonProgram.Edge) -> Bool) -> Bool {
        let state = automaton.states[Int(thread.pointee.state)]
        let words = Thread.words(thread) + maskWords
        for index in 0..<Int(state.edges.count) where words[index >> 6] >> UInt64(index & 63) & 1 == 1 {
            if !body(automaton.edges[Int(state.edges.start) + index]) { return false }
        }
        return true
    }
}

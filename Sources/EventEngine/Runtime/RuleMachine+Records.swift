/// Making and freeing bindings, threads and attempts.
extension RuleMachine {
    /// A binding with one reference; takes over the caller's reference to `event` and adds one to `previous`.
    @inline(__always)
    func makeBinding(
        event: RetainedEvent, previous: UnsafeMutablePointer<Binding>?, variable: Int32, step: Int32
    ) -> UnsafeMutablePointer<Binding> {
        if let previous { previous.pointee.references &+= 1 }
        let binding = bindings.allocate().bindMemory(to: Binding.self, capacity: 1)
        binding.initialize(
            to: Binding(
                event: event, previous: previous, variable: variable, length: (previous?.pointee.length ?? 0) &+ 1, references: 1,
                step: step))
        return binding
    }

    /// One reference less; the last one frees the binding, and those before it that nobody else holds.
    @inline(__always)
    func release(_ binding: UnsafeMutablePointer<Binding>) {
        var current = binding
        while true {
            current.pointee.references &-= 1
            if current.pointee.references > 0 { return }
            core.store.release(current.pointee.event)
            let previous = current.pointee.previous
            bindings.release(UnsafeMutableRawPointer(current))
            guard let previous else { return }
            current = previous
        }
    }

    /// A live thread that takes over the caller's reference to `binding`; its words are not initialised.
    @inline(__always)
    func makeThread(_ binding: UnsafeMutablePointer<Binding>, state: Int32, startEdge: Int16) -> UnsafeMutablePointer<Thread> {
        hasChanged = true
        let thread = threads.allocate().bindMemory(to: Thread.self, capacity: 1)
        thread.initialize(
            to: Thread(next: nil, bindings: binding, state: state, startEdge: startEdge, kind: .live, isUntouched: true))
        return thread
    }

    /// A thread with the same bindings and words.
    func copyThread(_ thread: UnsafeMutablePointer<Thread>) -> UnsafeMutablePointer<Thread> {
        thread.pointee.bindings.pointee.references &+= 1
        let copy = threads.allocate().bindMemory(to: Thread.self, capacity: 1)
        copy.initialize(to: thread.pointee)
        Thread.words(copy).update(from: Thread.words(thread), count: threadWords)
        return copy
    }

    /// Frees a thread.
    @inline(__always)
    func free(_ thread: UnsafeMutablePointer<Thread>) {
        hasChanged = true
        release(thread.pointee.bindings)
        threads.release(UnsafeMutableRawPointer(thread))
    }

    /// Frees a thread and all less preferred ones.
    func freeChain(_ first: UnsafeMutablePointer<Thread>?) {
        var next = first
        while let thread = next {
            next = thread.pointee.next
            free(thread)
        }
    }

    /// Takes an attempt out of its key and frees it.
    func remove(_ attempt: UnsafeMutablePointer<Attempt>, from key: UnsafeMutablePointer<KeyState>, because end: AttemptEnd) {
        statistics.ends[end] += 1
        var previous: UnsafeMutablePointer<Attempt>?
        var current = key.pointee.first
        while let other = current, other != attempt {
            previous = other
            current = other.pointee.next
        }
        if let previous {
            previous.pointee.next = attempt.pointee.next
        } else {
            key.pointee.first = attempt.pointee.next
        }
        if key.pointee.last == attempt { key.pointee.last = previous }
        key.pointee.attemptCount -= 1
        freeChain(attempt.pointee.threads)
        attempts.release(UnsafeMutableRawPointer(attempt))
    }

    /// Drops every attempt that `condition` names.
    func removeAttempts(
        of key: UnsafeMutablePointer<KeyState>, because end: AttemptEnd, where condition: (UnsafeMutablePointer<Attempt>) -> Bool
    ) {
        var previous: UnsafeMutablePointer<Attempt>?
        var current = key.pointee.first
        while let attempt = current {
            current = attempt.pointee.next
            guard condition(attempt) else {
                previous = attempt
                continue
            }
            if let previous {
                previous.pointee.next = current
            } else {
                key.pointee.first = current
            }
            key.pointee.attemptCount -= 1
            statistics.ends[end] += 1
            freeChain(attempt.pointee.threads)
            attempts.release(UnsafeMutableRawPointer(attempt))
        }
        key.pointee.last = previous
    }

    /// When the timer of a deadline is set. Where nobody can see a deadline fire, it only frees memory: then many share
    /// a timer, up to a sixteenth of `within` later, and `processSequence` looks at the key's own deadline.
    @inline(__always)
    private func wakeUp(for deadline: Int64) -> Int64 {
        guard deadlinesAreSilent, deadline != .max else { return deadline }
        let grain = max(1, program.within / 16)
        return deadline.addingSaturated(grain - 1) / grain * grain
    }

    /// After an event or a deadline: frees the key's state when it is empty (false), otherwise sees to its timer.
    @discardableResult
    func settle(_ key: UnsafeMutablePointer<KeyState>) -> Bool {
        var deadline = Int64.max
        var next = key.pointee.first
        while let attempt = next {
            deadline = min(deadline, attempt.pointee.deadline)
            next = attempt.pointee.next
        }
        let latest = KeyState.words(key)
        for (index, reach) in automaton.leadingReach.enumerated() where latest[index] != .min {
            deadline = min(deadline, latest[index].addingSaturated(reach))
        }
        if key.pointee.first == nil && deadline == .max && key.pointee.lag == nil {
            forget(key)
            return false
        }
        key.pointee.deadline = deadline
        key.pointee.isRecent = true
        if let changes, hasChanged, !key.pointee.isDirty { changes.note(key) }
        setTimer(key, deadline)
        return true
    }

    /// Removes a key's state, from the store too.
    func forget(_ key: UnsafeMutablePointer<KeyState>) {
        if let changes, key.pointee.savedEpoch > 0 { changes.noteRemoval(of: key) }
        keys.remove(key)
    }

    /// Sees to it that the key is looked at when the deadline has passed.
    func setTimer(_ key: UnsafeMutablePointer<KeyState>, _ deadline: Int64) {
        let wake = wakeUp(for: deadline)
        if wake < key.pointee.scheduled {
            key.pointee.scheduled = wake
            core.wheel.set(TimingWheel.Entry(deadline: wake, rule: Int32(index), key: key, serial: key.pointee.serial))
        }
    }
}

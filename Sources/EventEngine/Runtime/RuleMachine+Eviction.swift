/// Keys whose attempts are only in the state store.
extension RuleMachine {
    /// Frees what the key holds, but for its text, how many attempts it has and the time when it ends. The state store has it as it is now.
    func evict(_ key: UnsafeMutablePointer<KeyState>) {
        // Where deadlines are silent, nothing needs to be done for the key before all of it has ended.
        let deadline = deadlinesAreSilent ? lastDeadline(of: key) : key.pointee.deadline
        while let attempt = key.pointee.first {
            key.pointee.first = attempt.pointee.next
            freeChain(attempt.pointee.threads)
            attempts.release(UnsafeMutableRawPointer(attempt))
        }
        key.pointee.last = nil
        if let lag = key.pointee.lag { core.store.release(lag) }
        key.pointee.lag = nil
        key.pointee.deadline = deadline
        key.pointee.isEvicted = true
        setTimer(key, deadline)
    }

    /// Makes an evicted key of what the store has, without reading it whole.
    func insertEvicted(_ header: SnapshotHeader, savedEpoch: UInt32) {
        let key = keys.insert(hash: tableHash(header.key), text: header.key)
        key.pointee.isEvicted = true
        key.pointee.isRecent = false
        key.pointee.savedEpoch = savedEpoch
        key.pointee.deadline = (deadlinesAreSilent ? header.lastDeadline : header.firstDeadline) ?? .max
        setTimer(key, key.pointee.deadline)
    }

    /// True when nothing that the evicted key holds can matter at `time`.
    func isOver(_ key: UnsafeMutablePointer<KeyState>, at time: Int64) -> Bool {
        deadlinesAreSilent && key.pointee.deadline < time
    }

    /// Removes an evicted key whose attempts have run out of time. How many there are is not known of a key that was evicted
    /// before the last start.
    func forgetEvicted(_ key: UnsafeMutablePointer<KeyState>) {
        statistics.ends[.within] += Int(key.pointee.attemptCount)
        forget(key)
    }

    /// A deadline of an evicted key that somebody can see has come up: it waits for the key's state.
    func wakeEvicted(_ key: UnsafeMutablePointer<KeyState>) {
        core.parking?.add(
            Parking.Item(event: nil, sequence: 0, clock: core.clock.addingSaturated(1), batch: core.parking?.batch ?? 0), key: key,
            rule: index)
    }

    /// Takes the event under test again, in the sequence of one key only, whose state has been fetched meanwhile.
    func process(only text: [UInt8]) {
        guard program.hasPerNameKeys else {
            guard keySpec.encode(core.event, sequence: core.sequence) else { return }
            return processSequence(hash: keySpec.hash)
        }
        let texts = perNameKeys()
        guard let part = texts.firstIndex(of: text) else { return }
        processSequence(text, part: part, of: texts)
    }

    /// Fires the key's deadlines before `time`, each at its own time.
    func catchUp(_ text: [UInt8], to time: Int64) {
        let hash = text.withUnsafeBytes { tableHash($0) }
        while let key = text.withUnsafeBytes({ keys.find(hash: hash, text: $0) }), key.pointee.deadline < time {
            let deadline = key.pointee.deadline
            key.pointee.scheduled = .max
            core.clock = max(core.clock, deadline)
            core.phase = .deadline
            core.order = deadline
            fireDeadline(key, at: deadline)
        }
    }
}

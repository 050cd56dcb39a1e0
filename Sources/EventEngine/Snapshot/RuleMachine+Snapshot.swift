/// The state of one key to bytes (`SnapshotFormat`).
extension RuleMachine {
    /// Writes everything that the rule holds for the key, which is not evicted.
    func snapshot(
        _ key: UnsafeMutablePointer<KeyState>, codec: SnapshotCodec, tables: SnapshotTables, to writer: inout SnapshotWriter
    ) {
        writer.byte(SnapshotFormat.version)
        writer.fixed(key.pointee.deadline)
        writer.fixed(lastDeadline(of: key))
        writer.text(key.pointee.textBytes)
        for index in automaton.leadingVariables.indices { writer.fixed(KeyState.words(key)[index]) }
        tables.collect(key)
        writer.varint(key.pointee.lag.map { tables.index(of: $0) + 1 } ?? 0)
        writer.varint(tables.events.count)
        for event in tables.events { write(event, codec, to: &writer) }
        writer.varint(tables.bindings.count)
        for binding in tables.bindings {
            writer.varint(tables.index(of: binding.pointee.event))
            writer.varint(binding.pointee.previous.map { tables.index(of: $0) + 1 } ?? 0)
            writer.varint(Int(binding.pointee.variable))
            writer.varint(Int(binding.pointee.step))
        }
        writer.varint(Int(key.pointee.attemptCount))
        var next = key.pointee.first
        while let attempt = next {
            next = attempt.pointee.next
            write(attempt, tables, to: &writer)
        }
    }

    /// When nothing of the key is left by itself; `Int64.max`: never.
    func lastDeadline(of key: UnsafeMutablePointer<KeyState>) -> Int64 {
        if key.pointee.lag != nil { return .max }
        var deadline = Int64.min
        var next = key.pointee.first
        while let attempt = next {
            deadline = max(deadline, program.within < 0 ? .max : attempt.pointee.startTime.addingSaturated(program.within))
            next = attempt.pointee.next
        }
        let latest = KeyState.words(key)
        for (index, reach) in automaton.leadingReach.enumerated() where latest[index] != .min {
            deadline = max(deadline, latest[index].addingSaturated(reach))
        }
        return deadline
    }

    private func write(_ event: RetainedEvent, _ codec: SnapshotCodec, to writer: inout SnapshotWriter) {
        let header = event.header
        writer.fixed(header.time)
        writer.fixed(header.ingested)
        writer.fixed(header.offset)
        writer.fixed(event.sequence)
        writer.fixed(header.source)
        writer.varint(header.stream < 0 ? 0 : codec.streamIDs[Int(header.stream)] + 1)
        writer.text(header.raw)
        let values = event.keptValues
        writer.varint(values.count { isKept($0.slot) })
        for kept in values where isKept(kept.slot) {
            writer.varint(codec.fieldIDs[Int(kept.slot)])
            writer.value(kept.value, raw: header.raw)
        }
    }

    private func write(_ attempt: UnsafeMutablePointer<Attempt>, _ tables: SnapshotTables, to writer: inout SnapshotWriter) {
        writer.fixed(attempt.pointee.start)
        writer.fixed(attempt.pointee.startTime)
        writer.fixed(attempt.pointee.deadline)
        for index in automaton.leadingVariables.indices { writer.fixed(Attempt.words(attempt)[index]) }
        var count = 0
        var next = attempt.pointee.threads
        while let thread = next {
            next = thread.pointee.next
            count += 1
        }
        writer.varint(count)
        next = attempt.pointee.threads
        while let thread = next {
            next = thread.pointee.next
            writer.varint(tables.index(of: thread.pointee.bindings))
            writer.varint(Int(thread.pointee.state))
            writer.varint(Int(thread.pointee.startEdge))
            writer.byte(thread.pointee.kind.rawValue)
            writer.byte(thread.pointee.isUntouched ? 1 : 0)
            for word in 0..<threadWords { writer.fixed(Thread.words(thread)[word]) }
        }
    }

    /// Whether this rule asks bound events for the slot.
    @inline(__always)
    private func isKept(_ slot: Int32) -> Bool { keepsSlot[Int(slot)] }
}

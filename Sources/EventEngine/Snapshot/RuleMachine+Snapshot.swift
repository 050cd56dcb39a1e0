/// The state of one key to bytes and back (`SnapshotFormat`).
extension RuleMachine {
    /// Writes everything that the rule holds for the key.
    func snapshot(_ key: UnsafeMutablePointer<KeyState>, schema: EventSchema) -> [UInt8] {
        var writer = SnapshotWriter()
        writer.byte(SnapshotFormat.version)
        writer.text(key.pointee.textBytes)
        for index in automaton.leadingVariables.indices { writer.fixed(KeyState.words(key)[index]) }
        let tables = SnapshotTables(key)
        writer.varint(key.pointee.lag.map { tables.eventIndex[$0.record]! + 1 } ?? 0)
        writer.varint(tables.events.count)
        for event in tables.events { write(event, schema, to: &writer) }
        writer.varint(tables.bindings.count)
        for binding in tables.bindings {
            writer.varint(tables.eventIndex[binding.pointee.event.record]!)
            writer.varint(binding.pointee.previous.map { tables.bindingIndex[$0]! + 1 } ?? 0)
            writer.varint(Int(binding.pointee.variable))
            writer.varint(Int(binding.pointee.step))
        }
        writer.varint(Int(key.pointee.attemptCount))
        var next = key.pointee.first
        while let attempt = next {
            next = attempt.pointee.next
            write(attempt, tables, to: &writer)
        }
        return writer.bytes
    }

    private func write(_ event: RetainedEvent, _ schema: EventSchema, to writer: inout SnapshotWriter) {
        let header = event.header
        writer.fixed(header.time)
        writer.fixed(header.ingested)
        writer.fixed(header.offset)
        writer.fixed(event.sequence)
        writer.fixed(header.source)
        writer.text(core.streamName(header.stream))
        writer.text(header.raw)
        let kept = event.keptValues.filter { program.keptSlots.contains($0.slot) }
        writer.varint(kept.count)
        for value in kept {
            writer.text(schema.fields[Int(value.slot)].text)
            writer.value(value.value)
        }
    }

    private func write(_ attempt: UnsafeMutablePointer<Attempt>, _ tables: SnapshotTables, to writer: inout SnapshotWriter) {
        writer.fixed(attempt.pointee.start)
        writer.fixed(attempt.pointee.startTime)
        writer.fixed(attempt.pointee.deadline)
        for index in automaton.leadingVariables.indices { writer.fixed(Attempt.words(attempt)[index]) }
        var threads: [UnsafeMutablePointer<Thread>] = []
        var next = attempt.pointee.threads
        while let thread = next {
            next = thread.pointee.next
            threads.append(thread)
        }
        writer.varint(threads.count)
        for thread in threads {
            writer.varint(tables.bindingIndex[thread.pointee.bindings]!)
            writer.varint(Int(thread.pointee.state))
            writer.varint(Int(thread.pointee.startEdge))
            writer.byte(thread.pointee.kind.rawValue)
            writer.byte(thread.pointee.isUntouched ? 1 : 0)
            for word in 0..<threadWords { writer.fixed(Thread.words(thread)[word]) }
        }
    }

    /// Takes back what `snapshot` wrote for a key that has no state now. The bytes must come from the same logic; on
    /// an error the rule is as it was.
    func restore(_ bytes: UnsafeRawBufferPointer, schema: EventSchema) throws(SnapshotError) {
        var reader = SnapshotReader(bytes)
        let version = try reader.byte()
        guard version == SnapshotFormat.version else { throw .unknownVersion(version) }
        let text = try reader.text()
        let hash = tableHash(text)
        guard keys.find(hash: hash, text: text) == nil else { throw .inconsistent("the key has state already") }
        var restored = RestoredParts()
        var leading: [Int64] = []
        do throws(SnapshotError) {
            for _ in automaton.leadingVariables.indices { leading.append(try reader.fixed(Int64.self)) }
            restored.lag = try reader.varint()
            try readEvents(&reader, schema, into: &restored)
            try readBindings(&reader, into: &restored)
            try readAttempts(&reader, into: &restored)
            guard restored.lag <= restored.events.count else { throw .inconsistent("lag") }
        } catch {
            discard(restored)
            throw error
        }
        let key = keys.insert(hash: hash, text: text)
        for (index, time) in leading.enumerated() { KeyState.words(key)[index] = time }
        if restored.lag > 0 {
            let event = restored.events[restored.lag - 1]
            core.store.retain(event)
            key.pointee.lag = event
        }
        for attempt in restored.attempts {
            if let last = key.pointee.last { last.pointee.next = attempt } else { key.pointee.first = attempt }
            key.pointee.last = attempt
            key.pointee.attemptCount += 1
        }
        restored.attempts = []
        discard(restored)
        settle(key)
    }

    /// Gives up the reader's own references.
    private func discard(_ restored: RestoredParts) {
        for attempt in restored.attempts {
            freeChain(attempt.pointee.threads)
            attempts.release(UnsafeMutableRawPointer(attempt))
        }
        for binding in restored.bindings.reversed() { release(binding) }
        for event in restored.events { core.store.release(event) }
    }

    private func readEvents(
        _ reader: inout SnapshotReader, _ schema: EventSchema, into restored: inout RestoredParts
    ) throws(SnapshotError) {
        let arena = SnapshotArena()
        var slotByText: [String: Int] = [:]
        for slot in program.keptSlots { slotByText[schema.fields[Int(slot)].text] = Int(slot) }
        for _ in 0..<(try reader.count()) {
            let time = try reader.fixed(Int64.self)
            let ingested = try reader.fixed(Int64.self)
            let offset = try reader.fixed(UInt64.self)
            let sequence = try reader.fixed(UInt64.self)
            let source = try reader.fixed(Int32.self)
            let stream = schema.streamIndex(named: String(decoding: try reader.text(), as: UTF8.self))
            let raw = try reader.text()
            let slots = arena.values(schema.fields.count)
            for _ in 0..<(try reader.count()) {
                let name = String(decoding: try reader.text(), as: UTF8.self)
                let value = try reader.value(arena: arena)
                if let slot = slotByText[name] { slots[slot] = value }
            }
            let header = EventHeader(time: time, ingested: ingested, offset: offset, raw: raw, stream: stream, source: source)
            let event = withUnsafePointer(to: header) { core.store.copy(EventView(header: $0, slots: slots), sequence: sequence) }
            restored.events.append(event)
            core.sequence = max(core.sequence, sequence)
        }
    }

    private func readBindings(_ reader: inout SnapshotReader, into restored: inout RestoredParts) throws(SnapshotError) {
        for number in 0..<(try reader.count()) {
            let event = restored.events[try reader.index(below: restored.events.count, "event of a binding")]
            let previous = try reader.index(below: number + 1, "previous binding")
            let variable = try reader.index(below: program.variables.count, "variable")
            let step = try reader.index(below: automaton.states.count, "step")
            core.store.retain(event)
            restored.bindings.append(
                makeBinding(
                    event: event, previous: previous == 0 ? nil : restored.bindings[previous - 1], variable: Int32(variable),
                    step: Int32(step)))
        }
    }

    private func readAttempts(_ reader: inout SnapshotReader, into restored: inout RestoredParts) throws(SnapshotError) {
        for _ in 0..<(try reader.count()) {
            let start = try reader.fixed(UInt64.self)
            let startTime = try reader.fixed(Int64.self)
            let deadline = try reader.fixed(Int64.self)
            let attempt = attempts.allocate().bindMemory(to: Attempt.self, capacity: 1)
            attempt.initialize(to: Attempt(next: nil, threads: nil, start: start, startTime: startTime, deadline: deadline))
            restored.attempts.append(attempt)
            for index in automaton.leadingVariables.indices { Attempt.words(attempt)[index] = try reader.fixed(Int64.self) }
            var list = ThreadList()
            for _ in 0..<(try reader.count()) {
                let binding = restored.bindings[try reader.index(below: restored.bindings.count, "binding of a thread")]
                let state = try reader.index(below: automaton.states.count, "state")
                let startEdge = try reader.index(below: automaton.start.count, "start edge")
                guard let kind = Thread.Kind(rawValue: try reader.byte()) else { throw .inconsistent("kind of a thread") }
                let untouched = try reader.byte()
                binding.pointee.references += 1
                let thread = makeThread(binding, state: Int32(state), startEdge: Int16(truncatingIfNeeded: startEdge))
                thread.pointee.kind = kind
                thread.pointee.isUntouched = untouched == 1
                list.append(thread)
                attempt.pointee.threads = list.first
                for word in 0..<threadWords { Thread.words(thread)[word] = try reader.fixed(UInt64.self) }
            }
        }
    }
}

/// What has been read of a key; one reference each is the reader's.
private struct RestoredParts {
    var lag = 0
    var events: [RetainedEvent] = []
    var bindings: [UnsafeMutablePointer<Binding>] = []
    var attempts: [UnsafeMutablePointer<Attempt>] = []
}

/// The events and bindings that a key reaches, each once, every binding behind the one before it.
private struct SnapshotTables {
    private(set) var events: [RetainedEvent] = []
    private(set) var eventIndex: [UnsafeMutablePointer<RetainedEvent.Record>: Int] = [:]
    private(set) var bindings: [UnsafeMutablePointer<Binding>] = []
    private(set) var bindingIndex: [UnsafeMutablePointer<Binding>: Int] = [:]

    init(_ key: UnsafeMutablePointer<KeyState>) {
        if let lag = key.pointee.lag { add(lag) }
        var nextAttempt = key.pointee.first
        while let attempt = nextAttempt {
            nextAttempt = attempt.pointee.next
            var next = attempt.pointee.threads
            while let thread = next {
                next = thread.pointee.next
                add(thread.pointee.bindings)
            }
        }
    }

    private mutating func add(_ event: RetainedEvent) {
        guard eventIndex[event.record] == nil else { return }
        eventIndex[event.record] = events.count
        events.append(event)
    }

    private mutating func add(_ last: UnsafeMutablePointer<Binding>) {
        var chain: [UnsafeMutablePointer<Binding>] = []
        var next: UnsafeMutablePointer<Binding>? = last
        while let binding = next, bindingIndex[binding] == nil {
            chain.append(binding)
            next = binding.pointee.previous
        }
        for binding in chain.reversed() {
            add(binding.pointee.event)
            bindingIndex[binding] = bindings.count
            bindings.append(binding)
        }
    }
}

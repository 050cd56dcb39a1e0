/// The state of one key from bytes (`SnapshotFormat`).
extension RuleMachine {
    /// Takes back what `snapshot` wrote for a key that has no state now, or whose state is evicted. The bytes must come from
    /// the same logic; on an error the rule is as it was.
    ///
    /// - Parameter adaption: what of the rule is not as it was when the bytes were written.
    func restore(
        _ bytes: UnsafeRawBufferPointer, codec: SnapshotCodec, adaption: KeyAdaption? = nil
    ) throws(SnapshotError) -> UnsafeMutablePointer<KeyState>? {
        var reader = SnapshotReader(bytes)
        let header = try SnapshotHeader(&reader)
        let hash = tableHash(header.key)
        let found = keys.find(hash: hash, text: header.key)
        guard found?.pointee.isEvicted ?? true else { throw .inconsistent("the key has state already") }
        let parts = core.restoredParts
        parts.removeAll()
        do throws(SnapshotError) {
            for _ in automaton.leadingVariables.indices { parts.leading.append(try reader.fixed(Int64.self)) }
            let lag = try reader.varint()
            try readEvents(&reader, codec, adaption, into: parts)
            try readBindings(&reader, into: parts)
            try readAttempts(&reader, into: parts)
            guard lag <= parts.events.count else { throw .inconsistent("lag") }
            if lag > 0 { parts.lag = parts.events[lag - 1] }
        } catch {
            discard(parts)
            throw error
        }
        let key = found ?? keys.insert(hash: hash, text: header.key)
        key.pointee.isEvicted = false
        for (index, time) in parts.leading.enumerated() { KeyState.words(key)[index] = time }
        if let lag = parts.lag {
            core.store.retain(lag)
            key.pointee.lag = lag
        }
        key.pointee.attemptCount = 0
        for attempt in parts.attempts {
            if let last = key.pointee.last { last.pointee.next = attempt } else { key.pointee.first = attempt }
            key.pointee.last = attempt
            key.pointee.attemptCount += 1
        }
        parts.attempts.removeAll(keepingCapacity: true)
        discard(parts)
        if adaption?.changesTimes == true {
            var next = key.pointee.first
            while let attempt = next {
                next = attempt.pointee.next
                finishStep(attempt, key: key)
            }
            if program.prefersLatest { keepLatest(key) }
            // An attempt that waited for one that did not go on is decided at once, not with the key's next event.
            if program.emit == .final, let first = key.pointee.first, decided(first) != nil {
                first.pointee.deadline = first.pointee.startTime
            }
        }
        // What was read is what the store has, unless it had to be adapted.
        hasChanged = adaption != nil
        return settle(key) ? key : nil
    }

    /// Gives up the reader's own references.
    private func discard(_ parts: RestoredParts) {
        for attempt in parts.attempts {
            freeChain(attempt.pointee.threads)
            attempts.release(UnsafeMutableRawPointer(attempt))
        }
        for binding in parts.bindings.reversed() { release(binding) }
        for event in parts.events { core.store.release(event) }
        parts.removeAll()
    }

    private func readEvents(
        _ reader: inout SnapshotReader, _ codec: SnapshotCodec, _ adaption: KeyAdaption?, into parts: RestoredParts
    ) throws(SnapshotError) {
        for _ in 0..<(try reader.count()) {
            let time = try reader.fixed(Int64.self)
            let ingested = try reader.fixed(Int64.self)
            let offset = try reader.fixed(UInt64.self)
            let sequence = try reader.fixed(UInt64.self)
            let source = try reader.fixed(Int32.self)
            let stream = try readStream(&reader, codec)
            let raw = try reader.text()
            parts.values.removeAll(keepingCapacity: true)
            var isAscending = true
            for _ in 0..<(try reader.count()) {
                let slot = try readSlot(&reader, codec)
                let value = try reader.value(raw: raw, arena: parts.arena)
                guard slot >= 0, keepsSlot[Int(slot)], !value.isNull else { continue }
                isAscending = isAscending && slot > parts.values.last?.slot ?? -1
                parts.values.append(RetainedEvent.KeptValue(slot: slot, value: value))
            }
            if !isAscending { parts.values.sort { $0.slot < $1.slot } }
            let header = EventHeader(time: time, ingested: ingested, offset: offset, raw: raw, stream: stream, source: source)
            if let decode = adaption?.decode {
                // The rule asks bound events for fields that were not kept.
                var event: RetainedEvent?
                withUnsafePointer(to: header) { header in
                    decode(raw) { slots in event = core.store.copy(EventView(header: header, slots: slots), sequence: sequence) }
                }
                if let event {
                    parts.events.append(event)
                    core.sequence = max(core.sequence, sequence)
                    continue
                }
            }
            let event = parts.values.withUnsafeBufferPointer { core.store.make(header, values: $0, sequence: sequence) }
            parts.events.append(event)
            core.sequence = max(core.sequence, sequence)
        }
        parts.arena.removeAll()
    }

    private func readStream(_ reader: inout SnapshotReader, _ codec: SnapshotCodec) throws(SnapshotError) -> Int32 {
        if reader.version == 1 {
            let name = String(decoding: try reader.text(), as: UTF8.self)
            return codec.names.streams.firstIndex(of: name).map { codec.streams[$0] } ?? -1
        }
        let id = try reader.index(below: codec.streams.count + 1, "stream")
        return id == 0 ? -1 : codec.streams[id - 1]
    }

    private func readSlot(_ reader: inout SnapshotReader, _ codec: SnapshotCodec) throws(SnapshotError) -> Int32 {
        if reader.version == 1 {
            let name = String(decoding: try reader.text(), as: UTF8.self)
            return codec.names.fields.firstIndex(of: name).map { codec.slots[$0] } ?? -1
        }
        return codec.slots[try reader.index(below: codec.slots.count, "field")]
    }

    private func readBindings(_ reader: inout SnapshotReader, into parts: RestoredParts) throws(SnapshotError) {
        for number in 0..<(try reader.count()) {
            let event = parts.events[try reader.index(below: parts.events.count, "event of a binding")]
            let previous = try reader.index(below: number + 1, "previous binding")
            let variable = try reader.index(below: program.variables.count, "variable")
            let step = try reader.index(below: automaton.states.count, "step")
            let before = previous == 0 ? nil : parts.bindings[previous - 1]
            guard before?.pointee.event.sequence ?? 0 < event.sequence else { throw .inconsistent("order of bindings") }
            parts.starts.append(previous == 0 ? event.sequence : parts.starts[previous - 1])
            core.store.retain(event)
            parts.bindings.append(
                makeBinding(event: event, previous: before, variable: Int32(variable), step: Int32(step)))
        }
    }

    private func readAttempts(_ reader: inout SnapshotReader, into parts: RestoredParts) throws(SnapshotError) {
        for _ in 0..<(try reader.count()) {
            let start = try reader.fixed(UInt64.self)
            let startTime = try reader.fixed(Int64.self)
            let deadline = try reader.fixed(Int64.self)
            guard parts.attempts.last?.pointee.start ?? 0 < start else { throw .inconsistent("order of attempts") }
            let attempt = attempts.allocate().bindMemory(to: Attempt.self, capacity: 1)
            attempt.initialize(to: Attempt(next: nil, threads: nil, start: start, startTime: startTime, deadline: deadline))
            parts.attempts.append(attempt)
            for index in automaton.leadingVariables.indices { Attempt.words(attempt)[index] = try reader.fixed(Int64.self) }
            var list = ThreadList()
            for _ in 0..<(try reader.count()) {
                let number = try reader.index(below: parts.bindings.count, "binding of a thread")
                let binding = parts.bindings[number]
                guard parts.starts[number] == start else { throw .inconsistent("start of a thread") }
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
                guard kind != .live || masksFit(thread) else { throw .inconsistent("awaited step") }
            }
        }
    }

    /// True when the thread awaits only what its state has edges for; these are found by number, unchecked.
    private func masksFit(_ thread: UnsafeMutablePointer<Thread>) -> Bool {
        let edges = Int(automaton.states[Int(thread.pointee.state)].edges.count)
        let words = Thread.words(thread)
        return (0..<maskWords).allSatisfy { word in
            let known = max(0, min(64, edges - word * 64))
            return known == 64 || (words[word] | words[maskWords + word]) >> UInt64(known) == 0
        }
    }
}

/// What has to be done about keys that were written for another version of their rule, of the same shape or mapped to its own.
public struct KeyAdaption {
    /// Durations and policies may be others: deadlines are found anew.
    public let changesTimes: Bool
    /// Reads the fields of the schema from an event as it was read, and shows its slots; nil: those that were kept suffice.
    public let decode: ((_ raw: UnsafeRawBufferPointer, _ body: (UnsafePointer<Value>) -> Void) -> Void)?

    /// An adaption of these parts.
    public init(
        changesTimes: Bool, decode: ((_ raw: UnsafeRawBufferPointer, _ body: (UnsafePointer<Value>) -> Void) -> Void)?
    ) {
        self.changesTimes = changesTimes
        self.decode = decode
    }
}

/// What stands before a key's events.
struct SnapshotHeader {
    /// When something of the key ends by itself; nil in version 1.
    let firstDeadline: Int64?
    /// When all of it has ended; nil in version 1.
    let lastDeadline: Int64?
    /// The key's text; points into the bytes.
    let key: UnsafeRawBufferPointer

    /// Reads it from the start of the bytes.
    init(_ reader: inout SnapshotReader) throws(SnapshotError) {
        try reader.readVersion()
        firstDeadline = reader.version == 1 ? nil : try reader.fixed(Int64.self)
        lastDeadline = reader.version == 1 ? nil : try reader.fixed(Int64.self)
        key = try reader.text()
    }
}

/// What has been read of a key; one reference each is the reader's. Reusable.
final class RestoredParts {
    var leading: [Int64] = []
    var lag: RetainedEvent?
    var events: [RetainedEvent] = []
    var bindings: [UnsafeMutablePointer<Binding>] = []
    /// Of each binding: sequence number of the first event of its chain.
    var starts: [UInt64] = []
    var attempts: [UnsafeMutablePointer<Attempt>] = []
    var values: [RetainedEvent.KeptValue] = []
    let arena = SnapshotArena()

    /// Forgets everything.
    func removeAll() {
        leading.removeAll(keepingCapacity: true)
        lag = nil
        events.removeAll(keepingCapacity: true)
        bindings.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        attempts.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        arena.removeAll()
    }
}

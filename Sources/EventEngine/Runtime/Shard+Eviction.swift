/// A state bigger than memory: keys that have not been used for a while leave for the state store and are fetched back.
extension Shard {
    /// What is needed of the store: the state of a key of a rule.
    public struct FetchRequest: Sendable {
        /// Index of the rule.
        public let rule: Int
        /// The key's text.
        public let key: [UInt8]
    }

    /// From now on keys may be evicted.
    public func allowEviction() {
        if core.parking == nil { core.parking = Parking() }
    }

    /// Says to which batch the events belong that follow.
    public func begin(batch: UInt64) { core.parking?.batch = batch }

    /// States to fetch that have come up since the last call. For each, `resume` must be called, in any order.
    public func takeFetchRequests() -> [FetchRequest] {
        core.parking?.takeRequests().map { FetchRequest(rule: $0.rule, key: $0.key) } ?? []
    }

    /// The earliest batch whose decisions are not complete, because something of it waits for a fetch; nil: none.
    public var earliestWaitingBatch: UInt64? { core.parking?.earliestBatch }

    /// A state has been fetched: does everything that waited for it. `bytes` is nil when the store has none.
    public func resume(_ request: FetchRequest, bytes: [UInt8]?, codec: SnapshotCodec) throws(SnapshotError) {
        guard let parking = core.parking else { return }
        let machine = machine(of: request.rule)
        let hash = request.key.withUnsafeBytes { tableHash($0) }
        guard let key = request.key.withUnsafeBytes({ machine.keys.find(hash: hash, text: $0) }) else { return }
        guard let bytes else { throw .inconsistent("the state store has lost the state of a key") }
        let items = parking.take(key)
        let clock = core.clock
        let saved = key.pointee.savedEpoch
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 8)
        defer { buffer.deallocate() }
        buffer.copyBytes(from: bytes)
        // Each deadline fires at its own time, not at that of the work that asked for the key.
        core.clock = .min
        if let key = try machine.restore(UnsafeRawBufferPointer(rebasing: buffer[0..<bytes.count]), codec: codec) {
            key.pointee.savedEpoch = saved
        }
        for item in items {
            machine.catchUp(request.key, to: item.clock)
            core.clock = item.clock
            guard let event = item.event else { continue }
            core.phase = .event
            core.order = Int64(bitPattern: item.sequence)
            core.begin(event, sequence: item.sequence)
            machine.process(only: request.key)
            core.end()
        }
        machine.catchUp(request.key, to: clock)
        core.clock = clock
    }

    /// Evicts keys that have not been used lately, until no more than `budget` bytes are held or it has looked at `limit`
    /// places. Only keys that a checkpoint up to `committedEpoch` holds as they are now can go.
    ///
    /// - Returns: false when the budget is exceeded still.
    public func evict(budget: Int, committedEpoch: UInt32, limit: Int) -> Bool {
        var left = limit
        var used = memory
        while used > budget, left > 0 {
            let machine = machines[evictionRule]
            if evictionPlace >= machine.keys.capacity {
                evictionPlace = 0
                evictionRule = (evictionRule + 1) % machines.count
                left -= 1
                used = memory
                continue
            }
            left -= 1
            if let key = machine.keys.state(at: evictionPlace) {
                if key.pointee.isRecent {
                    key.pointee.isRecent = false
                } else if !key.pointee.isEvicted, !key.pointee.isDirty, key.pointee.savedEpoch > 0,
                    key.pointee.savedEpoch <= committedEpoch
                {
                    machine.evict(key)
                    evictions += 1
                    if evictions & 63 == 0 { used = memory }
                }
            }
            evictionPlace += 1
        }
        return memory <= budget
    }

    /// Takes note of a key that the store holds, without reading it whole: it is fetched when it is needed.
    public func insertEvicted(
        rule: Int, bytes: UnsafeRawBufferPointer, codec: SnapshotCodec, savedEpoch: UInt32
    ) throws(SnapshotError) {
        var reader = SnapshotReader(bytes)
        let header = try SnapshotHeader(&reader)
        // Version 1 does not say when a key ends.
        if header.lastDeadline == nil {
            try restore(rule: rule, bytes: bytes, codec: codec, savedEpoch: savedEpoch)
        } else {
            machine(of: rule).insertEvicted(header, savedEpoch: savedEpoch)
        }
    }

    /// Before the end of a finite input: asks for every evicted key whose end anybody can see. `finish` may be called when
    /// all of them have been fetched.
    public func recallEvicted() {
        for machine in machines where !machine.deadlinesAreSilent {
            for place in 0..<machine.keys.capacity {
                guard let key = machine.keys.state(at: place), key.pointee.isEvicted else { continue }
                machine.wakeEvicted(key)
            }
        }
    }
}

/// All partial matches of an engine as bytes, key by key.
extension Engine {
    /// The state of one key of one rule.
    public struct KeySnapshot: Sendable {
        /// The rule's id.
        public var rule: String
        /// The rule's logic when it was written.
        public var logicHash: Digest128
        /// `SnapshotFormat` bytes.
        public var bytes: [UInt8]
    }

    /// Everything that a new engine needs to go on.
    public struct Snapshot: Sendable {
        /// What ids in the keys' bytes mean.
        public var names: SnapshotNames
        /// Event time reached.
        public var clock: Int64
        /// Number of the last event.
        public var sequence: UInt64
        /// Partial matches.
        public var keys: [KeySnapshot]
    }

    /// Partial matches of every rule, in order of rule and key. Counts and suppression are not part of it.
    public func snapshot() -> Snapshot {
        let codec = SnapshotCodec(program.schema)
        var snapshot = Snapshot(names: codec.names, clock: shard.clock, sequence: sequence, keys: [])
        for shard in [shard, sequencer.composed].compactMap(\.self) {
            shard.forEachKey(codec: codec) { rule, bytes in
                snapshot.keys.append(
                    KeySnapshot(rule: program.rules[rule].id, logicHash: program.rules[rule].logicHash, bytes: Array(bytes)))
            }
        }
        return snapshot
    }

    /// Takes partial matches back, into an engine that has none. Those of rules that are not loaded, or whose logic is
    /// another, are left out; their number is returned.
    @discardableResult
    public func restore(_ snapshot: Snapshot) throws(SnapshotError) -> Int {
        let codec = SnapshotCodec(program.schema, names: snapshot.names)
        var leftOut = 0
        for key in snapshot.keys {
            guard let rule = program.rules.firstIndex(where: { $0.id == key.rule && $0.logicHash == key.logicHash }) else {
                leftOut += 1
                continue
            }
            let target = rule < program.firstComposedRule ? shard : sequencer.composed ?? shard
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, key.bytes.count), alignment: 8)
            defer { buffer.deallocate() }
            buffer.copyBytes(from: key.bytes)
            try target.restore(rule: rule, bytes: UnsafeRawBufferPointer(rebasing: buffer[0..<key.bytes.count]), codec: codec)
        }
        shard.resume(at: snapshot.clock)
        sequencer.resume(at: snapshot.clock, sequence: snapshot.sequence)
        sequence = snapshot.sequence
        return leftOut
    }
}

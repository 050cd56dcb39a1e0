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

    /// Partial matches of every rule, in order of rule and key. Counts and suppression are not part of it.
    public func snapshot() -> [KeySnapshot] {
        var snapshots: [KeySnapshot] = []
        for machine in machines {
            for key in machine.keys.sorted {
                snapshots.append(
                    KeySnapshot(
                        rule: machine.program.id, logicHash: machine.program.logicHash,
                        bytes: machine.snapshot(key, schema: program.schema)))
            }
        }
        return snapshots
    }

    /// Takes partial matches back. Those of rules that are not loaded, or whose logic is another, are left out; their
    /// number is returned.
    @discardableResult
    public func restore(_ snapshots: [KeySnapshot]) throws(SnapshotError) -> Int {
        var leftOut = 0
        for snapshot in snapshots {
            guard let machine = machines.first(where: { $0.program.id == snapshot.rule && $0.program.logicHash == snapshot.logicHash })
            else {
                leftOut += 1
                continue
            }
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, snapshot.bytes.count), alignment: 8)
            defer { buffer.deallocate() }
            buffer.copyBytes(from: snapshot.bytes)
            try machine.restore(UnsafeRawBufferPointer(rebasing: buffer[0..<snapshot.bytes.count]), schema: program.schema)
        }
        return leftOut
    }
}

/// What checkpoints write of a shard, and what is read back.
extension Shard {
    /// From now on the shard notes which keys change, for `drainChanges`.
    public func trackChanges() {
        for machine in machines where machine.changes == nil { machine.changes = KeyChanges() }
    }

    /// The keys that have changed since the last call, for the checkpoint `epoch` (from 1): removals of a rule first, then
    /// what is to be written. The bytes are valid during the call.
    public func drainChanges(
        epoch: UInt32, codec: SnapshotCodec, remove: (_ rule: Int, _ key: UnsafeRawBufferPointer) -> Void,
        write: (_ rule: Int, _ key: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer) -> Void
    ) {
        let tables = SnapshotTables()
        var writer = SnapshotWriter()
        for machine in machines {
            guard let changes = machine.changes else { continue }
            for key in changes.removed { key.withUnsafeBytes { remove(machine.index, $0) } }
            changes.drain(epoch: epoch) { key in
                writer.removeAll()
                machine.snapshot(key, codec: codec, tables: tables, to: &writer)
                write(machine.index, key.pointee.textBytes, writer.bytes)
            }
        }
    }

    /// All keys, for tests and for `Engine.snapshot`; in order of rule and key.
    func forEachKey(codec: SnapshotCodec, _ body: (_ rule: Int, _ bytes: UnsafeRawBufferPointer) -> Void) {
        let tables = SnapshotTables()
        var writer = SnapshotWriter()
        for machine in machines {
            for key in machine.keys.sorted {
                writer.removeAll()
                machine.snapshot(key, codec: codec, tables: tables, to: &writer)
                body(machine.index, writer.bytes)
            }
        }
    }

    /// Takes back the state of a key that has none. Bytes must come from a rule of the same logic.
    ///
    /// - Parameter savedEpoch: the epoch, counted as `drainChanges` does, in which the bytes were committed.
    ///   - adaption: of a rule that is not as it was when the bytes were written; it is changed then, for the next checkpoint.
    public func restore(
        rule: Int, bytes: UnsafeRawBufferPointer, codec: SnapshotCodec, savedEpoch: UInt32 = 0, adaption: KeyAdaption? = nil
    ) throws(SnapshotError) {
        let machine = machine(of: rule)
        if let key = try machine.restore(bytes, codec: codec, adaption: adaption) { key.pointee.savedEpoch = savedEpoch }
    }

    /// Goes on from a checkpoint: event time had been reached up to `clock`.
    public func resume(at clock: Int64) { core.clock = clock }

    /// Bytes that keys and what they hold take.
    public var memory: Int {
        machines.reduce(core.store.liveBytes + core.texts.liveBytes) { sum, machine in
            sum + machine.keys.tableBytes + machine.keys.stateBytes + machine.attempts.liveBytes + machine.threads.liveBytes
                + machine.bindings.liveBytes
        }
    }

    /// What is held of the rule with that index.
    public func holdings(ofRule rule: Int) -> RuleHoldings {
        let machine = machine(of: rule)
        return RuleHoldings(keys: machine.keys.count, attempts: machine.attempts.live)
    }

    /// The text of the key that snapshot bytes are of.
    public static func keyText(of bytes: UnsafeRawBufferPointer) throws(SnapshotError) -> UnsafeRawBufferPointer {
        var reader = SnapshotReader(bytes)
        return try SnapshotHeader(&reader).key
    }

    /// Whose key it is: the worker of `count` that runs it. `key` is the text as snapshots hold it.
    public static func owner(of key: UnsafeRawBufferPointer, rule: RuleProgram, count: Int) -> Int {
        let isKeyed = rule.keyWidth > 0 || rule.hasPerNameKeys
        return WorkerShare.owner(of: isKeyed ? tableHash(key) : Array(rule.id.utf8).withUnsafeBytes { tableHash($0) }, count: count)
    }
}

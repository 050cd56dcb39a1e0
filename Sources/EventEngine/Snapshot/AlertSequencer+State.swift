/// What checkpoints write of a sequencer, and what is read back: the rules that run in it, and suppression.
///
/// A suppression record, version 1: version (1 byte) · end 8 · number held back (varint) · whether the opening alert
/// follows (1 byte), which only summaries need: match id 16 · kind (text) · start 8 · key parts (count, each a label and a value).
extension AlertSequencer {
    private static let suppressionVersion: UInt8 = 1

    /// From now on notes what changes, for `drainChanges`.
    public func trackChanges() {
        composed?.trackChanges()
        for (_, suppressor) in suppressors { suppressor.trackChanges() }
    }

    /// What has changed since the last call, as `Shard.drainChanges` gives it.
    public func drainChanges(
        epoch: UInt32, codec: SnapshotCodec, remove: (_ rule: Int, _ key: UnsafeRawBufferPointer) -> Void,
        write: (_ rule: Int, _ key: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer) -> Void
    ) {
        composed?.drainChanges(epoch: epoch, codec: codec, remove: remove, write: write)
    }

    /// Suppression that has changed since the last call; nil bytes: the entry is gone. Keys are JSON arrays of the kind and the values of `by`.
    public func drainSuppression(_ body: (_ rule: Int, _ key: [UInt8], _ bytes: UnsafeRawBufferPointer?) -> Void) {
        var writer = SnapshotWriter()
        for (rule, suppressor) in suppressors {
            for key in suppressor.takeChanges() {
                guard let entry = suppressor.entries[key] else {
                    body(rule, key, nil)
                    continue
                }
                writer.removeAll()
                write(entry, hasOpening: suppressor.suppression.summary && entry.hasOpening, to: &writer)
                body(rule, key, writer.bytes)
            }
        }
    }

    /// Takes back the state of a key of a rule that runs here.
    public func restore(
        rule: Int, bytes: UnsafeRawBufferPointer, codec: SnapshotCodec, adaption: KeyAdaption? = nil
    ) throws(SnapshotError) {
        try composed?.restore(rule: rule, bytes: bytes, codec: codec, savedEpoch: 1, adaption: adaption)
        numberBehindRestored()
    }

    /// Takes back what `drainSuppression` gave. Nothing when the rule suppresses no more.
    public func restoreSuppression(rule: Int, key: [UInt8], bytes: UnsafeRawBufferPointer) throws(SnapshotError) {
        guard let suppressor = suppressorOfRule[rule] else { return }
        var reader = SnapshotReader(bytes)
        let (until, count) = try Self.head(&reader)
        var opening = Match(
            rule: rule, kind: .match, id: Digest128(high: 0, low: 0), key: [], start: until, end: until, events: [], select: [])
        let hasOpening = try reader.byte() == 1
        if hasOpening {
            opening.id = Digest128(high: try reader.fixed(UInt64.self), low: try reader.fixed(UInt64.self))
            opening.kind = Match.Kind(rawValue: String(decoding: try reader.text(), as: UTF8.self)) ?? .match
            opening.start = try reader.fixed(Int64.self)
            let arena = SnapshotArena()
            for _ in 0..<(try reader.count()) {
                let label = String(decoding: try reader.text(), as: UTF8.self)
                let value = try reader.value(raw: UnsafeRawBufferPointer(start: nil, count: 0), arena: arena)
                opening.key.append((label: label, value: OwnedValue(value)))
            }
        }
        suppressor.restore(Suppressor.Entry(until: until, count: count, opening: opening, hasOpening: hasOpening), key: key)
    }

    /// The number held back of a record that `drainSuppression` gave.
    public static func suppressedCount(_ bytes: UnsafeRawBufferPointer) throws(SnapshotError) -> Int {
        var reader = SnapshotReader(bytes)
        return try head(&reader).count
    }

    private static func head(_ reader: inout SnapshotReader) throws(SnapshotError) -> (until: Int64, count: Int) {
        let version = try reader.byte()
        guard version == suppressionVersion else { throw .unknownVersion(version) }
        let until = try reader.fixed(Int64.self)
        return (until, try reader.varint())
    }

    /// What the rules that run here did; nothing for all others.
    public var statistics: [RuleStatistics] {
        statistics(workers: Array(repeating: RuleStatistics(), count: suppressed.count))
    }

    /// What is held of a rule that runs here.
    public func holdings(ofRule rule: Int) -> RuleHoldings { composed?.holdings(ofRule: rule) ?? RuleHoldings() }

    private func write(_ entry: Suppressor.Entry, hasOpening: Bool, to writer: inout SnapshotWriter) {
        writer.byte(Self.suppressionVersion)
        writer.fixed(entry.until)
        writer.varint(entry.count)
        writer.byte(hasOpening ? 1 : 0)
        guard hasOpening else { return }
        writer.fixed(entry.opening.id.high)
        writer.fixed(entry.opening.id.low)
        writer.text(entry.opening.kind.rawValue)
        writer.fixed(entry.opening.start)
        writer.varint(entry.opening.key.count)
        for part in entry.opening.key {
            writer.text(part.label)
            writer.value(part.value)
        }
    }
}

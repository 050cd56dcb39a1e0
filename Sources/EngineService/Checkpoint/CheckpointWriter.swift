import Connectors
import EventEngine
import StateStore

/// Writes what the input adds to a checkpoint: clock, names, positions, counts. Only what has changed since the last one.
/// For the thread of the input.
struct CheckpointWriter {
    private let sources: [String]
    private let sourceNames: SourceNames
    private var written: MergeState?
    private var writtenNames = 0
    private var writtenPositions: Set<String> = []

    /// - Parameters:
    ///   - sources: names, in the order of the configuration.
    ///   - recovered: what the store has.
    init(sources: [String], sourceNames: SourceNames, recovered: RecoveredState) {
        self.sources = sources
        self.sourceNames = sourceNames
        writtenNames = recovered.sourceNames.count
        writtenPositions = recovered.positionKeys
    }

    /// The changes of one checkpoint: `clock` is event time reached, `sequence` the number of the last event.
    mutating func changes(_ state: MergeState, clock: Int64, sequence: UInt64) -> StateBatch {
        var batch = StateBatch()
        var record = StateRecord()
        record.add("clock", clock)
        record.add("sequence", sequence)
        record.add("watermark", state.watermark)
        record.add("releasedTime", state.releasedTime)
        batch.put(StateTables.engine, key: "clock".utf8, value: record.bytes)
        if sourceNames.names.count > writtenNames {
            writtenNames = sourceNames.names.count
            var names = StateRecord()
            for name in sourceNames.names { names.add("name", name) }
            batch.put(StateTables.names, key: "sources".utf8, value: names.bytes)
        }
        var positions: Set<String> = []
        for (index, partitions) in state.partitions.enumerated() {
            let before = Dictionary(uniqueKeysWithValues: (written?.partitions[index] ?? []).map { ($0.ordinal, $0) })
            for partition in partitions {
                let key = "\(sources[index])/\(partition.ordinal)"
                positions.insert(key)
                if before[partition.ordinal] == partition { continue }
                batch.put(StateTables.sources, key: key.utf8, value: Self.record(of: partition).bytes)
            }
            if written?.counters[index] != state.counters[index] {
                batch.put(
                    StateTables.counters, key: "source \(sources[index])".utf8, value: Self.record(of: state.counters[index]).bytes)
            }
        }
        for key in writtenPositions.subtracting(positions).sorted() { batch.delete(StateTables.sources, key: key.utf8) }
        writtenPositions = positions
        written = state
        return batch
    }

    /// The record of a partition's position.
    static func record(of partition: MergeState.Partition) -> StateRecord {
        var record = StateRecord()
        record.add("identity", partition.identity)
        if let note = partition.note { record.add("note", note) }
        record.add("restart", partition.restart)
        record.add("latest", partition.latest)
        record.add("end", partition.end)
        record.add("released", partition.isReleased ? 1 : 0)
        record.add("lateness", partition.lateness)
        for mark in partition.earlier {
            record.add("earlier", "\(mark.end) \(mark.watermark) \(mark.releasedTime) \(mark.isReleased ? 1 : 0) \(mark.lateness)")
        }
        record.add("ended", partition.hasEnded ? 1 : 0)
        return record
    }

    /// A partition's position from its record and key.
    ///
    /// - Parameters:
    ///   - earlier: of a checkpoint without marks of partitions: what their places in the order of the configuration and the source's
    ///     lateness stand for.
    static func partition(
        _ record: StateRecord, ordinal: Int, earlier: (rank: Int32, releasedRank: Int32, lateness: Int64) = (0, -1, 0)
    ) -> MergeState.Partition? {
        guard let identity = record["identity"], let restart = record.number("restart", as: UInt64.self),
            let latest = record.number("latest", as: Int64.self), let end = record.number("end", as: UInt64.self)
        else { return nil }
        return MergeState.Partition(
            ordinal: ordinal, identity: identity, note: record["note"], restart: restart, latest: latest, end: end,
            isReleased: record["released"].map { $0 == "1" } ?? (earlier.rank <= earlier.releasedRank),
            lateness: record.number("lateness") ?? earlier.lateness,
            earlier: record.all("earlier").compactMap { mark($0, rank: earlier.rank, lateness: earlier.lateness) },
            hasEnded: record["ended"] == "1")
    }

    private static func mark(_ text: String, rank: Int32, lateness: Int64) -> MergeState.Mark? {
        let parts = text.split(separator: " ")
        guard parts.count >= 4, let end = UInt64(parts[0]), let watermark = Int64(parts[1]), let time = Int64(parts[2]),
            let released = Int32(parts[3])
        else { return nil }
        // Before there was a lateness, the rank of what was released last stood here.
        let own = parts.count > 4 ? Int64(parts[4]) : nil
        return MergeState.Mark(
            end: end, watermark: watermark, releasedTime: time, isReleased: own == nil ? rank <= released : released == 1,
            lateness: own ?? lateness)
    }

    /// The record of a source's counts.
    static func record(of counters: SourceCounters) -> StateRecord {
        var record = StateRecord()
        record.add("read", counters.read)
        record.add("processed", counters.processed)
        record.add("late", counters.late)
        record.add("lateProcessed", counters.lateProcessed)
        record.add("malformed", counters.malformed)
        return record
    }

    /// A source's counts from their record.
    static func counters(_ record: StateRecord) -> SourceCounters {
        var counters = SourceCounters()
        counters.read = record.number("read") ?? 0
        counters.processed = record.number("processed") ?? 0
        counters.late = record.number("late") ?? 0
        counters.lateProcessed = record.number("lateProcessed") ?? 0
        counters.malformed = record.number("malformed") ?? 0
        return counters
    }
}

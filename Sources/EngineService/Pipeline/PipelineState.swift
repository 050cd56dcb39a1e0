import EventEngine
import StateStore
import Synchronization

/// What workers share about the state store; nil in their hands: nothing is kept.
final class PipelineState: Sendable {
    /// Ids in the bytes of keys.
    let codec: SnapshotCodec
    /// Tables of partial matches, by rule.
    let keyTables: [StateTable]
    /// Event time reached when the state was written.
    let clock: Int64
    /// Bytes that partial matches of one worker may take in memory; nil: nothing is ever evicted.
    let memory: Int?
    /// Gets evicted keys back; nil where nothing is evicted.
    let fetcher: StateFetcher?
    /// Fields of events.
    let schema: EventSchema
    /// What has to be done about restored keys, by rule.
    let keptRules: [Int: RecoveredState.KeptRule]
    private let committed = Atomic<UInt32>(1)
    private let overBudget = Atomic<UInt64>(0)

    init(
        codec: SnapshotCodec, keyTables: [StateTable], clock: Int64, memory: Int?, fetcher: StateFetcher?, schema: EventSchema,
        keptRules: [Int: RecoveredState.KeptRule]
    ) {
        self.schema = schema
        self.keptRules = keptRules
        self.codec = codec
        self.keyTables = keyTables
        self.clock = clock
        self.memory = memory
        self.fetcher = fetcher
    }

    /// The last epoch of this session that is committed; what was restored counts as epoch 1.
    var committedEpoch: UInt32 {
        get { committed.load(ordering: .acquiring) }
        set { committed.store(newValue, ordering: .releasing) }
    }

    /// Whether any worker holds more than it may and cannot evict before the next commit.
    var isOverBudget: Bool { overBudget.load(ordering: .relaxed) != 0 }

    /// A worker says whether it holds more than it may.
    func note(worker: Int, isOverBudget: Bool) {
        let bit: UInt64 = 1 << UInt64(worker & 63)
        if isOverBudget { overBudget.bitwiseOr(bit, ordering: .relaxed) } else { overBudget.bitwiseAnd(~bit, ordering: .relaxed) }
    }
}

/// Records of partial matches on their way to the worker that has their keys.
struct StateChunk: Sendable {
    private var bytes: [UInt8] = []
    private var records: [(rule: Int32, start: Int, length: Int)] = []

    /// Number of records.
    var count: Int { records.count }
    /// True when it should be sent.
    var isFull: Bool { bytes.count >= 256 << 10 }

    /// Adds a copy of a record.
    mutating func append(rule: Int, _ value: UnsafeRawBufferPointer) {
        records.append((Int32(rule), bytes.count, value.count))
        bytes.append(contentsOf: value)
    }

    /// Shows every record.
    func forEach(_ body: (_ rule: Int, _ bytes: UnsafeRawBufferPointer) -> Void) {
        bytes.withUnsafeBytes { bytes in
            for record in records {
                body(Int(record.rule), UnsafeRawBufferPointer(rebasing: bytes[record.start..<record.start + record.length]))
            }
        }
    }
}

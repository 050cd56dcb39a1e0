import EventEngine

/// One partition without lateness: every event that is not late is released as it is read, so rows go out as they lie.
final class DirectSchedule: EventSchedule {
    private let partition: any EventPartition
    private let pool: EventBlockPool
    private let latePolicy: EventInputOptions.LatePolicy
    private let lateSink: LateEventSink?
    private var lease: BlockLease?
    private var nextRow = 0
    private var watermark = Int64.min
    private(set) var events = 0
    private(set) var late = 0

    init(
        partition: any EventPartition, pool: EventBlockPool, latePolicy: EventInputOptions.LatePolicy, lateSink: LateEventSink? = nil
    ) {
        self.partition = partition
        self.pool = pool
        self.latePolicy = latePolicy
        self.lateSink = lateSink
    }

    func next() throws(InputError) -> EventBatch? {
        while true {
            if let lease, nextRow < lease.block.count {
                let rows = takeRun(of: lease.block)
                if !rows.isEmpty { return EventBatch(lease, rows: rows, watermark: watermark) }
                continue
            }
            lease = nil
            nextRow = 0
            guard let block = try partition.nextBlock() else { return nil }
            lease = BlockLease(block, pool: pool)
            events += block.count
        }
    }

    /// The rows from the next one on up to a late one that is not delivered; that one is passed over.
    private func takeRun(of block: EventBlock) -> Range<Int> {
        let start = nextRow
        var row = start
        while row < block.count {
            let time = block.headers[row].time
            if time >= watermark {
                watermark = time
            } else {
                if lateSink != nil, row > start {
                    // Whoever is shown it has the events before it.
                    nextRow = row
                    return start..<row
                }
                late += 1
                lateSink?(block.event(at: row))
                if latePolicy == .drop { break }
            }
            row += 1
        }
        nextRow = row + 1
        return start..<row
    }
}

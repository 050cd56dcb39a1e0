import EventEngine

/// One partition without lateness: every event that is not late is released as it is read, so rows go out as they lie.
final class DirectSchedule: EventSchedule {
    private let partition: any EventPartition
    private let pool: EventBlockPool
    private let latePolicy: EventInputOptions.LatePolicy
    private var block: EventBlock?
    private var nextRow = 0
    private var watermark = Int64.min
    private(set) var events = 0
    private(set) var late = 0

    init(partition: any EventPartition, pool: EventBlockPool, latePolicy: EventInputOptions.LatePolicy) {
        self.partition = partition
        self.pool = pool
        self.latePolicy = latePolicy
    }

    func next() throws(InputError) -> EventBatch? {
        while true {
            if let block, nextRow < block.count {
                let rows = takeRun(of: block)
                if !rows.isEmpty { return EventBatch(block: block, rows: rows, watermark: watermark) }
                continue
            }
            if let block { pool.put(block) }
            block = try partition.nextBlock()
            nextRow = 0
            guard let block else { return nil }
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
                late += 1
                if latePolicy == .drop { break }
            }
            row += 1
        }
        nextRow = row + 1
        return start..<row
    }
}

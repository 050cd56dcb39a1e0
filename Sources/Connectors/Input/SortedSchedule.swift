import EventEngine

/// Reads all partitions whole, then delivers all events in order of event time; ties keep the order of reading.
final class SortedSchedule: EventSchedule {
    private struct Entry {
        var time: Int64
        var block: UInt32
        var row: UInt32
    }

    private static let batchSize = 4096

    private let partitions: [any EventPartition]
    private let memory = KeptBlocks()
    private var entries: [Entry] = []
    private var nextEntry = 0
    private var isRead = false
    private let views: UnsafeMutablePointer<EventView>
    private(set) var events = 0
    let late = 0

    init(partitions: [any EventPartition]) {
        self.partitions = partitions
        views = .allocate(capacity: Self.batchSize)
    }

    deinit { views.deallocate() }

    func next() throws(InputError) -> EventBatch? {
        if !isRead {
            isRead = true
            try readAll()
        }
        guard nextEntry < entries.count else { return nil }
        let count = min(Self.batchSize, entries.count - nextEntry)
        for index in 0..<count {
            let entry = entries[nextEntry + index]
            (views + index).initialize(to: memory.blocks[Int(entry.block)].event(at: Int(entry.row)))
        }
        nextEntry += count
        let watermark = nextEntry < entries.count ? entries[nextEntry].time : Int64.max
        return EventBatch(views: UnsafeBufferPointer(start: views, count: count), watermark: watermark, memory: memory)
    }

    private func readAll() throws(InputError) {
        var isSorted = true
        var latest = Int64.min
        for partition in partitions {
            while let block = try partition.nextBlock() {
                for row in 0..<block.count {
                    let time = block.headers[row].time
                    isSorted = isSorted && time >= latest
                    latest = max(latest, time)
                    entries.append(Entry(time: time, block: UInt32(memory.blocks.count), row: UInt32(row)))
                }
                memory.blocks.append(block)
            }
        }
        events = entries.count
        if isSorted { return }
        entries.sort { left, right in
            if left.time != right.time { return left.time < right.time }
            return left.block != right.block ? left.block < right.block : left.row < right.row
        }
    }
}

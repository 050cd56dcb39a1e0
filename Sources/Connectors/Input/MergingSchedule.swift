import EventEngine

/// Merges partitions by event time and puts their events in order within the lateness.
///
/// The next event is always taken from the partition whose next event is the earliest, of equal ones from the first
/// partition. An event counts as read, and moves its partition's watermark, as soon as it is its partition's next.
final class MergingSchedule: EventSchedule {
    private static let batchSize = 4096

    private let partitions: [any EventPartition]
    private let lateness: Int64
    private let latePolicy: EventInputOptions.LatePolicy
    private let lateSink: LateEventSink?
    /// One for each partition.
    private let cursors: UnsafeMutablePointer<PartitionCursor>
    /// Indices of the cursors that have a next event, a heap by (time, source).
    private let order: UnsafeMutablePointer<Int>
    private var orderCount = 0
    private var blocks: BlockTable
    private var waiting = ReorderBuffer()
    private var watermark = Int64.min
    private var arrivals: UInt64 = 0
    private var isStarted = false
    private var isEnded = false
    private let views: UnsafeMutablePointer<EventView>
    private var viewCount = 0
    private(set) var events = 0
    private(set) var late = 0

    init(
        partitions: [any EventPartition], pool: EventBlockPool, lateness: Int64, latePolicy: EventInputOptions.LatePolicy,
        lateSink: LateEventSink? = nil
    ) {
        self.partitions = partitions
        self.lateness = lateness
        self.latePolicy = latePolicy
        self.lateSink = lateSink
        blocks = BlockTable(pool: pool)
        cursors = .allocate(capacity: max(1, partitions.count))
        cursors.initialize(repeating: PartitionCursor(), count: partitions.count)
        order = .allocate(capacity: max(1, partitions.count))
        views = .allocate(capacity: Self.batchSize)
    }

    deinit {
        cursors.deallocate()
        order.deallocate()
        views.deallocate()
    }

    func next() throws(InputError) -> EventBatch? {
        if isEnded { return nil }
        if !isStarted {
            isStarted = true
            try readFirstEvents()
        }
        blocks.recycle()
        viewCount = 0
        while viewCount < Self.batchSize {
            if !waiting.isEmpty, isReleased(waiting.first) {
                let entry = waiting.first
                waiting.removeFirst()
                deliver(entry.view, of: entry.block)
            } else if orderCount > 0 {
                // Whoever is shown a late event has the events before it.
                if lateSink != nil, viewCount > 0, cursors[order[0]].time < watermark { break }
                try takeNext()
            } else {
                isEnded = true
                break
            }
        }
        if isEnded, viewCount == 0 { return nil }
        let held = waiting.isEmpty ? watermark : min(watermark, waiting.first.time)
        return EventBatch(
            views: UnsafeBufferPointer(start: views, count: viewCount), watermark: held, memory: blocks.takeNoted())
    }

    /// Whether nothing that is in time can still come before it.
    private func isReleased(_ entry: ReorderBuffer.Entry) -> Bool {
        if entry.time < watermark { return true }
        if entry.time > watermark { return false }
        if partitions.count == 1 || orderCount == 0 { return true }
        guard lateness == 0 else { return false }
        // Without lateness, what any partition shows next is as far back as it can still go.
        let head = cursors + order[0]
        return head.pointee.time > entry.time || (head.pointee.time == entry.time && order[0] >= Int(entry.source))
    }

    private func deliver(_ view: EventView, of place: Int32) {
        (views + viewCount).initialize(to: view)
        viewCount += 1
        blocks.note(place)
        blocks.release(place)
    }

    private func takeNext() throws(InputError) {
        let index = order[0]
        let cursor = cursors + index
        let time = cursor.pointee.time
        let place = cursor.pointee.place
        let view = cursor.pointee.view
        let isLate = time < watermark
        events += 1
        blocks.retain(place)
        cursor.pointee.row += 1
        try advance(index)
        if isLate {
            late += 1
            lateSink?(view)
            if latePolicy == .process { deliver(view, of: place) } else { blocks.release(place) }
            return
        }
        arrivals += 1
        let entry = ReorderBuffer.Entry(time: time, arrival: arrivals, source: Int32(index), block: place, view: view)
        if waiting.isEmpty, isReleased(entry) { deliver(view, of: place) } else { waiting.insert(entry) }
    }

    private func readFirstEvents() throws(InputError) {
        var first: [Int] = []
        for index in partitions.indices where try load(index) { first.append(index) }
        // What is sorted is a heap.
        first.sort { precedes($0, $1) }
        orderCount = first.count
        order.update(from: first, count: first.count)
        updateWatermark()
    }

    /// Moves the first cursor of the order, whose event has just been taken, to its next.
    private func advance(_ index: Int) throws(InputError) {
        let cursor = cursors + index
        let before = cursor.pointee.latest
        if cursor.pointee.row < cursor.pointee.count {
            cursor.pointee.showNext()
        } else {
            blocks.exhaust(cursor.pointee.place)
            if try !load(index) {
                orderCount -= 1
                order[0] = order[orderCount]
                siftDown()
                updateWatermark()
                return
            }
        }
        siftDown()
        if cursor.pointee.latest != before { updateWatermark() }
    }

    private func load(_ index: Int) throws(InputError) -> Bool {
        guard let block = try partitions[index].nextBlock() else { return false }
        cursors[index].start(block, place: blocks.insert(block))
        return true
    }

    private func updateWatermark() {
        guard orderCount > 0 else {
            watermark = Int64.max
            return
        }
        var least = Int64.max
        for at in 0..<orderCount { least = min(least, cursors[order[at]].latest) }
        let (result, overflow) = least.subtractingReportingOverflow(lateness)
        watermark = max(watermark, overflow ? Int64.min : result)
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        let leftTime = cursors[left].time
        let rightTime = cursors[right].time
        return leftTime != rightTime ? leftTime < rightTime : left < right
    }

    private func siftDown() {
        var at = 0
        while true {
            var child = at * 2 + 1
            if child >= orderCount { return }
            if child + 1 < orderCount, precedes(order[child + 1], order[child]) { child += 1 }
            if !precedes(order[child], order[at]) { return }
            (order[at], order[child]) = (order[child], order[at])
            at = child
        }
    }
}

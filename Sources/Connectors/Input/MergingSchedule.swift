import EventEngine

/// Merges partitions by event time and puts their events in order within the lateness.
///
/// The next event is always taken from the partition whose next event is the earliest, of equal ones from the first
/// partition. An event counts as read, and moves its partition's watermark, as soon as it is its partition's next.
final class MergingSchedule: EventSchedule {
    private struct Cursor {
        let partition: any EventPartition
        let source: Int32
        var block: EventBlock?
        /// Index of the block in `blocks`.
        var blockIndex: Int32 = -1
        var row = 0
        /// Time of the partition's next event.
        var time = Int64.min
        /// Latest time that the partition has shown.
        var latest = Int64.min
    }

    private static let batchSize = 4096

    private let pool: EventBlockPool
    private let lateness: Int64
    private let latePolicy: EventInputOptions.LatePolicy
    private let hasOnePartition: Bool
    private var cursors: [Cursor]
    /// Indices of the cursors that have a next event, a heap by (time, source).
    private var order: [Int] = []
    /// Blocks in use; a place is nil when it is free.
    private var blocks: [EventBlock?] = []
    private var freePlaces: [Int32] = []
    /// Places of blocks whose rows are all taken.
    private var exhausted: [Int32] = []
    private var waiting = ReorderHeap()
    private var watermark = Int64.min
    private var arrivals: UInt64 = 0
    private var isStarted = false
    private var isEnded = false
    private let views: UnsafeMutablePointer<EventView>
    private var viewCount = 0
    private(set) var events = 0
    private(set) var late = 0

    init(
        partitions: [any EventPartition], pool: EventBlockPool, lateness: Int64, latePolicy: EventInputOptions.LatePolicy
    ) {
        self.pool = pool
        self.lateness = lateness
        self.latePolicy = latePolicy
        hasOnePartition = partitions.count == 1
        cursors = partitions.enumerated().map { Cursor(partition: $1, source: Int32($0)) }
        views = .allocate(capacity: Self.batchSize)
    }

    deinit { views.deallocate() }

    func next() throws(InputError) -> EventBatch? {
        if isEnded { return nil }
        if !isStarted {
            isStarted = true
            try readFirstEvents()
        }
        recycle()
        viewCount = 0
        while viewCount < Self.batchSize {
            if waiting.count > 0, isReleased(waiting.first) {
                let entry = waiting.first
                waiting.removeFirst()
                deliver(entry.view, of: blocks[Int(entry.block)].unsafelyUnwrapped)
            } else if !order.isEmpty {
                try takeNext()
            } else {
                isEnded = true
                break
            }
        }
        if isEnded, viewCount == 0 { return nil }
        let held = waiting.count > 0 ? min(watermark, waiting.first.time) : watermark
        return EventBatch(views: UnsafeBufferPointer(start: views, count: viewCount), watermark: held)
    }

    /// Whether nothing that is in time can still come before it.
    private func isReleased(_ entry: ReorderHeap.Entry) -> Bool {
        if entry.time < watermark { return true }
        if entry.time > watermark { return false }
        if hasOnePartition || order.isEmpty { return true }
        guard lateness == 0 else { return false }
        // Without lateness, what any partition shows next is as far back as it can still go.
        let head = cursors[order[0]]
        return head.time > entry.time || (head.time == entry.time && head.source >= entry.source)
    }

    private func deliver(_ view: EventView, of block: EventBlock) {
        (views + viewCount).initialize(to: view)
        viewCount += 1
        block.heldRows -= 1
    }

    private func takeNext() throws(InputError) {
        let index = order[0]
        let time = cursors[index].time
        let place = cursors[index].blockIndex
        let source = cursors[index].source
        let block = blocks[Int(place)].unsafelyUnwrapped
        let view = block.event(at: cursors[index].row)
        let isLate = time < watermark
        events += 1
        block.heldRows += 1
        cursors[index].row += 1
        try advance(index)
        if isLate {
            late += 1
            if latePolicy == .process { deliver(view, of: block) } else { block.heldRows -= 1 }
            return
        }
        arrivals += 1
        let entry = ReorderHeap.Entry(time: time, arrival: arrivals, source: source, block: place, view: view)
        if waiting.count == 0, isReleased(entry) { deliver(view, of: block) } else { waiting.insert(entry) }
    }

    private func readFirstEvents() throws(InputError) {
        for index in cursors.indices {
            guard try load(index) else { continue }
            order.append(index)
        }
        // Few, and sorted is a heap.
        order.sort { cursorPrecedes($0, $1) }
        updateWatermark()
    }

    /// Moves the least cursor, which has just given its event, to its next.
    private func advance(_ index: Int) throws(InputError) {
        let before = cursors[index].latest
        if cursors[index].row < cursors[index].block.unsafelyUnwrapped.count {
            showNext(index)
        } else {
            exhausted.append(cursors[index].blockIndex)
            if try !load(index) {
                let last = order.removeLast()
                if !order.isEmpty {
                    order[0] = last
                    siftDown()
                }
                updateWatermark()
                return
            }
        }
        siftDown()
        if cursors[index].latest != before { updateWatermark() }
    }

    private func load(_ index: Int) throws(InputError) -> Bool {
        guard let block = try cursors[index].partition.nextBlock() else {
            cursors[index].block = nil
            return false
        }
        let place = freePlaces.popLast() ?? Int32(blocks.count)
        if Int(place) == blocks.count { blocks.append(block) } else { blocks[Int(place)] = block }
        cursors[index].block = block
        cursors[index].blockIndex = place
        cursors[index].row = 0
        showNext(index)
        return true
    }

    private func showNext(_ index: Int) {
        let time = cursors[index].block.unsafelyUnwrapped.headers[cursors[index].row].time
        cursors[index].time = time
        if time > cursors[index].latest { cursors[index].latest = time }
    }

    private func updateWatermark() {
        var least = Int64.max
        for index in order { least = min(least, cursors[index].latest) }
        guard !order.isEmpty else {
            watermark = Int64.max
            return
        }
        let (result, overflow) = least.subtractingReportingOverflow(lateness)
        watermark = max(watermark, overflow ? Int64.min : result)
    }

    private func cursorPrecedes(_ left: Int, _ right: Int) -> Bool {
        cursors[left].time != cursors[right].time ? cursors[left].time < cursors[right].time : left < right
    }

    private func siftDown() {
        var at = 0
        while true {
            var child = at * 2 + 1
            if child >= order.count { return }
            if child + 1 < order.count, cursorPrecedes(order[child + 1], order[child]) { child += 1 }
            if !cursorPrecedes(order[child], order[at]) { return }
            order.swapAt(at, child)
            at = child
        }
    }

    /// Gives back the blocks that nothing points into any more, now that the last batch is done with.
    private func recycle() {
        var kept = 0
        for place in exhausted {
            if let block = blocks[Int(place)], block.heldRows == 0 {
                blocks[Int(place)] = nil
                freePlaces.append(place)
                pool.put(block)
            } else {
                exhausted[kept] = place
                kept += 1
            }
        }
        exhausted.removeLast(exhausted.count - kept)
    }
}

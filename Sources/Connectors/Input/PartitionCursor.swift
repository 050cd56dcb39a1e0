import EventEngine

/// Where a merge stands in a partition's current block. Trivial; the block is kept by a `BlockTable`.
struct PartitionCursor {
    private var headers: UnsafeMutablePointer<EventHeader>?
    private var slots: UnsafeMutablePointer<Value>?
    private var slotCount = 0
    /// Rows of the block.
    private(set) var count = 0
    /// The block's place in the table.
    private(set) var place: Int32 = -1
    /// Row of the partition's next event.
    var row = 0
    /// Time of the next event, nanoseconds.
    private(set) var time = Int64.min
    /// Latest time that the partition has shown.
    private(set) var latest = Int64.min

    /// Goes to the first row of a block, which has one.
    mutating func start(_ block: EventBlock, place: Int32) {
        headers = block.headers
        slots = block.slots
        slotCount = block.slotCount
        count = block.count
        self.place = place
        row = 0
        showNext()
    }

    /// Reads the time of the event at `row`.
    mutating func showNext() {
        time = headers.unsafelyUnwrapped[row].time
        if time > latest { latest = time }
    }

    /// The event at `row`.
    var view: EventView {
        EventView(
            header: UnsafePointer(headers.unsafelyUnwrapped + row), slots: UnsafePointer(slots.unsafelyUnwrapped + row * slotCount))
    }
}

/// The blocks that a merge has in use, and how many of each one's events wait.
struct BlockTable: ~Copyable {
    private let pool: EventBlockPool
    /// A place is nil when it is free.
    private var blocks: [BlockLease?] = []
    /// The batch that a block has been noted for, by place.
    private var notedFor: [UInt64] = []
    private var batch: UInt64 = 1
    private var noted: [BlockLease] = []
    private var freePlaces: [Int32] = []
    /// Places of blocks whose rows are all taken.
    private var exhausted: [Int32] = []
    private var waiting: UnsafeMutablePointer<Int32>
    private var capacity = 64

    init(pool: EventBlockPool) {
        self.pool = pool
        waiting = .allocate(capacity: capacity)
        waiting.initialize(repeating: 0, count: capacity)
    }

    deinit { waiting.deallocate() }

    /// Keeps a block; its place.
    mutating func insert(_ block: EventBlock) -> Int32 {
        if let place = freePlaces.popLast() {
            blocks[Int(place)] = BlockLease(block, pool: pool)
            return place
        }
        if blocks.count == capacity {
            let larger = UnsafeMutablePointer<Int32>.allocate(capacity: capacity * 2)
            larger.initialize(repeating: 0, count: capacity * 2)
            larger.update(from: waiting, count: capacity)
            waiting.deallocate()
            waiting = larger
            capacity *= 2
        }
        blocks.append(BlockLease(block, pool: pool))
        notedFor.append(0)
        return Int32(blocks.count - 1)
    }

    /// One more event of the block waits.
    func retain(_ place: Int32) { waiting[Int(place)] += 1 }

    /// One event less.
    func release(_ place: Int32) { waiting[Int(place)] -= 1 }

    /// An event of the block goes into the batch under way.
    mutating func note(_ place: Int32) {
        if notedFor[Int(place)] == batch { return }
        notedFor[Int(place)] = batch
        if let lease = blocks[Int(place)] { noted.append(lease) }
    }

    /// The blocks noted since the last call.
    mutating func takeNoted() -> BlockLeases {
        defer {
            noted = []
            batch += 1
        }
        return BlockLeases(noted)
    }

    /// No further event of the block will be taken.
    mutating func exhaust(_ place: Int32) { exhausted.append(place) }

    /// Lets go of the blocks whose events have all been delivered.
    mutating func recycle() {
        var kept = 0
        for place in exhausted {
            if waiting[Int(place)] == 0 {
                blocks[Int(place)] = nil
                freePlaces.append(place)
            } else {
                exhausted[kept] = place
                kept += 1
            }
        }
        exhausted.removeLast(exhausted.count - kept)
    }
}

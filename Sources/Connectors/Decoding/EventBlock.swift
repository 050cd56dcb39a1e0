import CSIMDJSON
import EventEngine
import Synchronization

/// A stretch of one source's bytes and the events decoded from it. Owns the memory that headers and slots point into.
///
/// Rows lie one behind the other in the order of the lines. A block is filled by one partition, read by its consumer,
/// and then used again. It may be handed from thread to thread, but only one may use it at a time: that is what the
/// unchecked conformance rests on.
public final class EventBlock: @unchecked Sendable {
    /// Bytes behind the capacity that the decoder may read and write.
    static let padding = 64

    /// Rows.
    public internal(set) var count = 0
    /// Slots of each row.
    public let slotCount: Int
    /// One header for each row.
    public let headers: UnsafeMutablePointer<EventHeader>
    /// `slotCount` slots for each row, row by row.
    public let slots: UnsafeMutablePointer<Value>

    let rowCapacity: Int
    private(set) var capacity: Int
    private(set) var bytes: UnsafeMutablePointer<UInt8>
    /// Bytes that are filled.
    var length = 0
    let arena: OpaquePointer

    init(capacity: Int, rowCapacity: Int, slotCount: Int) {
        self.capacity = capacity
        self.rowCapacity = rowCapacity
        self.slotCount = slotCount
        bytes = .allocate(capacity: capacity + Self.padding)
        (bytes + capacity).initialize(repeating: 0, count: Self.padding)
        headers = .allocate(capacity: rowCapacity)
        slots = .allocate(capacity: max(1, rowCapacity * slotCount))
        arena = fx_arena_create()
    }

    deinit {
        bytes.deallocate()
        headers.deallocate()
        slots.deallocate()
        fx_arena_free(arena)
    }

    /// A row.
    @inlinable
    public func event(at row: Int) -> EventView {
        EventView(header: UnsafePointer(headers + row), slots: UnsafePointer(slots + row * slotCount))
    }

    /// Enlarges the space for bytes. Only before anything is decoded: values point into the bytes.
    func grow(to newCapacity: Int) {
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: newCapacity + Self.padding)
        larger.update(from: bytes, count: length)
        (larger + newCapacity).initialize(repeating: 0, count: Self.padding)
        bytes.deallocate()
        bytes = larger
        capacity = newCapacity
    }

    func clear() {
        count = 0
        length = 0
        fx_arena_reset(arena)
    }
}

/// Blocks that nobody holds, for use again. For any thread.
final class EventBlockPool: Sendable {
    private let capacity: Int
    private let rowCapacity: Int
    private let slotCount: Int
    private let free = Mutex<[EventBlock]>([])

    init(capacity: Int, slotCount: Int) {
        self.capacity = capacity
        self.slotCount = slotCount
        // Lines of less than 32 bytes are rare; where they come in masses, or rows are wide, a block takes fewer lines.
        let rowSize = MemoryLayout<EventHeader>.stride + slotCount * MemoryLayout<Value>.stride
        rowCapacity = max(64, min(capacity / 32, (8 << 20) / rowSize))
    }

    func take() -> EventBlock {
        free.withLock { $0.popLast() } ?? EventBlock(capacity: capacity, rowCapacity: rowCapacity, slotCount: slotCount)
    }

    /// Takes back a block that nothing points into. One that had to grow is let go.
    func put(_ block: EventBlock) {
        guard block.capacity == capacity else { return }
        block.clear()
        free.withLock { if $0.count < 16 { $0.append(block) } }
    }
}

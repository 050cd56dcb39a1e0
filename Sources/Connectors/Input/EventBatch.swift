import EventEngine

/// Events in the order in which the engine takes them. Valid until the input's next batch is asked for; a copy of an event's
/// view is valid for as long as somebody holds `memory`.
public struct EventBatch {
    /// How many events.
    public let count: Int
    /// What holds after these events: no event with an earlier time follows, but for late ones that policy `process`
    /// lets through. Nanoseconds; Int64.min until it is known, Int64.max at the end of every partition.
    public let watermark: Int64
    /// Keeps what the events' views point into.
    public let memory: EventMemory

    @usableFromInline let headers: UnsafePointer<EventHeader>?
    @usableFromInline let slots: UnsafePointer<Value>?
    @usableFromInline let slotCount: Int
    @usableFromInline let views: UnsafePointer<EventView>?

    /// Neighbouring rows of a block.
    init(_ lease: BlockLease, rows: Range<Int>, watermark: Int64) {
        let block = lease.block
        memory = lease
        count = rows.count
        self.watermark = watermark
        headers = UnsafePointer(block.headers + rows.lowerBound)
        slots = UnsafePointer(block.slots + rows.lowerBound * block.slotCount)
        slotCount = block.slotCount
        views = nil
    }

    /// Events of anywhere.
    init(views: UnsafeBufferPointer<EventView>, watermark: Int64, memory: EventMemory) {
        self.memory = memory
        count = views.count
        self.watermark = watermark
        headers = nil
        slots = nil
        slotCount = 0
        self.views = views.baseAddress
    }

    /// An event, by its place in the order.
    @inlinable
    public subscript(index: Int) -> EventView {
        if let headers {
            return EventView(header: headers + index, slots: slots.unsafelyUnwrapped + index * slotCount)
        }
        return views.unsafelyUnwrapped[index]
    }
}

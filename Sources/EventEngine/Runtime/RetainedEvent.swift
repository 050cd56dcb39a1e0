/// An event that attempts hold on to: its bytes as read and the field values that rules may still ask for.
///
/// One block of memory: this header, `valueCount` kept values in order of slot, the raw bytes, and whatever texts,
/// lists and objects do not lie inside the raw bytes. Counted by hand: `EventStore` makes, retains and releases it.
public struct RetainedEvent {
    /// A field's value that is not null.
    public struct KeptValue {
        /// Slot in the schema.
        public var slot: Int32
        /// Its value; points into the same block.
        public var value: Value
    }

    struct Record {
        var references: Int32
        var valueCount: Int32
        /// Position in the order in which the engine processed events; breaks ties of time.
        var sequence: UInt64
        var header: EventHeader
        /// Bytes of the whole block.
        var size: Int
    }

    let record: UnsafeMutablePointer<Record>

    /// Header; `raw` points into this record.
    public var header: EventHeader { record.pointee.header }
    /// Position in the order in which the engine processed events.
    public var sequence: UInt64 { record.pointee.sequence }

    /// Values that are not null, ascending by slot.
    public var keptValues: UnsafeBufferPointer<KeptValue> {
        let start = UnsafeRawPointer(record + 1).assumingMemoryBound(to: KeptValue.self)
        return UnsafeBufferPointer(start: start, count: Int(record.pointee.valueCount))
    }

    /// The value of a slot; null when the event has none.
    public func value(slot: Int32) -> Value {
        for kept in keptValues where kept.slot >= slot {
            return kept.slot == slot ? kept.value : .null
        }
        return .null
    }
}

/// Makes, counts and frees retained events: an event that any attempt of any rule binds is copied once and shared.
final class EventStore {
    private let pool = SizeClassPool()
    /// Slots to keep, ascending.
    private let keptSlots: [Int32]
    /// The values of the event that is copied.
    private let gathered: UnsafeMutablePointer<RetainedEvent.KeptValue>

    /// Keeps the values of `keptSlots` (ascending) of each event.
    init(keptSlots: [Int32]) {
        self.keptSlots = keptSlots
        gathered = .allocate(capacity: max(1, keptSlots.count))
    }

    deinit { gathered.deallocate() }

    /// Bytes of the events that are held.
    var liveBytes: Int { pool.liveBytes }

    /// Copies an event; the caller holds the one reference.
    func copy(_ event: EventView, sequence: UInt64) -> RetainedEvent {
        var count = 0
        for slot in keptSlots {
            let value = event.slots[Int(slot)]
            if value.isNull { continue }
            (gathered + count).initialize(to: RetainedEvent.KeptValue(slot: slot, value: value))
            count += 1
        }
        return make(event.header.pointee, values: UnsafeBufferPointer(start: gathered, count: count), sequence: sequence)
    }

    /// Makes an event of its parts, which are copied: `values` that are not null, ascending by slot. The caller holds the one reference.
    func make(
        _ original: EventHeader, values: UnsafeBufferPointer<RetainedEvent.KeptValue>, sequence: UInt64
    ) -> RetainedEvent {
        let raw = original.raw
        let valueCount = values.count
        var extra = 0
        for kept in values { extra += Self.outsideBytes(kept.value, raw: raw) }
        let valuesOffset = MemoryLayout<RetainedEvent.Record>.stride
        let rawOffset = valuesOffset + valueCount * MemoryLayout<RetainedEvent.KeptValue>.stride
        let extraOffset = (rawOffset + raw.count + 15) & ~15
        let size = extraOffset + extra
        let block = pool.allocate(size)
        let record = block.bindMemory(to: RetainedEvent.Record.self, capacity: 1)
        let rawCopy = block + rawOffset
        if let start = raw.baseAddress { rawCopy.copyMemory(from: start, byteCount: raw.count) }
        var header = original
        header.rawStart = UnsafeRawPointer(rawCopy)
        record.initialize(
            to: RetainedEvent.Record(references: 1, valueCount: Int32(valueCount), sequence: sequence, header: header, size: size))
        let kept = (block + valuesOffset).bindMemory(to: RetainedEvent.KeptValue.self, capacity: valueCount)
        var relocation = Relocation(from: raw, to: UnsafeRawPointer(rawCopy), free: block + extraOffset)
        for (index, value) in values.enumerated() {
            (kept + index).initialize(to: RetainedEvent.KeptValue(slot: value.slot, value: relocation.move(value.value)))
        }
        return RetainedEvent(record: record)
    }

    /// One more reference.
    @inline(__always)
    func retain(_ event: RetainedEvent) {
        event.record.pointee.references &+= 1
    }

    /// One reference less; the last one frees the event.
    @inline(__always)
    func release(_ event: RetainedEvent) {
        event.record.pointee.references &-= 1
        if event.record.pointee.references == 0 { free(event) }
    }

    private func free(_ event: RetainedEvent) {
        let size = event.record.pointee.size
        pool.release(UnsafeMutableRawPointer(event.record), bytes: size)
    }

    /// Bytes that a value needs beside the raw event.
    private static func outsideBytes(_ value: Value, raw: UnsafeRawBufferPointer) -> Int {
        switch value.tag {
        case .string, .object:
            return contains(raw, value) ? 0 : (Int(value.length) + 15) & ~15
        case .list:
            return value.elements.reduce(value.elements.count * MemoryLayout<Value>.stride) { $0 + outsideBytes($1, raw: raw) }
        default:
            return 0
        }
    }

    static func contains(_ raw: UnsafeRawBufferPointer, _ value: Value) -> Bool {
        guard let start = raw.baseAddress, value.length > 0 else { return value.length == 0 }
        let address = UInt(value.payload)
        let base = UInt(bitPattern: start)
        return address >= base && address + UInt(value.length) <= base + UInt(raw.count)
    }
}

/// Moves values from a block into a retained event.
struct Relocation {
    private let from: UnsafeRawBufferPointer
    private let to: UnsafeRawPointer
    private var free: UnsafeMutableRawPointer

    /// Values inside `from` move along to `to`; others are copied to `free`, which has room for them.
    init(from: UnsafeRawBufferPointer, to: UnsafeRawPointer, free: UnsafeMutableRawPointer) {
        self.from = from
        self.to = to
        self.free = free
    }

    /// The value at its new place.
    mutating func move(_ value: Value) -> Value {
        switch value.tag {
        case .string, .object:
            var moved = value
            if value.length == 0 {
                moved.payload = UInt64(UInt(bitPattern: to))
            } else if EventStore.contains(from, value) {
                let offset = UInt(value.payload) - UInt(bitPattern: from.baseAddress.unsafelyUnwrapped)
                moved.payload = UInt64(UInt(bitPattern: to) + offset)
            } else {
                free.copyMemory(from: value.bytes.baseAddress.unsafelyUnwrapped, byteCount: Int(value.length))
                moved.payload = UInt64(UInt(bitPattern: free))
                free += (Int(value.length) + 15) & ~15
            }
            return moved
        case .list:
            let elements = value.elements
            let copy = free.bindMemory(to: Value.self, capacity: elements.count)
            free += elements.count * MemoryLayout<Value>.stride
            for (index, element) in elements.enumerated() { copy[index] = move(element) }
            var moved = value
            moved.payload = UInt64(UInt(bitPattern: copy))
            return moved
        default:
            return value
        }
    }
}

/// Writes the canonical text of an event's partition key into memory of its own: for each part 0 for null, or 1, the
/// length in 4 bytes little endian, and the value's text. Equal texts are one key.
final class KeyEncoder {
    /// Where a part comes from.
    struct Part {
        var slot: Int32
        var allowsNull: Bool
    }

    @exclusivity(unchecked) private var buffer: UnsafeMutableRawPointer
    @exclusivity(unchecked) private var capacity = 256
    @exclusivity(unchecked) private var count = 0
    private var other = ByteBuffer(capacity: 64)

    init() {
        buffer = .allocate(byteCount: 256, alignment: 8)
    }

    deinit { buffer.deallocate() }

    /// The text of the last key; valid until the next call of `encode`.
    var text: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: buffer, count: count) }

    /// Writes a key; false when the event has none.
    @inline(__always)
    func encode(_ parts: UnsafePointer<Part>, count partCount: Int, slots: UnsafePointer<Value>) -> Bool {
        count = 0
        for index in 0..<partCount {
            let part = parts[index]
            let value = slots[Int(part.slot)]
            switch value.tag {
            case .string:
                append(value.bytes)
            case .null:
                guard part.allowsNull else { return false }
                reserve(1)
                buffer.storeBytes(of: 0, toByteOffset: count, as: UInt8.self)
                count &+= 1
            default:
                other.removeAll()
                guard KeyText.append(value, to: &other) else { return false }
                append(other.bytes)
            }
        }
        return true
    }

    /// Takes a text that was written before.
    func load(_ text: UnsafeRawBufferPointer) {
        count = 0
        reserve(text.count)
        if let start = text.baseAddress { buffer.copyMemory(from: start, byteCount: text.count) }
        count = text.count
    }

    @inline(__always)
    private func append(_ bytes: UnsafeRawBufferPointer) {
        reserve(bytes.count &+ 5)
        buffer.storeBytes(of: 1, toByteOffset: count, as: UInt8.self)
        buffer.storeBytes(of: UInt32(truncatingIfNeeded: bytes.count).littleEndian, toByteOffset: count &+ 1, as: UInt32.self)
        if let start = bytes.baseAddress { (buffer + (count &+ 5)).copyMemory(from: start, byteCount: bytes.count) }
        count &+= bytes.count &+ 5
    }

    @inline(__always)
    private func reserve(_ bytes: Int) {
        if count &+ bytes > capacity { grow(count + bytes) }
    }

    private func grow(_ needed: Int) {
        let larger = max(needed, capacity * 2)
        let copy = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 8)
        copy.copyMemory(from: buffer, byteCount: count)
        buffer.deallocate()
        buffer = copy
        capacity = larger
    }
}

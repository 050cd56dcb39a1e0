/// Reads the parts of a snapshot; every read is checked. Texts point into the bytes.
struct SnapshotReader {
    private let bytes: UnsafeRawBufferPointer
    /// Bytes read so far.
    private(set) var position = 0
    /// The version that the bytes are in.
    private(set) var version: UInt8 = 0

    /// A reader of bytes that outlive it.
    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// True when every byte has been read.
    var isAtEnd: Bool { position == bytes.count }

    /// Reads the version, which every later read goes by.
    mutating func readVersion() throws(SnapshotError) {
        version = try byte()
        guard version >= SnapshotFormat.oldestVersion, version <= SnapshotFormat.version else { throw .unknownVersion(version) }
    }

    mutating func byte() throws(SnapshotError) -> UInt8 {
        guard position < bytes.count else { throw .truncated }
        position += 1
        return bytes[position - 1]
    }

    mutating func fixed<Integer: FixedWidthInteger>(_: Integer.Type) throws(SnapshotError) -> Integer {
        let size = MemoryLayout<Integer>.size
        guard position + size <= bytes.count else { throw .truncated }
        position += size
        return Integer(littleEndian: bytes.loadUnaligned(fromByteOffset: position - size, as: Integer.self))
    }

    mutating func varint() throws(SnapshotError) -> Int {
        var value: UInt = 0
        var shift: UInt = 0
        while shift < 63 {
            let next = try byte()
            value |= UInt(next & 0x7F) << shift
            if next < 0x80 { return Int(value) }
            shift += 7
        }
        throw .truncated
    }

    /// A count of things that take a byte at least each.
    mutating func count() throws(SnapshotError) -> Int {
        let value = try varint()
        guard value <= bytes.count - position else { throw .truncated }
        return value
    }

    /// An index into a table of `limit` entries.
    mutating func index(below limit: Int, _ what: String) throws(SnapshotError) -> Int {
        let value = try varint()
        guard value < limit else { throw .inconsistent(what) }
        return value
    }

    mutating func text() throws(SnapshotError) -> UnsafeRawBufferPointer {
        let length = try count()
        position += length
        return UnsafeRawBufferPointer(rebasing: bytes[(position - length)..<position])
    }

    /// A value of an event with these raw bytes; lists are allocated in `arena`.
    mutating func value(raw: UnsafeRawBufferPointer, depth: Int = 0, arena: SnapshotArena) throws(SnapshotError) -> Value {
        let code = try byte()
        guard let tag = Value.Tag(rawValue: code & ~SnapshotFormat.inRaw), depth < 8 else { throw .inconsistent("value") }
        if code & SnapshotFormat.inRaw != 0 {
            let offset = try varint()
            let length = try varint()
            guard tag == .string || tag == .object, offset <= raw.count, length <= raw.count - offset, let start = raw.baseAddress
            else { throw .inconsistent("text of an event") }
            return Value(payload: UInt64(UInt(bitPattern: start + offset)), length: UInt32(length), tag: tag)
        }
        switch tag {
        case .null: return .null
        case .bool, .int, .double, .time, .duration:
            return Value(payload: try fixed(UInt64.self), length: 0, tag: tag)
        case .string, .object:
            let text = try text()
            return Value(payload: UInt64(UInt(bitPattern: text.baseAddress)), length: UInt32(text.count), tag: tag)
        case .list:
            let count = try count()
            let elements = arena.values(count)
            for index in 0..<count { elements[index] = try value(raw: raw, depth: depth + 1, arena: arena) }
            return Value(payload: UInt64(UInt(bitPattern: elements)), length: UInt32(count), tag: .list)
        }
    }
}

/// Memory for lists while a snapshot is read.
final class SnapshotArena {
    private var blocks: [UnsafeMutablePointer<Value>] = []

    deinit { removeAll() }

    /// Room for so many values, all null.
    func values(_ count: Int) -> UnsafeMutablePointer<Value> {
        let block = UnsafeMutablePointer<Value>.allocate(capacity: max(1, count))
        block.initialize(repeating: .null, count: max(1, count))
        blocks.append(block)
        return block
    }

    /// Frees everything.
    func removeAll() {
        for block in blocks { block.deallocate() }
        blocks.removeAll(keepingCapacity: true)
    }
}

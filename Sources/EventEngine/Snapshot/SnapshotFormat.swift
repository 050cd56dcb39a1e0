/// The format in which the state of one key leaves memory, version 1. Integers are little endian; a count, index or
/// length is a varint (LEB128, unsigned); a text is its length and its UTF-8 bytes.
///
///     key      version (1 byte) · key text · leading negation times (8 bytes each, as many as the rule has)
///              · lag event (varint, 0 none, else index + 1) · events · bindings · attempts
///     events   count, each: time 8 · ingested 8 · offset 8 · sequence 8 · source 4 · stream name · raw bytes
///              · kept values: count, each field path as text and a value
///     value    tag (1 byte, `Value.Tag`), then nothing, 8 bytes, a text, or a count and so many values
///     bindings count, each: event index · previous binding (0 none, else index + 1) · variable · step; every
///              binding stands behind the one before it
///     attempts count, each: start 8 · start time 8 · deadline 8 · leading negation times · threads: count, each:
///              binding index · state · start edge · kind (1 byte) · untouched (1 byte) · words of both masks · count words
///
/// Steps, states and words are those of the rule's automaton: bytes of another `logicHash` must not be restored.
public enum SnapshotFormat {
    /// The version that is written.
    public static let version: UInt8 = 1
}

/// Why bytes could not be restored.
public enum SnapshotError: Error, Equatable {
    /// The bytes end too early or hold an impossible count.
    case truncated
    /// They were written by a version that this one cannot read.
    case unknownVersion(UInt8)
    /// An index points outside its table, or a number does not fit the rule's automaton.
    case inconsistent(String)
}

/// Appends the parts of a snapshot.
struct SnapshotWriter {
    private(set) var bytes: [UInt8] = []

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    mutating func fixed<Integer: FixedWidthInteger>(_ value: Integer) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func varint(_ value: Int) {
        var rest = UInt(value)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func text(_ value: UnsafeRawBufferPointer) {
        varint(value.count)
        bytes.append(contentsOf: value)
    }

    mutating func text(_ value: String) {
        varint(value.utf8.count)
        bytes.append(contentsOf: value.utf8)
    }

    mutating func value(_ value: Value) {
        byte(value.tag.rawValue)
        switch value.tag {
        case .null: break
        case .bool, .int, .double, .time, .duration: fixed(value.payload)
        case .string, .object: text(value.bytes)
        case .list:
            varint(value.elements.count)
            for element in value.elements { self.value(element) }
        }
    }
}

/// Reads the parts of a snapshot; every read is checked.
struct SnapshotReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
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

    /// A value; lists are allocated in `arena`.
    mutating func value(depth: Int = 0, arena: SnapshotArena) throws(SnapshotError) -> Value {
        guard let tag = Value.Tag(rawValue: try byte()), depth < 8 else { throw .inconsistent("value") }
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
            for index in 0..<count { elements[index] = try value(depth: depth + 1, arena: arena) }
            return Value(payload: UInt64(UInt(bitPattern: elements)), length: UInt32(count), tag: .list)
        }
    }
}

/// Memory for values while a snapshot is read.
final class SnapshotArena {
    private var blocks: [UnsafeMutablePointer<Value>] = []

    deinit { for block in blocks { block.deallocate() } }

    /// Room for so many values, all null.
    func values(_ count: Int) -> UnsafeMutablePointer<Value> {
        let block = UnsafeMutablePointer<Value>.allocate(capacity: max(1, count))
        block.initialize(repeating: .null, count: max(1, count))
        blocks.append(block)
        return block
    }
}

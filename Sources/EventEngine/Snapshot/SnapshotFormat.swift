/// The format in which the state of one key leaves memory, version 2. Integers are little endian; a count, index, id or
/// length is a varint (LEB128, unsigned); a text is its length and its UTF-8 bytes.
///
///     key      version (1 byte) · first deadline 8 · last deadline 8 · key text
///              · leading negation times (8 bytes each, as many as the rule has)
///              · lag event (0 none, else index + 1) · events · bindings · attempts
///     events   count, each: time 8 · ingested 8 · offset 8 · sequence 8 · source 4 · stream (id + 1, 0 none) · raw bytes
///              · kept values: count, each a field id and a value
///     value    tag (1 byte, `Value.Tag`), then nothing, 8 bytes, a text, or a count and so many values; with 0x80 added
///              to the tag, offset and length of a text in the event's raw bytes
///     bindings count, each: event index · previous binding (0 none, else index + 1) · variable · step; every
///              binding stands behind the one before it
///     attempts count, each: start 8 · start time 8 · deadline 8 · leading negation times · threads: count, each:
///              binding index · state · start edge · kind (1 byte) · untouched (1 byte) · words of both masks · count words
///
/// Ids of streams and fields are those of `SnapshotNames`, which is stored beside the keys. The first deadline is when something
/// of the key ends by itself, the last one when all of it has ended (`Int64.max`: never).
///
/// Version 1, which is still read, has no deadlines, and the texts of streams and fields instead of ids.
///
/// Steps, states and words are those of the rule's automaton: bytes of another `logicHash` must not be restored.
public enum SnapshotFormat {
    /// The version that is written.
    public static let version: UInt8 = 2
    /// The oldest version that is read.
    public static let oldestVersion: UInt8 = 1
    /// Added to a value's tag: the text lies in the event's raw bytes.
    static let inRaw: UInt8 = 0x80
}

/// Why bytes could not be restored.
public enum SnapshotError: Error, Equatable, CustomStringConvertible {
    /// The bytes end too early or hold an impossible count.
    case truncated
    /// They were written by a version that this one cannot read.
    case unknownVersion(UInt8)
    /// An index points outside its table, or a number does not fit the rule's automaton.
    case inconsistent(String)

    /// What is wrong, in a few words.
    public var description: String {
        switch self {
        case .truncated: return "it ends too early"
        case .unknownVersion(let version): return "its format, version \(version), is not one that this program reads"
        case .inconsistent(let what): return "it does not fit the rule: \(what)"
        }
    }
}

/// Appends the parts of a snapshot. Reusable: the memory is kept by `removeAll`.
struct SnapshotWriter: ~Copyable {
    private var buffer = ByteBuffer(capacity: 4096)

    /// What was written; valid until the next change.
    var bytes: UnsafeRawBufferPointer { buffer.bytes }

    mutating func removeAll() { buffer.removeAll() }

    mutating func byte(_ value: UInt8) { buffer.append(value) }

    mutating func fixed(_ value: UInt64) { buffer.appendLittleEndian(value) }

    mutating func fixed(_ value: Int64) { buffer.appendLittleEndian(UInt64(bitPattern: value)) }

    mutating func fixed(_ value: Int32) {
        withUnsafeBytes(of: value.littleEndian) { buffer.append($0) }
    }

    mutating func varint(_ value: Int) {
        var rest = UInt(value)
        while rest >= 0x80 {
            buffer.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        buffer.append(UInt8(rest))
    }

    /// Bytes as they are.
    mutating func raw(_ value: UnsafeRawBufferPointer) { buffer.append(value) }

    mutating func text(_ value: UnsafeRawBufferPointer) {
        varint(value.count)
        buffer.append(value)
    }

    mutating func text(_ value: String) {
        varint(value.utf8.count)
        buffer.append(text: value)
    }

    /// A value that owns its memory.
    mutating func value(_ value: OwnedValue) {
        switch value {
        case .null: byte(Value.Tag.null.rawValue)
        case .bool(let truth): payload(.bool, truth ? 1 : 0)
        case .int(let number): payload(.int, UInt64(bitPattern: number))
        case .double(let number): payload(.double, number.bitPattern)
        case .time(let time): payload(.time, UInt64(bitPattern: time))
        case .duration(let duration): payload(.duration, UInt64(bitPattern: duration))
        case .string(let text):
            byte(Value.Tag.string.rawValue)
            self.text(text)
        case .object(let json):
            byte(Value.Tag.object.rawValue)
            json.withUnsafeBytes { text($0) }
        case .list(let elements):
            byte(Value.Tag.list.rawValue)
            varint(elements.count)
            for element in elements { self.value(element) }
        }
    }

    private mutating func payload(_ tag: Value.Tag, _ payload: UInt64) {
        byte(tag.rawValue)
        fixed(payload)
    }

    /// A value of an event with these raw bytes.
    mutating func value(_ value: Value, raw: UnsafeRawBufferPointer) {
        switch value.tag {
        case .null: byte(value.tag.rawValue)
        case .bool, .int, .double, .time, .duration:
            byte(value.tag.rawValue)
            fixed(value.payload)
        case .string, .object:
            if value.length > 0, let start = raw.baseAddress, EventStore.contains(raw, value) {
                byte(value.tag.rawValue | SnapshotFormat.inRaw)
                varint(Int(UInt(value.payload) - UInt(bitPattern: start)))
                varint(Int(value.length))
            } else {
                byte(value.tag.rawValue)
                text(value.bytes)
            }
        case .list:
            byte(value.tag.rawValue)
            varint(value.elements.count)
            for element in value.elements { self.value(element, raw: raw) }
        }
    }
}

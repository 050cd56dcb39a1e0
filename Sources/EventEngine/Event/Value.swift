/// A value slot: 16 bytes, trivially copyable, never owning.
///
/// Texts, lists and objects point into memory that somebody else keeps: the block the event was decoded in, a
/// retained event, or a program's constants. Whoever stores a `Value` sees to it that this memory outlives it.
///
/// The layout is shared with the JSON decoder's C shim: payload (8 bytes), length (UInt32), tag (UInt8), 3 bytes unused.
@frozen
public struct Value: Sendable {
    /// Int64, Double bits, 0 or 1, nanoseconds, or an address.
    public var payload: UInt64
    /// Bytes of a text or object's JSON, elements of a list; 0 otherwise.
    public var length: UInt32
    /// What it is.
    public var tag: Tag
    private var padding0: UInt8 = 0
    private var padding1: UInt8 = 0
    private var padding2: UInt8 = 0

    /// What a slot holds. The raw values are part of the decoder's and the snapshot's format.
    @frozen
    public enum Tag: UInt8, Sendable {
        /// Nothing: absent, JSON null, or not computable.
        case null = 0
        /// `payload` 0 or 1.
        case bool = 1
        /// `payload` is the bit pattern of an Int64.
        case int = 2
        /// `payload` is the bit pattern of a Double; always finite.
        case double = 3
        /// `payload` is the address of `length` bytes of UTF-8.
        case string = 4
        /// `payload` is the address of `length` values, 8-byte aligned.
        case list = 5
        /// `payload` is the address of `length` bytes of JSON text, an object.
        case object = 6
        /// `payload` is the bit pattern of Int64 nanoseconds since 1970 UTC.
        case time = 7
        /// `payload` is the bit pattern of Int64 nanoseconds.
        case duration = 8
    }

    /// A slot of these raw parts.
    @inlinable
    public init(payload: UInt64, length: UInt32, tag: Tag) {
        self.payload = payload
        self.length = length
        self.tag = tag
    }

    /// Nothing.
    @inlinable public static var null: Value { Value(payload: 0, length: 0, tag: .null) }
    /// A truth value.
    @inlinable public static func bool(_ value: Bool) -> Value { Value(payload: value ? 1 : 0, length: 0, tag: .bool) }
    /// An integer.
    @inlinable public static func int(_ value: Int64) -> Value { Value(payload: UInt64(bitPattern: value), length: 0, tag: .int) }
    /// A floating-point number; null when it is not finite.
    @inlinable public static func double(_ value: Double) -> Value {
        value.isFinite ? Value(payload: value.bitPattern, length: 0, tag: .double) : .null
    }
    /// A point in time, nanoseconds since 1970 UTC.
    @inlinable public static func time(_ value: Int64) -> Value { Value(payload: UInt64(bitPattern: value), length: 0, tag: .time) }
    /// A length of time, nanoseconds.
    @inlinable public static func duration(_ value: Int64) -> Value {
        Value(payload: UInt64(bitPattern: value), length: 0, tag: .duration)
    }
    /// A text in memory that outlives the value; at most 4 GiB.
    @inlinable public static func string(_ bytes: UnsafeRawBufferPointer) -> Value {
        Value(payload: UInt64(UInt(bitPattern: bytes.baseAddress)), length: UInt32(bytes.count), tag: .string)
    }

    /// The payload of `int`, `time` and `duration`.
    @inlinable public var integer: Int64 { Int64(bitPattern: payload) }
    /// The payload of `double`.
    @inlinable public var floatingPoint: Double { Double(bitPattern: payload) }
    /// The payload of `bool`; false for anything else.
    @inlinable public var isTrue: Bool { tag == .bool && payload == 1 }
    /// True for `null`.
    @inlinable public var isNull: Bool { tag == .null }
    /// The bytes of `string` and `object`; empty for anything else.
    @inlinable public var bytes: UnsafeRawBufferPointer {
        guard tag == .string || tag == .object, length > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: UInt(payload)), count: Int(length))
    }
    /// The elements of `list`; empty for anything else.
    @inlinable public var elements: UnsafeBufferPointer<Value> {
        guard tag == .list, length > 0 else { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeBufferPointer(start: UnsafePointer<Value>(bitPattern: UInt(payload)), count: Int(length))
    }
}

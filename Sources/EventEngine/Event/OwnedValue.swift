/// A value that owns its memory: measures and keys of matches.
public enum OwnedValue: Sendable, Equatable {
    /// Nothing.
    case null
    /// A truth value.
    case bool(Bool)
    /// An integer.
    case int(Int64)
    /// A finite number.
    case double(Double)
    /// A text.
    case string(String)
    /// Nanoseconds since 1970 UTC.
    case time(Int64)
    /// Nanoseconds.
    case duration(Int64)
    /// Elements in order.
    case list([OwnedValue])
    /// A JSON object as read.
    case object([UInt8])

    /// A copy of a slot's value.
    public init(_ value: Value) {
        switch value.tag {
        case .null: self = .null
        case .bool: self = .bool(value.isTrue)
        case .int: self = .int(value.integer)
        case .double: self = .double(value.floatingPoint)
        case .string: self = .string(String(decoding: value.bytes, as: UTF8.self))
        case .time: self = .time(value.integer)
        case .duration: self = .duration(value.integer)
        case .list: self = .list(value.elements.map(OwnedValue.init))
        case .object: self = .object(Array(value.bytes))
        }
    }

    /// Appends it as JSON, as `ValueEncoder` writes slots.
    public func encode(to buffer: inout ByteBuffer) {
        switch self {
        case .null: ValueEncoder.append(.null, to: &buffer)
        case .bool(let value): ValueEncoder.append(.bool(value), to: &buffer)
        case .int(let value): ValueEncoder.append(.int(value), to: &buffer)
        case .double(let value): ValueEncoder.append(.double(value), to: &buffer)
        case .time(let value): ValueEncoder.append(.time(value), to: &buffer)
        case .duration(let value): ValueEncoder.append(.duration(value), to: &buffer)
        case .string(let text):
            var text = text
            text.withUTF8 { ValueEncoder.append(text: UnsafeRawBufferPointer($0), to: &buffer) }
        case .object(let json): json.withUnsafeBytes { buffer.append($0) }
        case .list(let elements):
            buffer.append("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { buffer.append(",") }
                element.encode(to: &buffer)
            }
            buffer.append("]")
        }
    }
}

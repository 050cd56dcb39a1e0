/// A reply of a Redis server. Owns its bytes.
public enum RedisReply: Equatable, Sendable {
    /// A simple string such as `OK`.
    case status(String)
    /// An error, as the server words it: `READONLY You can't write …`.
    case error(String)
    /// An integer.
    case integer(Int64)
    /// A bulk string.
    case bytes([UInt8])
    /// Null.
    case null
    /// An array.
    case array([RedisReply])
}

extension RedisReply {
    /// The text of a simple or bulk string; nil for everything else.
    public var text: String? {
        switch self {
        case .status(let text): return text
        case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
        default: return nil
        }
    }

    /// The elements of an array; nil for everything else.
    public var elements: [RedisReply]? {
        if case .array(let elements) = self { return elements }
        return nil
    }

    /// The integer; nil for everything else.
    public var integer: Int64? {
        if case .integer(let value) = self { return value }
        return nil
    }
}

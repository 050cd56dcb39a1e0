import CHiredis

/// A reply that is looked at where the parser left it: nothing is copied. Valid during the call that shows it.
public struct RedisReplyView {
    private let reply: UnsafePointer<redisReply>

    init(_ reply: UnsafePointer<redisReply>) { self.reply = reply }

    /// Number of elements of an array; 0 for everything else.
    public var count: Int { reply.pointee.type == REDIS_REPLY_ARRAY ? reply.pointee.elements : 0 }

    /// True for an array.
    public var isArray: Bool { reply.pointee.type == REDIS_REPLY_ARRAY }

    /// True for null.
    public var isNull: Bool { reply.pointee.type == REDIS_REPLY_NIL }

    /// An element of an array.
    public subscript(index: Int) -> RedisReplyView {
        precondition(index >= 0 && index < count, "element \(index) of a reply with \(count)")
        return RedisReplyView(UnsafePointer(reply.pointee.element[index]!))
    }

    /// The bytes of a bulk string; nil for everything else.
    public var bytes: UnsafeRawBufferPointer? {
        reply.pointee.type == REDIS_REPLY_STRING ? UnsafeRawBufferPointer(start: reply.pointee.str, count: reply.pointee.len) : nil
    }

    /// The integer; nil for everything else.
    public var integer: Int64? { reply.pointee.type == REDIS_REPLY_INTEGER ? reply.pointee.integer : nil }

    /// What the server says went wrong; nil when it is no error reply.
    public var error: RedisError? { reply.pointee.type == REDIS_REPLY_ERROR ? RedisError(reply: string) : nil }

    /// A copy that owns its bytes.
    public var owned: RedisReply {
        switch reply.pointee.type {
        case REDIS_REPLY_STATUS: return .status(string)
        case REDIS_REPLY_ERROR: return .error(string)
        case REDIS_REPLY_INTEGER: return .integer(reply.pointee.integer)
        case REDIS_REPLY_STRING: return .bytes([UInt8](UnsafeRawBufferPointer(start: reply.pointee.str, count: reply.pointee.len)))
        case REDIS_REPLY_ARRAY: return .array((0..<count).map { self[$0].owned })
        default: return .null
        }
    }

    private var string: String {
        String(decoding: UnsafeRawBufferPointer(start: reply.pointee.str, count: reply.pointee.len), as: UTF8.self)
    }
}

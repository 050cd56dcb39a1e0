import RedisClient

/// Entries of one stream, each as one line of JSON, in order of their ids.
struct StreamBatch: Sendable {
    struct Entry: Sendable {
        var id: StreamEntryID
        /// The line in `bytes`, without its end.
        var line: Range<Int>
        /// Why the entry is malformed; nil when only its JSON can tell.
        var reason: String?
    }

    private(set) var entries: [Entry] = []
    /// Lines, each with a newline.
    private(set) var bytes: [UInt8] = []
    /// Pending entries that the stream does not have any more.
    private(set) var trimmed: [StreamEntryID] = []
    /// The last entry that is passed over, where there is no other.
    private(set) var passed = StreamEntryID.zero

    /// No entry.
    init() {}

    /// No entry: those up to this one are passed over.
    init(passed: StreamEntryID) { self.passed = passed }

    /// Reads the reply of XREADGROUP for one stream: null, or `[[key, [[id, [name, value, …]], …]]]`. `field` is the one that
    /// holds JSON text; nil: the fields become an object, typed as CSV fields are.
    init(_ reply: RedisReplyView, field: [UInt8]?) {
        if reply.count > 0, reply[0].count > 1 { self.init(entries: reply[0][1], field: field) } else { self.init() }
    }

    /// Reads a list of entries, `[[id, [name, value, …]], …]`, as XRANGE gives them.
    init(entries list: RedisReplyView, field: [UInt8]?) {
        for index in 0..<list.count {
            let entry = list[index]
            guard entry.count > 1, let id = entry[0].bytes.flatMap(StreamEntryID.init) else { continue }
            guard entry[1].isArray else {
                trimmed.append(id)
                continue
            }
            append(id, fields: entry[1], field: field)
        }
    }

    /// Asks for entries of a stream, as many as `count`, with XRANGE.
    init(
        _ connection: RedisConnection, key: String, from first: String, through last: String, count: Int, field: [UInt8]?
    ) throws(RedisError) {
        var commands = RedisCommandBuffer()
        commands.append("XRANGE", key, first, last, "COUNT", String(count))
        try connection.send(commands)
        self = try connection.withReply { (reply) throws(RedisError) in
            if let error = reply.error { throw error }
            return StreamBatch(entries: reply, field: field)
        }
    }

    /// Lines of which those of malformed entries are no JSON.
    var lines: [UInt8] {
        guard entries.contains(where: { $0.reason != nil }) else { return bytes }
        return entries.flatMap { $0.reason == nil ? bytes[$0.line] + [10] : [UInt8(ascii: "!"), 10] }
    }

    /// The last entry, whether it is there or not.
    var last: StreamEntryID? { [entries.last?.id, trimmed.max()].compactMap(\.self).max() }

    /// Leaves out what is not behind an entry.
    mutating func removeEntries(through id: StreamEntryID) { entries.removeAll { $0.id <= id } }

    /// Leaves out an entry and what is behind it.
    mutating func removeEntries(from id: StreamEntryID) {
        entries.removeAll { $0.id >= id }
        trimmed.removeAll { $0 >= id }
    }

    /// Adds pending entries that the stream does not have any more.
    mutating func append(trimmed ids: [StreamEntryID]) { trimmed += ids }

    private mutating func append(_ id: StreamEntryID, fields: RedisReplyView, field: [UInt8]?) {
        let start = bytes.count
        var reason: String?
        if let field {
            if let text = Self.value(of: field, in: fields) {
                // Between the parts of JSON a tab is as good as a newline, and in its strings as bad.
                for byte in text { bytes.append(byte == 10 ? 9 : byte) }
            } else {
                reason = "no field \(String(decoding: field, as: UTF8.self))"
                appendObject(fields)
            }
        } else {
            appendObject(fields)
        }
        if bytes[start...].allSatisfy({ $0 == 32 || $0 == 9 || $0 == 13 }) { reason = "not a JSON object" }
        entries.append(Entry(id: id, line: start..<bytes.count, reason: reason))
        bytes.append(10)
    }

    private static func value(of field: [UInt8], in fields: RedisReplyView) -> UnsafeRawBufferPointer? {
        for index in stride(from: 0, to: fields.count - 1, by: 2) {
            if let name = fields[index].bytes, name.elementsEqual(field) { return fields[index + 1].bytes }
        }
        return nil
    }

    private mutating func appendObject(_ fields: RedisReplyView) {
        bytes.append(UInt8(ascii: "{"))
        for index in stride(from: 0, to: fields.count - 1, by: 2) {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(fields[index].bytes, JSONText.writeString)
            bytes.append(UInt8(ascii: ":"))
            append(fields[index + 1].bytes, JSONText.writeTyped)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func append(
        _ text: UnsafeRawBufferPointer?,
        _ write: (UnsafeBufferPointer<UInt8>, UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8>
    ) {
        let text = text?.bindMemory(to: UInt8.self) ?? UnsafeBufferPointer(start: nil, count: 0)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: text.count * JSONText.maximumExpansion + 4) { memory in
            guard let start = memory.baseAddress else { return }
            bytes.append(contentsOf: memory[..<(write(text, start) - start)])
        }
    }
}

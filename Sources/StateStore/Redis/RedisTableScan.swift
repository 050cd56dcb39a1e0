import RedisClient

/// Goes through a hash with HSCAN. The next page is asked for before the one at hand is shown, so that the server works meanwhile.
struct RedisTableScan {
    /// Bytes that a page should have about; pages follow the size of records.
    private static let pageBytes = 512 << 10

    private let connection: RedisConnection
    private let key: String

    init(_ connection: RedisConnection, key: String) {
        self.connection = connection
        self.key = key
    }

    /// Shows every record until `body` returns false.
    func run(_ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool) throws(RedisError) {
        var count = 64
        var goesOn = true
        var isUnderWay = true
        try ask(cursor: "0", count: count)
        while isUnderWay {
            isUnderWay = try connection.withReply { (reply) throws(RedisError) in
                if let error = reply.error { throw error }
                guard reply.count == 2, let cursorBytes = reply[0].bytes, reply[1].isArray else {
                    throw .lost("Redis at \(connection.address) answered HSCAN with something else")
                }
                let records = reply[1]
                let cursor = String(decoding: cursorBytes, as: UTF8.self)
                let isLast = cursor == "0" || !goesOn
                if !isLast {
                    count = nextCount(count, after: records)
                    try ask(cursor: cursor, count: count)
                }
                for index in stride(from: 0, to: records.count - 1, by: 2) where goesOn {
                    guard let field = records[index].bytes, let value = records[index + 1].bytes else { continue }
                    goesOn = body(field, value)
                }
                return !isLast
            }
        }
    }

    private func ask(cursor: String, count: Int) throws(RedisError) {
        var commands = RedisCommandBuffer()
        commands.append("HSCAN", key, cursor, "COUNT", String(count))
        try connection.send(commands)
    }

    /// As many as fill a page, by the records of the last one.
    private func nextCount(_ count: Int, after records: RedisReplyView) -> Int {
        var bytes = 0
        for index in 0..<records.count { bytes += records[index].bytes?.count ?? 0 }
        guard records.count >= 2, bytes > 0 else { return count }
        let average = max(1, bytes / (records.count / 2))
        return min(max(Self.pageBytes / average, 16), min(count * 4, 8192))
    }
}

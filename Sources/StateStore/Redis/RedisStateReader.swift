import RedisClient

/// Reads a `RedisStateStore` over a connection of its own; header and values are read in one transaction.
final class RedisStateReader: StateReader {
    private let session: RedisStateSession

    init(_ session: RedisStateSession) { self.session = session }

    func get(_ table: StateTable, keys: [[UInt8]], expected: StateHeader) throws(StateStoreError) -> [[UInt8]?] {
        var commands = RedisCommandBuffer()
        commands.append("MULTI")
        commands.appendReadHeader(session.keys)
        if !keys.isEmpty {
            commands.begin(arguments: 2 + keys.count)
            commands.argument("HMGET")
            commands.argument(session.keys.table(table))
            for key in keys { commands.argument(key) }
        }
        commands.append("EXEC")
        return try session.use { (connection) throws(RedisSessionError) in
            let reply = try RedisSessionError.from { () throws(RedisError) in
                try connection.send(commands)
                var replies: [RedisReply] = []
                for _ in 0..<commands.commandCount { replies.append(try connection.receive()) }
                // The first error says why; EXEC only says that there was one.
                for case .error(let message) in replies + (replies.last?.elements ?? []) { throw RedisError(reply: message) }
                return replies.last?.elements ?? []
            }
            return try RedisSessionError.rules { () throws(StateStoreError) in
                let stored = try reply.first.flatMap { (reply) throws(StateStoreError) in
                    try StateHeader(redis: reply, keys: session.keys)
                }
                try StateOwnership.check(stored, expected: expected)
                guard !keys.isEmpty else { return [] }
                let values = reply.count == 2 ? reply[1].elements ?? [] : []
                return values.map { value in
                    if case .bytes(let bytes) = value { return bytes }
                    return nil
                }
            }
        }
    }

    func close() { session.close() }
}

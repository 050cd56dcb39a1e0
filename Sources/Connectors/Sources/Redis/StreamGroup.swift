import RedisClient

/// The consumer group through which a stream is read: the commands about it. Each takes the connection that it uses.
struct StreamGroup: Sendable {
    private static let pageSize = 1000

    let key: String
    let name: String
    let consumer: String

    /// Makes the group, and the stream, when it is not there; `start` is an id, or `$`. Whether it was not there.
    func create(_ connection: RedisConnection, from start: String) throws(RedisError) -> Bool {
        do throws(RedisError) {
            _ = try connection.command("XGROUP", "CREATE", key, name, start, "MKSTREAM")
            return true
        } catch {
            guard case .server("BUSYGROUP", _) = error else { throw error }
            return false
        }
    }

    /// Makes what is behind an entry new for the group.
    func move(_ connection: RedisConnection, to id: StreamEntryID) throws(RedisError) {
        _ = try connection.command("XGROUP", "SETID", key, name, id.text)
    }

    /// Takes over what other consumers have left for so many milliseconds; it is then read as this one's.
    func claim(_ connection: RedisConnection, idle: Int, while goesOn: () -> Bool) throws(RedisError) {
        var cursor = "0-0"
        repeat {
            let reply = try connection.command(
                "XAUTOCLAIM", key, name, consumer, String(idle), cursor, "COUNT", String(Self.pageSize), "JUSTID")
            cursor = reply.elements?.first?.text ?? "0-0"
        } while cursor != "0-0" && goesOn()
    }

    /// Where the group is.
    func status(_ connection: RedisConnection) throws(RedisError) -> StreamGroupStatus {
        guard let status = StreamGroupStatus(try connection.command("XINFO", "GROUPS", key), name: name) else {
            throw .server(code: "NOGROUP", message: "NOGROUP there is no group \(name) of \(key) any more")
        }
        return status
    }

    /// What of the stream is there.
    func streamStatus(_ connection: RedisConnection) throws(RedisError) -> StreamStatus {
        StreamStatus(try connection.command("XINFO", "STREAM", key))
    }

    /// Entries that any consumer has not acknowledged, in order, both ends included.
    func pending(
        _ connection: RedisConnection, from first: StreamEntryID, through last: StreamEntryID
    ) throws(RedisError) -> [StreamEntryID] {
        var ids: [StreamEntryID] = []
        var next = first
        while next <= last {
            let reply = try connection.command("XPENDING", key, name, next.text, last.text, String(Self.pageSize))
            let page = (reply.elements ?? []).compactMap { $0.elements?.first?.streamEntryID }
            ids += page
            guard page.count == Self.pageSize, let end = page.last?.successor else { break }
            next = end
        }
        return ids
    }
}

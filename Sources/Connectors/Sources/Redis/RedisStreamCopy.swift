import RedisClient

/// What a Redis stream holds now, as a file of NDJSON: a line for each entry, as `RedisStreamSource` reads it. The group is not
/// asked, so nothing changes for who reads the stream.
public struct RedisStreamCopy: Sendable {
    /// Why there is none.
    public enum Failure: Error, Sendable {
        /// The server is away, or does not answer.
        case redis(RedisError)
        /// The stream has more than was asked for at most, or the system has no room for it.
        case tooLarge
    }

    private static let batchCount = 1000

    /// The lines.
    public let file: MemoryFile
    /// Bytes of all lines.
    public let size: Int
    /// By line.
    private let ids: [StreamEntryID]

    /// Reads the stream `key`, of which there may be `limit` bytes. A stream that is not there has no lines.
    public init(_ settings: RedisStreamSettings, key: String, limit: Int) throws(Failure) {
        guard let file = MemoryFile() else { throw .tooLarge }
        let connection = try Self.redis { () throws(RedisError) in try RedisConnector(RedisURL(settings.url)).connect(key: key) }
        defer { connection.close() }
        let field = settings.field.map { Array($0.utf8) }
        var ids: [StreamEntryID] = []
        var size = 0
        var next: StreamEntryID? = .zero
        while let first = next {
            let batch = try Self.redis { () throws(RedisError) in
                try StreamBatch(connection, key: key, from: first.text, through: "+", count: Self.batchCount, field: field)
            }
            size += batch.bytes.count
            guard size <= limit, file.append(batch.lines) else { throw .tooLarge }
            ids += batch.entries.map(\.id)
            next = batch.last?.successor
        }
        self.file = file
        self.size = size
        self.ids = ids
    }

    private static func redis<Result>(_ body: () throws(RedisError) -> Result) throws(Failure) -> Result {
        do throws(RedisError) { return try body() } catch { throw .redis(error) }
    }

    /// The id of the entry in a line, which is counted from 1.
    public func entry(atLine line: Int) -> String? { ids.indices.contains(line - 1) ? ids[line - 1].text : nil }
}

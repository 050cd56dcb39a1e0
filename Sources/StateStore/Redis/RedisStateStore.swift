import RedisClient

/// Keeps state in Redis: one server, a master that Sentinel watches, or one slot of a cluster.
///
/// Layout, format 1; all keys of an engine share the hash tag of its name (`?name=` of the URL, `default` otherwise):
///
/// ```text
/// fluxcore:{NAME}:meta      HASH  format, generation, epoch, owner
/// fluxcore:{NAME}:tables    SET   names of the tables that were ever written
/// fluxcore:{NAME}:t:TABLE   HASH  key of a record → its bytes
/// ```
///
/// A commit is WATCH meta, a look at generation, owner and epoch, then MULTI, HSET / HDEL / UNLINK, the new epoch, EXEC: a process that
/// was superseded meanwhile gets null from EXEC and finds itself fenced. After any error the connection is closed; the next call makes
/// another, at the master of that time, and the epoch tells whether a commit whose reply was lost is there. An older attempt that is
/// still on its way to the server cannot hurt either: its WATCH has seen the newer one.
///
/// The user needs `WATCH UNWATCH MULTI EXEC DISCARD HSET HDEL HMGET HLEN HSCAN UNLINK SADD SMEMBERS EXISTS INFO` on the keys
/// `fluxcore:{NAME}:*`, and what `RedisConnector` says.
public final class RedisStateStore: StateStore, @unchecked Sendable {
    private let url: RedisURL
    private let keys: RedisStateKeys
    private let session: RedisStateSession
    private let isReadOnly: Bool
    private var mine: StateHeader?

    /// The URL without password and timeouts.
    public var name: String { session.name }

    /// A store at a URL; connects to nothing yet.
    public init(url text: String, options: StateStoreOptions = StateStoreOptions()) throws(StateStoreError) {
        do throws(RedisError) {
            url = try RedisURL(text, callerOptions: ["name"])
        } catch {
            throw .redis(error, name: "")
        }
        keys = try RedisStateKeys(name: url.callerOptions["name"] ?? options.name)
        session = RedisStateSession(url, keys: keys)
        isReadOnly = options.isReadOnly
    }

    /// Takes the store over, as `StateStore` says.
    public func claim(owner: String, known: StateHeader?) throws(StateStoreError) -> StateHeader {
        try refuseWhenReadOnly()
        let claimed = try session.use { (connection) throws(RedisSessionError) in
            try checkServer(connection)
            return try transaction(connection) { (stored) throws(StateStoreError) in
                let header = try StateOwnership.claim(over: stored, owner: owner, known: known)
                var commands = RedisCommandBuffer()
                commands.begin(arguments: 10)
                commands.argument("HSET")
                commands.argument(keys.meta)
                commands.append(header, withOwner: true)
                return (header, commands)
            }
        }
        mine = claimed
        return claimed
    }

    /// Writes a batch as one epoch, as `StateStore` says.
    public func commit(_ batch: StateBatch, epoch: UInt64) throws(StateStoreError) {
        try refuseWhenReadOnly()
        guard let mine else { preconditionFailure("commit before claim") }
        var encoded: RedisCommandBuffer?
        try session.use { (connection) throws(RedisSessionError) in
            try transaction(connection) { (stored) throws(StateStoreError) in
                if try StateOwnership.isCommitted(epoch: epoch, mine: mine, stored: stored) { return ((), nil) }
                let commands = encoded ?? encode(batch, StateHeader(mine, epoch: epoch))
                encoded = commands
                return ((), commands)
            }
        }
        self.mine?.epoch = epoch
    }

    /// What is committed; nil before the first claim.
    public func header() throws(StateStoreError) -> StateHeader? {
        let header = try readHeader()
        if header == nil, try !tables().isEmpty { throw headerIsGone }
        return header
    }

    private func readHeader() throws(StateStoreError) -> StateHeader? {
        try session.use { (connection) throws(RedisSessionError) in
            var commands = RedisCommandBuffer()
            commands.appendReadHeader(keys)
            let reply = try RedisSessionError.from { () throws(RedisError) in
                try connection.send(commands)
                return try connection.receive()
            }
            return try parsedHeader(reply)
        }
    }

    private var headerIsGone: StateStoreError { .corrupted("the state store \(name) has tables but \(keys.meta) is gone") }

    /// The tables that have records, by name.
    public func tables() throws(StateStoreError) -> [StateTable] {
        let names = try command("SMEMBERS", keys.tables).elements ?? []
        var tables: [StateTable] = []
        for case .bytes(let name) in names {
            let table = StateTable(storedName: name)
            if try count(table) > 0 { tables.append(table) }
        }
        return tables.sorted()
    }

    /// Shows every record of a table.
    public func scan(
        _ table: StateTable, _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool
    ) throws(StateStoreError) {
        try session.use { (connection) throws(RedisSessionError) in
            try RedisSessionError.from { () throws(RedisError) in
                try RedisTableScan(connection, key: keys.table(table)).run(body)
            }
        }
    }

    /// How many records a table has.
    public func count(_ table: StateTable) throws(StateStoreError) -> Int {
        Int(try command("HLEN", keys.table(table)).integer ?? 0)
    }

    /// A reader for another thread, with a connection of its own that is made when it is first asked.
    public func makeReader() throws(StateStoreError) -> any StateReader {
        RedisStateReader(RedisStateSession(url, keys: keys))
    }

    /// Lets go of everything; nothing may be called afterwards.
    public func close() {
        session.close()
    }
}

extension RedisStateStore {
    private func refuseWhenReadOnly() throws(StateStoreError) {
        if isReadOnly { throw .misconfigured("the state store \(name) is opened for reading only") }
    }

    private func command(_ name: String, _ key: String) throws(StateStoreError) -> RedisReply {
        try session.use { (connection) throws(RedisSessionError) in
            try RedisSessionError.from { () throws(RedisError) in try connection.command(name, key) }
        }
    }

    private func encode(_ batch: StateBatch, _ header: StateHeader) -> RedisCommandBuffer {
        let encoder = RedisBatchEncoder(batch, keys: keys)
        var commands = encoder.commands
        if !encoder.writtenTables.isEmpty {
            commands.begin(arguments: 2 + encoder.writtenTables.count)
            commands.argument("SADD")
            commands.argument(keys.tables)
            for table in encoder.writtenTables { commands.argument(table.storedName) }
        }
        commands.begin(arguments: 8)
        commands.argument("HSET")
        commands.argument(keys.meta)
        commands.append(header, withOwner: false)
        return commands
    }

    /// Refuses a server that throws keys away when memory runs short, and keys without a header.
    private func checkServer(_ connection: RedisConnection) throws(RedisSessionError) {
        let (memory, exists) = try RedisSessionError.from { () throws(RedisError) in
            var commands = RedisCommandBuffer()
            commands.append("EXISTS", keys.meta)
            commands.append("EXISTS", keys.tables)
            commands.append("INFO", "memory")
            try connection.send(commands)
            let replies = [try connection.receive(), try connection.receive()]
            // What a user may not see is not checked.
            let memory = try connection.receive().text ?? ""
            for case .error(let message) in replies { throw RedisError(reply: message) }
            return (memory, replies.map(\.integer))
        }
        if memory.contains("maxmemory_policy:allkeys") {
            throw .store(
                .misconfigured("the state store \(name) is a Redis with an allkeys eviction policy, which drops state: set noeviction"))
        }
        if exists == [0, 1] {
            throw .store(headerIsGone)
        }
    }

    /// WATCH, a decision by the header, and what it decides as a transaction; nil commands: nothing. Decides anew when the header
    /// changed meanwhile.
    private func transaction<Result>(
        _ connection: RedisConnection,
        _ decide: (StateHeader?) throws(StateStoreError) -> (Result, RedisCommandBuffer?)
    ) throws(RedisSessionError) -> Result {
        for _ in 0..<8 {
            let reply = try RedisSessionError.from { () throws(RedisError) in
                var commands = RedisCommandBuffer()
                commands.append("WATCH", keys.meta)
                commands.appendReadHeader(keys)
                try connection.send(commands)
                let watched = try connection.receive()
                let header = try connection.receive()
                if case .error(let message) = watched { throw RedisError(reply: message) }
                return header
            }
            let stored = try parsedHeader(reply)
            let (result, commands) = try RedisSessionError.rules { () throws(StateStoreError) in try decide(stored) }
            let isDone = try RedisSessionError.from { () throws(RedisError) in
                guard let commands else {
                    _ = try connection.command("UNWATCH")
                    return true
                }
                return try execute(commands, on: connection)
            }
            if isDone { return result }
        }
        throw .store(.unavailable("the header of the state store \(name) is changed by others all the time"))
    }

    /// MULTI, the commands, EXEC; false when what was watched has changed.
    private func execute(_ commands: RedisCommandBuffer, on connection: RedisConnection) throws(RedisError) -> Bool {
        FailPoint.reach("redis.before-multi")
        var multi = RedisCommandBuffer()
        multi.append("MULTI")
        try connection.send(multi)
        try connection.send(commands)
        for _ in 0...commands.commandCount {
            if case .error(let message) = try connection.receive() { throw RedisError(reply: message) }
        }
        FailPoint.reach("redis.before-exec")
        let reply = try connection.command("EXEC")
        FailPoint.reach("redis.after-exec")
        for case .error(let message) in reply.elements ?? [] { throw RedisError(reply: message) }
        return reply != .null
    }

    private func parsedHeader(_ reply: RedisReply) throws(RedisSessionError) -> StateHeader? {
        if case .error(let message) = reply { throw .redis(RedisError(reply: message)) }
        return try RedisSessionError.rules { () throws(StateStoreError) in try StateHeader(redis: reply, keys: keys) }
    }
}

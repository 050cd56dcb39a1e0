import RedisClient

/// Turns the changes of a batch into commands of many fields each.
///
/// Puts and deletes of a table are collected side by side; a record that was already collected for the other kind of command makes
/// that command go first, so the last change of a record wins.
struct RedisBatchEncoder {
    /// Bounds of one command.
    private static let maximumRecords = 256
    private static let maximumBytes = 256 << 10

    /// A command under way: HSET or HDEL of one table.
    private struct Pending {
        private let command: String
        private var fields = RedisCommandBuffer()
        private var arguments = 0
        private var records = 0
        private var hashes: Set<Int> = []

        init(_ command: String) { self.command = command }

        var isFull: Bool { records >= maximumRecords || fields.bytes.count >= maximumBytes }

        /// True when a record of that hash may be among them.
        func mayHave(_ hash: Int) -> Bool { hashes.contains(hash) }

        mutating func add(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?, hash: Int) {
            hashes.insert(hash)
            fields.argument(key)
            if let value { fields.argument(value) }
            arguments += value == nil ? 1 : 2
            records += 1
        }

        mutating func flush(to commands: inout RedisCommandBuffer, key: String) {
            guard records > 0 else { return }
            commands.begin(arguments: arguments + 2)
            commands.argument(command)
            commands.argument(key)
            commands.append(arguments: fields)
            fields.removeAll()
            arguments = 0
            records = 0
            hashes.removeAll(keepingCapacity: true)
        }
    }

    /// The commands of the batch, without MULTI and EXEC.
    private(set) var commands = RedisCommandBuffer()
    /// The tables that have puts.
    private(set) var writtenTables: Set<StateTable> = []
    private let keys: RedisStateKeys
    private var table: StateTable?
    private var key = ""
    private var puts = Pending("HSET")
    private var deletes = Pending("HDEL")

    init(_ batch: StateBatch, keys: RedisStateKeys) {
        self.keys = keys
        batch.forEach { change in
            switch change {
            case .put(let table, let key, let value): put(table, key, value)
            case .delete(let table, let key): delete(table, key)
            case .clear(let table):
                use(table)
                flush()
                commands.append("UNLINK", key)
            }
        }
        flush()
    }

    private mutating func put(_ table: StateTable, _ record: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        use(table)
        writtenTables.insert(table)
        let hash = Self.hash(record)
        if deletes.mayHave(hash) { deletes.flush(to: &commands, key: key) }
        puts.add(record, value, hash: hash)
        if puts.isFull { puts.flush(to: &commands, key: key) }
    }

    private mutating func delete(_ table: StateTable, _ record: UnsafeRawBufferPointer) {
        use(table)
        let hash = Self.hash(record)
        if puts.mayHave(hash) { puts.flush(to: &commands, key: key) }
        deletes.add(record, nil, hash: hash)
        if deletes.isFull { deletes.flush(to: &commands, key: key) }
    }

    private static func hash(_ key: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: key)
        return hasher.finalize()
    }

    /// Goes on with the table.
    private mutating func use(_ table: StateTable) {
        if self.table == table { return }
        flush()
        self.table = table
        key = keys.table(table)
    }

    private mutating func flush() {
        puts.flush(to: &commands, key: key)
        deletes.flush(to: &commands, key: key)
    }
}

import CRocksDB

/// Keeps state in a directory, with RocksDB in this process: the default.
///
/// One process has the directory open at a time, by a lock that ends with it; others may look into it read-only. A commit is one
/// WriteBatch, so it is in the write-ahead log as a whole or not at all; checksums are verified whenever anything is read. A commit
/// that fails (the disk is full, say) leaves the database refusing all writes, so the next one opens it anew and finds out by the
/// epoch in the header whether the failed one is there.
public final class RocksDBStateStore: StateStore, @unchecked Sendable {
    private let database: RocksDBDatabase
    private let reading = RocksDBReadOptions(fillsCache: true)
    private let writing: OpaquePointer
    private var mine: StateHeader?
    private var mustReopen = false

    /// `rocksdb:PATH`.
    public let name: String

    /// Opens the directory `path`, and makes it (unless it is opened for reading only). `unavailable` while another process
    /// has it open.
    public init(path: String, options: StateStoreOptions = StateStoreOptions()) throws(StateStoreError) {
        name = "rocksdb:\(path)"
        database = try RocksDBDatabase(directory: path, isReadOnly: options.isReadOnly)
        writing = rocksdb_writeoptions_create()
        rocksdb_writeoptions_set_sync(writing, options.syncs ? 1 : 0)
    }

    deinit { rocksdb_writeoptions_destroy(writing) }

    /// Takes the store over, as `StateStore` says.
    public func claim(owner: String, known: StateHeader?) throws(StateStoreError) -> StateHeader {
        try reopenAfterFailure()
        let header = try StateOwnership.claim(over: try header(), owner: owner, known: known)
        try write { put(header, into: $0) }
        mine = header
        return header
    }

    /// Writes a batch as one epoch, as `StateStore` says.
    public func commit(_ batch: StateBatch, epoch: UInt64) throws(StateStoreError) {
        guard var header = mine else { preconditionFailure("commit before claim") }
        try reopenAfterFailure()
        if try !StateOwnership.isCommitted(epoch: epoch, mine: header, stored: try self.header()) {
            header.epoch = epoch
            header.format = StateFormat.version
            FailPoint.reach("rocksdb.before-write")
            try write { writeBatch in
                RocksDBBatchWriter(writeBatch).write(batch)
                put(header, into: writeBatch)
            }
            FailPoint.reach("rocksdb.after-write")
        }
        mine?.epoch = epoch
    }

    /// What is committed; nil before the first claim.
    public func header() throws(StateStoreError) -> StateHeader? {
        try database.withHandle { (handle) throws(StateStoreError) in try database.header(handle, reading) }
    }

    /// The tables that have records, by name.
    public func tables() throws(StateStoreError) -> [StateTable] {
        try database.withHandle { (handle) throws(StateStoreError) in
            let iterator = RocksDBIterator(handle, from: RocksDBKeys.endOfHeader, to: nil)
            var tables: [StateTable] = []
            while iterator.isValid {
                let table = StateTable(storedName: iterator.key.prefix { $0 != 0 })
                tables.append(table)
                iterator.seek(RocksDBKeys.end(of: table))
            }
            if let error = iterator.error { throw database.failure(error) }
            return tables.sorted()
        }
    }

    /// Shows every record of a table, in order of key.
    public func scan(
        _ table: StateTable, _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool
    ) throws(StateStoreError) {
        let prefix = RocksDBKeys.prefix(of: table)
        try database.withHandle { (handle) throws(StateStoreError) in
            let iterator = RocksDBIterator(handle, from: prefix, to: RocksDBKeys.end(of: table))
            while iterator.isValid {
                guard body(UnsafeRawBufferPointer(rebasing: iterator.key[prefix.count...]), iterator.value) else { return }
                iterator.next()
            }
            if let error = iterator.error { throw database.failure(error) }
        }
    }

    /// How many records a table has; goes through all of them.
    public func count(_ table: StateTable) throws(StateStoreError) -> Int {
        var count = 0
        try scan(table) { _, _ in
            count += 1
            return true
        }
        return count
    }

    /// A reader for another thread, of the same open database.
    public func makeReader() throws(StateStoreError) -> any StateReader {
        RocksDBStateReader(database)
    }

    /// Closes the database and frees the directory, once no reader is at work.
    public func close() {
        database.close()
    }

    private func reopenAfterFailure() throws(StateStoreError) {
        if database.isReadOnly { throw .misconfigured("the state store \(name) is opened for reading only") }
        guard mustReopen else { return }
        try database.reopen()
        mustReopen = false
    }

    private func put(_ header: StateHeader, into writeBatch: OpaquePointer) {
        let key = RocksDBKeys.header
        let value = RocksDBKeys.text(of: header)
        key.withUnsafeBytes { key in
            value.withUnsafeBytes { value in
                rocksdb_writebatch_put(writeBatch, key.characters, key.count, value.characters, value.count)
            }
        }
    }

    /// Fills a WriteBatch and writes it.
    private func write(_ fill: (OpaquePointer) -> Void) throws(StateStoreError) {
        let writeBatch = rocksdb_writebatch_create()!
        defer { rocksdb_writebatch_destroy(writeBatch) }
        fill(writeBatch)
        try database.withHandle { (handle) throws(StateStoreError) in
            let (_, error) = rocksDBError { rocksdb_write(handle, writing, writeBatch, $0) }
            if let error {
                mustReopen = true
                throw database.failure(error)
            }
        }
    }
}

import CRocksDB

/// Reads a `RocksDBStateStore` beside its commits, through the same database.
final class RocksDBStateReader: StateReader {
    private let database: RocksDBDatabase
    private let options = RocksDBReadOptions(fillsCache: true)

    init(_ database: RocksDBDatabase) { self.database = database }

    func get(_ table: StateTable, keys: [[UInt8]], expected: StateHeader) throws(StateStoreError) -> [[UInt8]?] {
        let prefix = RocksDBKeys.prefix(of: table)
        return try database.withHandle { (handle) throws(StateStoreError) in
            // Header and values are of the same commit.
            let snapshot = rocksdb_create_snapshot(handle)
            rocksdb_readoptions_set_snapshot(options.pointer, snapshot)
            defer {
                rocksdb_readoptions_set_snapshot(options.pointer, nil)
                rocksdb_release_snapshot(handle, snapshot)
            }
            try StateOwnership.check(try database.header(handle, options), expected: expected)
            var values: [[UInt8]?] = []
            values.reserveCapacity(keys.count)
            for key in keys { values.append(try database.value(of: prefix + key, handle, options)) }
            return values
        }
    }

    func close() {}
}

extension RocksDBDatabase {
    /// The header; nil when none was written yet.
    func header(_ handle: OpaquePointer, _ options: RocksDBReadOptions) throws(StateStoreError) -> StateHeader? {
        guard let bytes = try value(of: RocksDBKeys.header, handle, options) else { return nil }
        guard let header = RocksDBKeys.header(from: String(decoding: bytes, as: UTF8.self)) else {
            throw .corrupted("the state store \(directory) has an unreadable header")
        }
        try StateOwnership.checkFormat(header)
        return header
    }

    /// The value of a key; nil when there is none.
    func value(of key: [UInt8], _ handle: OpaquePointer, _ options: RocksDBReadOptions) throws(StateStoreError) -> [UInt8]? {
        let (slice, error) = rocksDBError { error in
            key.withUnsafeBytes { rocksdb_get_pinned(handle, options.pointer, $0.characters, $0.count, error) }
        }
        if let error { throw failure(error) }
        guard let slice else { return nil }
        defer { rocksdb_pinnableslice_destroy(slice) }
        var count = 0
        let start = rocksdb_pinnableslice_value(slice, &count)
        return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }
}

import CRocksDB

/// Options of reads: checksums are verified. Owns the C object.
final class RocksDBReadOptions: @unchecked Sendable {
    /// The options.
    let pointer: OpaquePointer

    init(fillsCache: Bool) {
        pointer = rocksdb_readoptions_create()
        rocksdb_readoptions_set_verify_checksums(pointer, 1)
        rocksdb_readoptions_set_fill_cache(pointer, fillsCache ? 1 : 0)
    }

    deinit { rocksdb_readoptions_destroy(pointer) }
}

/// Walks over the keys from one to before another as they were when it was made, and past the cache. The database must stay open.
final class RocksDBIterator {
    private let options = RocksDBReadOptions(fillsCache: false)
    private let iterator: OpaquePointer
    /// The bound is not copied by RocksDB.
    private let bound: UnsafeMutableRawBufferPointer

    /// Stands on the first key that is not before `start`; ends before `end`, or behind the last key.
    init(_ handle: OpaquePointer, from start: [UInt8], to end: [UInt8]?) {
        bound = .allocate(byteCount: end?.count ?? 0, alignment: 1)
        if let end {
            bound.copyBytes(from: end)
            rocksdb_readoptions_set_iterate_upper_bound(options.pointer, UnsafeRawBufferPointer(bound).characters, end.count)
        }
        rocksdb_readoptions_set_readahead_size(options.pointer, 2 << 20)
        iterator = rocksdb_create_iterator(handle, options.pointer)
        seek(start)
    }

    deinit {
        rocksdb_iter_destroy(iterator)
        bound.deallocate()
    }

    /// False at the end, and after an error.
    var isValid: Bool { rocksdb_iter_valid(iterator) != 0 }

    /// What stopped it; nil at the end.
    var error: String? { rocksDBError { rocksdb_iter_get_error(iterator, $0) }.error }

    /// The key; valid until the iterator moves.
    var key: UnsafeRawBufferPointer {
        var count = 0
        let start = rocksdb_iter_key(iterator, &count)
        return UnsafeRawBufferPointer(start: start, count: count)
    }

    /// The value; valid until the iterator moves.
    var value: UnsafeRawBufferPointer {
        var count = 0
        let start = rocksdb_iter_value(iterator, &count)
        return UnsafeRawBufferPointer(start: start, count: count)
    }

    /// Goes to the next key.
    func next() { rocksdb_iter_next(iterator) }

    /// Goes to the first key that is not before this one.
    func seek(_ key: [UInt8]) {
        key.withUnsafeBytes { rocksdb_iter_seek(iterator, $0.characters, $0.count) }
    }
}

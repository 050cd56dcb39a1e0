import CRocksDB

#if canImport(Glibc)
    import Glibc
#endif

/// An open database that several threads read while one writes, and that can be closed and opened again under them.
///
/// After a failed write RocksDB takes no other until it is opened anew, so the handle is behind a lock: whoever uses it holds the
/// lock shared, whoever replaces it alone.
final class RocksDBDatabase: @unchecked Sendable {
    let directory: String
    let isReadOnly: Bool
    private let lock: UnsafeMutablePointer<pthread_rwlock_t>
    private var handle: OpaquePointer?
    /// Why there is no handle, after it could not be opened again.
    private var openingFailure: StateStoreError?

    init(directory: String, isReadOnly: Bool) throws(StateStoreError) {
        self.directory = directory
        self.isReadOnly = isReadOnly
        lock = .allocate(capacity: 1)
        pthread_rwlock_init(lock, nil)
        handle = try Self.open(directory, isReadOnly: isReadOnly)
    }

    deinit {
        close()
        pthread_rwlock_destroy(lock)
        lock.deallocate()
    }

    /// Uses the handle, which stays open meanwhile.
    func withHandle<Result>(_ body: (OpaquePointer) throws(StateStoreError) -> Result) throws(StateStoreError) -> Result {
        pthread_rwlock_rdlock(lock)
        defer { pthread_rwlock_unlock(lock) }
        guard let handle else { throw openingFailure ?? .unavailable("the state store \(directory) is closed") }
        return try body(handle)
    }

    /// Closes the database and opens it again, once nobody uses it; when that fails it stays closed.
    func reopen() throws(StateStoreError) {
        pthread_rwlock_wrlock(lock)
        defer { pthread_rwlock_unlock(lock) }
        if let handle { rocksdb_close(handle) }
        handle = nil
        do throws(StateStoreError) {
            handle = try Self.open(directory, isReadOnly: isReadOnly)
        } catch {
            openingFailure = error
            throw error
        }
    }

    /// Closes the database, once nobody uses it.
    func close() {
        pthread_rwlock_wrlock(lock)
        if let handle { rocksdb_close(handle) }
        handle = nil
        pthread_rwlock_unlock(lock)
    }

    /// What RocksDB's text means here.
    func failure(_ text: String) -> StateStoreError { .rocksDB(text, directory: directory) }

    private static func open(_ directory: String, isReadOnly: Bool) throws(StateStoreError) -> OpaquePointer {
        if !isReadOnly {
            try createDirectory(directory)
            if let log = RocksDBLogTail.damagedLog(in: directory) {
                throw .corrupted("the state store \(directory) is damaged: a record of \(log) has a wrong length")
            }
        }
        let options = RocksDBOptions(isReadOnly: isReadOnly)
        // An engine that runs beside may replace files between the listing and the opening of them.
        var attemptsLeft = isReadOnly ? 5 : 1
        while true {
            attemptsLeft -= 1
            let (handle, error) = rocksDBError {
                isReadOnly ? rocksdb_open_for_read_only(options.database, directory, 0, $0) : rocksdb_open(options.database, directory, $0)
            }
            guard let error else { return handle! }
            let failure = StateStoreError.rocksDB(error, directory: directory)
            if case .misconfigured = failure { throw failure }
            if attemptsLeft == 0 { throw failure }
        }
    }

    private static func createDirectory(_ path: String) throws(StateStoreError) {
        var end = path.startIndex
        while end < path.endIndex {
            end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
            if mkdir(String(path[..<end]), 0o700) != 0, errno != EEXIST {
                let reason = String(cString: strerror(errno))
                let isFull = errno == ENOSPC || errno == EDQUOT
                let text = "the directory \(path[..<end]) of the state store cannot be made: \(reason)"
                throw isFull ? .unavailable(text) : .misconfigured(text)
            }
        }
    }
}

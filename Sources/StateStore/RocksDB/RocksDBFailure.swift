import CRocksDB

extension StateStoreError {
    /// What RocksDB says went wrong with the database in a directory, in the terms of the port. RocksDB's C interface gives a
    /// text and no code, so the text is what there is to go by.
    static func rocksDB(_ text: String, directory: String) -> StateStoreError {
        if text.contains("While lock file") || text.contains("lock hold by current process") {
            return .unavailable(
                "another process has the state store \(directory) open (it holds \(directory)/LOCK); only one FluxCore runs on a directory")
        }
        if text.hasPrefix("Corruption:") {
            // A table file that is missing is looked for under its name of old times last.
            let text = text.replacing(".ldb:", with: ".sst:")
            return .corrupted(
                "the state store \(directory) is damaged: \(text)\(namesFile(text) ? "" : " (in the log \(RocksDBLogTail.logs(in: directory).joined(separator: " or ")))")"
            )
        }
        // Without the name of the file, which is another each time: an outage is told once.
        for reason in ["No space left on device", "Disk quota exceeded"] where text.contains(reason) {
            return .unavailable("there is no room left on the disk for the state store \(directory): \(reason)")
        }
        if text.contains("create_if_missing is false") || text.contains("CURRENT: No such file") {
            return .misconfigured("there is no state store in \(directory)")
        }
        if text.contains("Permission denied") || text.contains("Read-only file system") || text.contains("Not a directory") {
            return .misconfigured("the state store \(directory) cannot be used: \(text)")
        }
        if text.hasPrefix("Not implemented:") || text.hasPrefix("Invalid argument:") {
            return .incompatible("the state store \(directory) cannot be read by this version: \(text)")
        }
        return .unavailable("the state store \(directory) fails: \(text)")
    }

    /// True when the text says which file it is about.
    private static func namesFile(_ text: String) -> Bool {
        [".sst", ".log", "MANIFEST-", "CURRENT"].contains { text.contains($0) }
    }
}

/// Calls a function of RocksDB that reports errors through a pointer to a text; gives the text.
func rocksDBError<Result>(_ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result) -> (result: Result, error: String?) {
    var text: UnsafeMutablePointer<CChar>?
    let result = body(&text)
    guard let text else { return (result, nil) }
    defer { rocksdb_free(text) }
    return (result, String(cString: text))
}

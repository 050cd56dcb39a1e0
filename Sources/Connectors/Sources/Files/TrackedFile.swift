/// One incarnation of a file that is being read: a partition.
final class TrackedFile {
    let identity: FileIdentity
    /// The partition's index.
    let index: Int
    let bytes: FileBytes
    let partition: any EventPartition
    /// Where the file was last seen.
    var path: String
    var isPaused = false
    /// When the path was found to lead elsewhere, monotonic nanoseconds; nil while the file is where it was found.
    var leftAt: Int64?
    /// When bytes last came.
    var grewAt: Int64
    /// When it is read again, after there was nothing.
    var nextRead: Int64 = 0
    /// Why it could not be read, as it was told.
    var failure: String?
    /// When it was last used, in uses of all files.
    var lastUse: UInt64 = 0
    /// The file is known to have bytes behind the position, or may have.
    var mayHaveMore = true

    init(identity: FileIdentity, index: Int, path: String, bytes: FileBytes, partition: any EventPartition, now: Int64) {
        self.identity = identity
        self.index = index
        self.path = path
        self.bytes = bytes
        self.partition = partition
        grewAt = now
    }
}

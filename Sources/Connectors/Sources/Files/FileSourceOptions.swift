/// How a `FileSource` watches its files.
public struct FileSourceOptions: Sendable {
    /// A path, or a glob as of glob(3).
    public var pattern: String
    /// False: the files that are there at the start are read once, and their last line needs no line end.
    public var follow: Bool
    /// Nanoseconds between two looks for new, rotated and deleted files.
    public var rescanInterval: Int64 = 250_000_000
    /// A file that was rotated away or deleted is read for so long (nanoseconds) after that, and after it last grew:
    /// writers go on with it until they open the new one.
    public var rotationGrace: Int64 = 2_000_000_000
    /// Nanoseconds until a file without news is read again.
    public var pollInterval: Int64 = 1_000_000
    /// Descriptors that are open at once, from 1; more only for files that were rotated away, which cannot be opened again.
    public var maximumOpenFiles = 256

    /// With the usual intervals.
    public init(pattern: String, follow: Bool) {
        self.pattern = pattern
        self.follow = follow
    }
}

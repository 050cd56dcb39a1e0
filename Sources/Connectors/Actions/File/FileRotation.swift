/// When a file is followed by a new one of the same name, and how many of those before it are kept.
package struct FileRotation: Sendable, Equatable {
    /// A file does not grow beyond so many bytes, unless one write alone is longer.
    package var maximumSize: Int
    /// Files that are kept beside the newest: `PATH.1` (the newest of them) to `PATH.keep`.
    package var keep: Int

    /// A rotation of these sizes.
    package init(maximumSize: Int, keep: Int) {
        self.maximumSize = maximumSize
        self.keep = keep
    }
}

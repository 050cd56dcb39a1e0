/// Bytes in order, of a file or a pipe. For one thread.
protocol ByteSource: AnyObject {
    /// What people call it: the path.
    var name: String { get }
    /// Reads at most `count` bytes, which is more than 0. A source that is read once waits for them and never says
    /// `waiting`; a live one never waits.
    func read(into bytes: UnsafeMutablePointer<UInt8>, count: Int) throws(InputError) -> ByteRead
}

/// What a `ByteSource` gives when it is asked.
enum ByteRead: Equatable {
    /// So many bytes, at least one.
    case bytes(Int)
    /// None now.
    case waiting
    /// None any more.
    case end
}

import Glibc

/// The bytes of one incarnation of a file, read at positions, so that its descriptor may be closed and opened again.
/// Owns the descriptor. Never throws: a failure is kept for its owner to report, and reading can be tried again.
final class FileBytes: ByteSource {
    /// The path; for messages.
    let name: String
    let key: FileKey
    /// Next byte to read.
    private(set) var position: UInt64
    /// -1 while it is closed.
    private(set) var descriptor: CInt
    private(set) var head: FileHead
    /// Whether the end of the file is the end for good.
    var endsHere = false
    /// The file is not to be found any more: what was read of it is all.
    var isGone = false
    /// Whether there was nothing to read when last asked.
    private(set) var isDry = false
    /// The file has become shorter than what was read, or begins with other bytes.
    private(set) var isReplaced = false
    /// Why the file could not be read when last asked.
    private(set) var failure: String?

    init(name: String, key: FileKey, descriptor: CInt, head: FileHead, position: UInt64) {
        self.name = name
        self.key = key
        self.descriptor = descriptor
        self.head = head
        self.position = position
    }

    deinit { close() }

    func read(into bytes: UnsafeMutablePointer<UInt8>, count: Int) throws(InputError) -> ByteRead {
        if isGone { return .end }
        if isReplaced || descriptor < 0 { return .waiting }
        var result = pread(descriptor, bytes, count, off_t(position))
        while result < 0, errno == EINTR { result = pread(descriptor, bytes, count, off_t(position)) }
        failure = result < 0 ? String(cString: strerror(errno)) : nil
        if result < 0 { return .waiting }
        if result == 0 {
            isDry = true
            var status = stat()
            isReplaced = fstat(descriptor, &status) == 0 && UInt64(status.st_size) < position
            return endsHere && !isReplaced ? .end : .waiting
        }
        // A file that was truncated and has grown beyond the position again gives bytes of other lines.
        guard head.stillMatches(descriptor) else {
            isReplaced = true
            return .waiting
        }
        position += UInt64(result)
        isDry = false
        return .bytes(result)
    }

    /// Lets go of the descriptor; reading waits until there is another.
    func close() {
        if descriptor >= 0 { _ = Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Opens the file at a path, if it is still this incarnation there. False when it is not, or cannot be opened.
    func open(at path: String) -> Bool {
        close()
        guard case .opened(let opened) = OpenedFile.open(path: path), opened.key == key else { return false }
        descriptor = opened.takeDescriptor()
        isReplaced = !head.stillMatches(descriptor)
        return true
    }
}

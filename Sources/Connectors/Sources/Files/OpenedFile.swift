import Glibc

/// A regular file just opened, before anybody owns its descriptor.
final class OpenedFile {
    /// What became of opening a path.
    enum Outcome {
        case opened(OpenedFile)
        /// There is nothing, or something that is not a regular file.
        case notAFile
        /// It cannot be read: what the system says.
        case unreadable(String)
    }

    let key: FileKey
    let size: UInt64
    /// When its contents last changed, nanoseconds.
    let modified: Int64
    private var descriptor: CInt

    private init(descriptor: CInt, status: stat) {
        self.descriptor = descriptor
        key = FileKey(status)
        size = UInt64(status.st_size)
        modified = status.modified
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Its first bytes.
    func head(length: Int = FileHead.limit) -> FileHead { FileHead(of: descriptor, length: length) }

    /// Reads bytes at a position; how many. Only while nobody took the descriptor.
    func read(into bytes: UnsafeMutablePointer<UInt8>, count: Int, at position: UInt64) -> Int {
        max(0, pread(descriptor, bytes, count, off_t(position)))
    }

    /// What reads the file from a position on, and takes the descriptor.
    func reader(name: String, from position: UInt64 = 0) -> FileBytes {
        let head = head()
        return FileBytes(name: name, key: key, descriptor: takeDescriptor(), head: head, position: position)
    }

    /// The descriptor, which its taker closes.
    func takeDescriptor() -> CInt {
        defer { descriptor = -1 }
        return descriptor
    }

    /// Where the last line begins that has no end yet; the size when the file ends with a line end.
    func startOfLastLine() -> UInt64 {
        var end = size
        var buffer = [UInt8](repeating: 0, count: 65536)
        while end > 0 {
            let start = end > UInt64(buffer.count) ? end - UInt64(buffer.count) : 0
            let count = pread(descriptor, &buffer, Int(end - start), off_t(start))
            if count <= 0 { return 0 }
            if let newline = buffer[..<count].lastIndex(of: 10) { return start + UInt64(newline) + 1 }
            end = start
        }
        return 0
    }

    /// Opens a path without waiting for the other end of a pipe.
    ///
    /// Never inlined: where the optimizer sees the object being made it puts it on the stack, and Swift 6.3 then frees it
    /// twice on the way out of a loop.
    @inline(never)
    static func open(path: String) -> Outcome {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            return errno == ENOENT || errno == ENOTDIR ? .notAFile : .unreadable(String(cString: strerror(errno)))
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            return .notAFile
        }
        return .opened(OpenedFile(descriptor: descriptor, status: status))
    }
}

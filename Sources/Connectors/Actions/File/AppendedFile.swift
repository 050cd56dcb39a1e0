import Glibc

/// A file that lines are appended to, opened when the first are. For one thread.
package final class AppendedFile {
    /// Its path.
    package let path: String
    private let rotation: FileRotation?
    private var descriptor: CInt = -1
    /// Size when it was last read or written here; nil: neither, or the path has another file now.
    private var knownSize: off_t?
    /// Whether all of it is on the disk, and the name that it has.
    private var isSynced = false
    private var isNamed = false

    /// A file that is not opened yet.
    package init(_ path: String, rotation: FileRotation? = nil) {
        self.path = path
        self.rotation = rotation
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Does something while no other process that uses this function does, in as far as the file system knows locks. Throws at
    /// once while another does: it may be stopped, or hang.
    func exclusively<Result>(_ body: () throws(DeliveryError) -> Result) throws(DeliveryError) -> Result {
        try lock()
        defer { flock(descriptor, LOCK_UN) }
        return try body()
    }

    /// Whether there may be lines that this object has neither read nor written.
    func hasChanged() throws(DeliveryError) -> Bool {
        try open()
        return lseek(descriptor, 0, SEEK_END) != knownSize
    }

    /// Appends bytes, all of them, and waits until they are on the disk. When it throws, the file ends with what was there before: a
    /// part that was written is cut off again.
    package func append(_ bytes: UnsafeRawBufferPointer) throws(DeliveryError) {
        try open()
        let end = lseek(descriptor, 0, SEEK_END)
        isSynced = false
        var written = 0
        while written < bytes.count {
            let result = write(descriptor, bytes.baseAddress! + written, bytes.count - written)
            if result > 0 {
                written += result
            } else if result == 0 || errno != EINTR {
                let failure = DeliveryError.system(path, code: errno)
                if end >= 0 { _ = ftruncate(descriptor, end) }
                throw failure
            }
        }
        do throws(DeliveryError) {
            try sync()
        } catch {
            // Nobody knows what of it stays, and the next call to wait for it would say that all is well.
            if end >= 0 { _ = ftruncate(descriptor, end) }
            knownSize = nil
            throw error
        }
        knownSize = end + off_t(written)
    }

    /// Waits until the file as it was found is on the disk: who wrote it may have ended before it was. What is no regular file has
    /// nothing to wait for.
    func sync() throws(DeliveryError) {
        guard !isSynced else { return }
        if fdatasync(descriptor) != 0, errno != EINVAL, errno != EROFS { throw .system(path, code: errno) }
        if !isNamed { try syncName() }
        isSynced = true
    }

    private func syncName() throws(DeliveryError) {
        let directory = Glibc.open(FileFinder.directory(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // One that may be written and not read cannot be waited for.
        if directory >= 0 {
            defer { close(directory) }
            if fsync(directory) != 0, errno != EINVAL, errno != EROFS { throw .system(path, code: errno) }
        }
        isNamed = true
    }

    /// The last bytes of the file and of those that were renamed, the newest first, at most `count` in all; each from the start of a
    /// line. A last line without end is cut off the file.
    func tails(_ count: Int) throws(DeliveryError) -> [[UInt8]] {
        try open()
        knownSize = nil
        var tails = [try FileTail.read(descriptor, path: path, count: count, cutsTornLine: true)]
        var rest = count - tails[0].count
        // A crash between two renames leaves a gap.
        for number in 1..<((rotation?.keep ?? 0) + 2) where rest > 0 && rotation != nil {
            let older = Glibc.open(rotated(number), O_RDONLY | O_CLOEXEC)
            guard older >= 0 else { continue }
            defer { close(older) }
            tails.append(try FileTail.read(older, path: rotated(number), count: rest, cutsTornLine: false))
            rest -= tails[tails.count - 1].count
        }
        knownSize = lseek(descriptor, 0, SEEK_END)
        return tails
    }

    /// Renames the file when it would grow too large by so many bytes more; within `exclusively`.
    func rotateWhenDue(before bytes: Int) throws(DeliveryError) {
        guard let rotation else { return }
        try open()
        let size = Int(lseek(descriptor, 0, SEEK_END))
        guard size > 0, size + bytes > rotation.maximumSize else { return }
        if rotation.keep == 0 {
            guard unlink(path) == 0 else { throw .system(path, code: errno) }
        } else {
            for number in stride(from: rotation.keep - 1, through: 0, by: -1) {
                let from = number == 0 ? path : rotated(number)
                guard rename(from, rotated(number + 1)) == 0 || (errno == ENOENT && number > 0) else {
                    throw .system("\(from) cannot be renamed", code: errno)
                }
            }
        }
        try lock()
    }

    private func rotated(_ number: Int) -> String { "\(path).\(number)" }

    /// Locks the file that the path has now.
    private func lock() throws(DeliveryError) {
        while true {
            try open()
            if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
                throw DeliveryError("\(path): another process is writing to it")
            }
            // Another process may have renamed it in between; closing the old one unlocks it.
            if try !open() { return }
        }
    }

    /// Opens the file that the path has now; false when it is open already.
    @discardableResult
    private func open() throws(DeliveryError) -> Bool {
        var status = stat()
        // A file that was moved away, as log rotation does, is followed by a new one.
        if descriptor >= 0, stat(path, &status) == 0 {
            var own = stat()
            if fstat(descriptor, &own) == 0, own.st_ino == status.st_ino, own.st_dev == status.st_dev { return false }
        }
        if descriptor >= 0 { close(descriptor) }
        knownSize = nil
        isSynced = false
        isNamed = false
        descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw .system(path, code: errno) }
        return true
    }
}

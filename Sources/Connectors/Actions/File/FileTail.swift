import Glibc

/// The end of a file of lines.
enum FileTail {
    /// The last bytes of an open file, at most `count`, from the start of a line to the end of one. Throws when they cannot all be read:
    /// what was not seen is neither told as missing nor cut off.
    ///
    /// - Parameters:
    ///   - path: the file, for errors.
    ///   - cutsTornLine: a last line without end is cut off the file.
    static func read(_ descriptor: CInt, path: String, count: Int, cutsTornLine: Bool) throws(DeliveryError) -> [UInt8] {
        let size = Int(lseek(descriptor, 0, SEEK_END))
        guard size > 0 else { return [] }
        let start = max(0, size - count)
        var bytes = [UInt8](repeating: 0, count: size - start)
        var read = 0
        while read < bytes.count {
            let result = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress! + read, $0.count - read, off_t(start + read)) }
            if result < 0, errno == EINTR { continue }
            guard result >= 0 else { throw .system(path, code: errno) }
            guard result > 0 else { throw DeliveryError("\(path): the file became shorter while it was read") }
            read += result
        }
        guard let last = bytes.lastIndex(of: 10) else {
            // A last line without end that is longer than what was looked at.
            if start > 0, cutsTornLine { return try self.read(descriptor, path: path, count: count * 2 + 1, cutsTornLine: true) }
            if cutsTornLine { _ = ftruncate(descriptor, 0) }
            return []
        }
        if last + 1 < bytes.count, cutsTornLine { _ = ftruncate(descriptor, off_t(start + last + 1)) }
        let first = start == 0 ? 0 : (bytes.firstIndex(of: 10) ?? last) + 1
        return Array(bytes[min(first, last + 1)..<last + 1])
    }
}

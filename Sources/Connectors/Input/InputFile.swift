import Glibc

/// A file, or standard input, that is read from start to end.
final class InputFile: ByteSource {
    /// As it was named; `-` is standard input.
    let name: String
    private let descriptor: CInt

    init(name: String) throws(InputError) {
        self.name = name
        if name == "-" {
            descriptor = 0
            return
        }
        descriptor = open(name, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw InputError(file: name, message: String(cString: strerror(errno))) }
        _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    }

    deinit {
        if descriptor > 0 { close(descriptor) }
    }

    func read(into bytes: UnsafeMutablePointer<UInt8>, count: Int) throws(InputError) -> ByteRead {
        while true {
            let result = Glibc.read(descriptor, bytes, count)
            if result > 0 { return .bytes(result) }
            if result == 0 { return .end }
            if errno != EINTR { throw InputError(file: name, message: String(cString: strerror(errno))) }
        }
    }

    /// Size in bytes of each file that has one; nil for standard input, pipes and what cannot be read.
    static func size(ofFile name: String) -> UInt64? {
        var status = stat()
        guard name != "-", stat(name, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return UInt64(status.st_size)
    }
}

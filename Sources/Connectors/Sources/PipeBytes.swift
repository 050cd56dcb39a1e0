import Glibc

/// The bytes of standard input or a pipe, as far as they are there. Owns the descriptor, but for standard input.
final class PipeBytes: ByteSource {
    let name: String
    private let descriptor: CInt

    /// `-` is standard input; anything else a path, which is opened without waiting for a writer.
    init(name: String) throws(InputError) {
        self.name = name
        descriptor = name == "-" ? 0 : open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw InputError(file: name, message: String(cString: strerror(errno))) }
    }

    deinit {
        if descriptor > 0 { close(descriptor) }
    }

    /// A pipe has ended when it had a writer and the last one is gone. Standard input may be shared with other processes,
    /// so it is asked whether it has bytes rather than made not to wait.
    func read(into bytes: UnsafeMutablePointer<UInt8>, count: Int) throws(InputError) -> ByteRead {
        while true {
            var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&request, 1, 0)
            if ready == 0 { return .waiting }
            if ready > 0 {
                let result = Glibc.read(descriptor, bytes, count)
                if result > 0 { return .bytes(result) }
                if result == 0 { return .end }
            }
            if errno == EAGAIN { return .waiting }
            if errno != EINTR { throw InputError(file: name, message: String(cString: strerror(errno))) }
        }
    }
}

import EventEngine
import Glibc

/// Why output could not be written.
public enum OutputError: Error, CustomStringConvertible, Sendable {
    /// The reader has closed its end of the pipe.
    case closed
    /// What the system says about a file.
    case failed(file: String, message: String)

    /// `file: message`.
    public var description: String {
        switch self {
        case .closed: return "output was closed"
        case .failed(let file, let message): return "\(file): \(message)"
        }
    }
}

/// A file, or standard output, that is written in large pieces. For one thread.
public final class BufferedOutput {
    private static let flushSize = 64 << 10

    private let name: String
    private let descriptor: CInt
    private let ownsDescriptor: Bool
    private var buffer = ByteBuffer(capacity: BufferedOutput.flushSize + 4096)

    /// Creates or empties the file of that name; `-` is standard output. Throws when that cannot be done.
    public init(file name: String) throws(OutputError) {
        self.name = name
        ownsDescriptor = name != "-"
        descriptor = ownsDescriptor ? open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644) : 1
        if descriptor < 0 { throw .failed(file: name, message: String(cString: strerror(errno))) }
    }

    deinit {
        if ownsDescriptor { close(descriptor) }
    }

    /// Lets `body` append; writes when enough has come together.
    public func append(_ body: (inout ByteBuffer) -> Void) throws(OutputError) {
        body(&buffer)
        if buffer.count >= Self.flushSize { try flush() }
    }

    /// Writes everything that waits. After an error nothing waits any more.
    public func flush() throws(OutputError) {
        var written = 0
        while written < buffer.count {
            let result = write(descriptor, buffer.bytes.baseAddress! + written, buffer.count - written)
            if result > 0 {
                written += result
            } else if result == 0 || errno != EINTR {
                let code = errno
                buffer.removeAll()
                throw code == EPIPE ? .closed : .failed(file: name, message: String(cString: strerror(code)))
            }
        }
        buffer.removeAll()
    }
}

import CProcess
import Glibc

/// Bytes as a file that nobody else sees, for what reads files: it goes away with this value.
public final class MemoryFile: Sendable {
    private let descriptor: Int32

    /// A file of these bytes; nil when the system has no room for it.
    public init?(_ bytes: [UInt8] = []) {
        descriptor = fx_memory_file()
        guard descriptor >= 0, append(bytes) else { return nil }
    }

    /// Adds bytes behind what is there; false when the system has no room for them. For one thread at a time.
    func append(_ bytes: [UInt8]) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            written += count
        }
        return true
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// By which this process can open it as often as it likes.
    public var path: String { "/proc/self/fd/\(descriptor)" }
}

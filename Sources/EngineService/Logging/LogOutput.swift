import Glibc
import Synchronization

/// Where lines of the log go. Lines of several threads never mix.
public final class LogOutput: Sendable {
    /// Standard error.
    public static let standardError = LogOutput(descriptor: 2)

    private let descriptor: CInt
    private let lock = Mutex(())

    /// Writes to an open file, which stays open.
    init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    /// Writes one line with one call of the system; again only for what that left over. What cannot be written is lost: there
    /// is no place to say so.
    func write(_ line: [UInt8]) {
        lock.withLock { _ in
            var written = 0
            while written < line.count {
                let result = line.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written) }
                if result > 0 {
                    written += result
                } else if result == 0 || errno != EINTR {
                    return
                }
            }
        }
    }
}

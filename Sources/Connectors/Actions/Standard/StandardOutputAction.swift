import Glibc

/// Writes alerts to standard output, one line of JSON each. At least once: after a crash the last ones may come again, and a line that was
/// given up in the middle comes again whole.
package final class StandardOutputAction: ActionAdapter {
    /// So much a pipe takes at once when it takes anything (POSIX, PIPE_BUF): more could wait for a reader that never comes.
    private static let piece = 4096
    /// How often it is looked whether deliveries are to end, milliseconds.
    private static let patience: CInt = 100

    package let largestBatch = 256
    private var cancellation = Cancellation()

    /// Standard output of this process.
    package init() {}

    package func open(pendingBytes: Int, cancellation: Cancellation) { self.cancellation = cancellation }

    package func deliver(_ alerts: [Alert]) throws(DeliveryError) {
        for (index, alert) in alerts.enumerated() {
            var written = 0
            while written < alert.line.count {
                try waitForRoom()
                let result = alert.line.withUnsafeBytes { write(1, $0.baseAddress! + written, min($0.count - written, Self.piece)) }
                if result > 0 {
                    written += result
                } else if result == 0 || (errno != EINTR && errno != EAGAIN) {
                    let code = errno
                    throw DeliveryError(
                        "standard output: \(SystemError.text(code))", kind: code == EPIPE ? .closed : .temporary(retryAfter: nil),
                        delivered: index)
                }
            }
        }
    }

    private func waitForRoom() throws(DeliveryError) {
        var entry = pollfd(fd: 1, events: Int16(POLLOUT), revents: 0)
        while poll(&entry, 1, Self.patience) == 0 {
            if cancellation.isSet { throw .cancelled }
        }
    }
}

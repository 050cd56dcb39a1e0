import Glibc

/// Writes alerts to standard output, one line of JSON each. At least once: after a crash the last ones may come again.
package final class StandardOutputAction: ActionAdapter {
    package let largestBatch = 256

    /// Standard output of this process.
    package init() {}

    package func open(pendingBytes: Int, cancellation: Cancellation) {}

    package func deliver(_ alerts: [Alert]) throws(DeliveryError) {
        for (index, alert) in alerts.enumerated() {
            var written = 0
            while written < alert.line.count {
                let result = alert.line.withUnsafeBytes { write(1, $0.baseAddress! + written, $0.count - written) }
                if result > 0 {
                    written += result
                } else if result == 0 || errno != EINTR {
                    let code = errno
                    throw DeliveryError(
                        "standard output: \(SystemError.text(code))", kind: code == EPIPE ? .closed : .temporary(retryAfter: nil),
                        delivered: index)
                }
            }
        }
    }
}

import Glibc

/// Starts a program for each alert, with the alert on its standard input. No shell is involved.
///
/// Exit code 0: the alert has arrived; 65 (`EX_DATAERR`): it is refused; everything else, a signal, and a program that is not done in
/// time, which is killed with all that it started: it is tried again.
package final class ExecAction: ActionAdapter {
    /// What is started.
    package struct Settings: Sendable, Equatable {
        /// Absolute path of the program, and its arguments.
        package var command: [String]
        /// Names of variables that the program sees, beside none.
        package var environment: [String]
        /// So long it may take, nanoseconds.
        package var timeout: Int64

        /// Settings of these parts.
        package init(command: [String], environment: [String] = ["PATH"], timeout: Int64 = 10_000_000_000) {
            self.command = command
            self.environment = environment
            self.timeout = timeout
        }
    }

    private static let refused: CInt = 65
    private static let largestErrors = 4096

    package let largestBatch = 1
    private let settings: Settings
    private var cancellation = Cancellation()

    /// Nothing is started yet.
    package init(_ settings: Settings) { self.settings = settings }

    package func open(pendingBytes: Int, cancellation: Cancellation) { self.cancellation = cancellation }

    package func deliver(_ alerts: [Alert]) throws(DeliveryError) {
        for (index, alert) in alerts.enumerated() {
            do throws(DeliveryError) {
                try run(alert)
            } catch {
                throw DeliveryError(error.description, kind: error.kind, delivered: index)
            }
        }
    }

    private func run(_ alert: Alert) throws(DeliveryError) {
        let name = settings.command[0]
        let process = try ChildProgram(settings.command, environment: settings.environment, reading: .errors, limit: Self.largestErrors)
        let (status, errors) = try process.run(input: alert.line, timeout: settings.timeout, cancellation: cancellation)
        guard status != 0 else { return }
        let quote = HTTPEndpoint.quote(errors)
        let ending = status & 0x7F == 0 ? "exit code \((status >> 8) & 0xFF)" : "signal \(status & 0x7F)"
        let text = "\(name) ended with \(ending)" + (quote.isEmpty ? "" : ": " + quote)
        throw DeliveryError(text, kind: status == Self.refused << 8 ? .refused : .temporary(retryAfter: nil))
    }
}

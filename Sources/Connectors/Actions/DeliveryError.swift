/// Why alerts could not be delivered.
package struct DeliveryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What becomes of the alerts.
    package enum Kind: Sendable, Equatable {
        /// The system is away, busy or broken: trying again may work. With the time that it asked for, nanoseconds.
        case temporary(retryAfter: Int64?)
        /// The other side has closed what this process cannot open again: trying again is of use only while that may be a mistake.
        case closed
        /// The system does not take this alert, however often it is tried.
        case refused
        /// `Cancellation` was set.
        case cancelled

        /// The time that the system asked for, nanoseconds.
        package var retryAfter: Int64? {
            if case .temporary(let time) = self { return time }
            return nil
        }
    }

    /// What becomes of the alerts.
    package let kind: Kind
    /// Alerts at the beginning of the batch that have arrived all the same.
    package let delivered: Int
    /// What is wrong, and where: one line for an operator, without secrets as far as the adapter knows them.
    package let description: String

    /// An error; temporary unless said otherwise.
    package init(_ description: String, kind: Kind = .temporary(retryAfter: nil), delivered: Int = 0) {
        self.description = description
        self.kind = kind
        self.delivered = delivered
    }

    /// Something is wrong with a file or socket: `errno` says what.
    static func system(_ what: String, code: Int32) -> DeliveryError { DeliveryError("\(what): \(SystemError.text(code))") }

    /// The delivery was given up.
    static let cancelled = DeliveryError("given up", kind: .cancelled)
}

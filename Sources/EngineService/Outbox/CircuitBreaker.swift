/// Stops trying after failures in a row; after a pause one try finds out whether the system is back. For one thread.
struct CircuitBreaker {
    private let limit: Int?
    private var failures = 0

    /// Closed: everything is tried.
    init(limit: Int?) { self.limit = limit }

    /// True when too much has failed in a row: the next try is a probe with one alert.
    var isOpen: Bool { limit.map { failures >= $0 } ?? false }

    /// Failures in a row.
    var failuresInRow: Int { failures }

    /// A try has failed.
    mutating func failed() { failures += 1 }

    /// The system has answered.
    mutating func answered() { failures = 0 }
}

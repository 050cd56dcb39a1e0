/// Where a batch of events ends, in the order of decisions.
public struct BatchEnd: Sendable, Equatable {
    /// Event time reached: every deadline before it has fired.
    public let clock: Int64
    /// Sequence number of the last event.
    public let sequence: UInt64
    /// True for the end of a finite input: everything is decided.
    public let isFinal: Bool

    /// The end of a batch.
    public init(clock: Int64, sequence: UInt64, isFinal: Bool = false) {
        self.clock = clock
        self.sequence = sequence
        self.isFinal = isFinal
    }

    /// True when a decision of that place has been made by then, whoever makes it.
    func includes(_ point: DecisionPoint) -> Bool {
        if isFinal { return true }
        switch point.phase {
        case .event: return UInt64(bitPattern: point.order) <= sequence
        case .deadline: return point.time < clock
        case .flush: return false
        }
    }
}

/// Decisions of several workers on their way into one order.
public struct DecisionPool: Sendable {
    private var decisions: [Decision] = []

    /// An empty pool.
    public init() {}

    /// Adds what a worker decided; of one key, in the order in which it was decided.
    public mutating func add(_ new: [Decision]) { decisions += new }

    /// Takes out, in order, what was decided up to the end of a batch that every worker has done with.
    public mutating func take(through end: BatchEnd) -> [Decision] {
        if decisions.isEmpty { return [] }
        // Decisions of one key at one point must keep their order, so nothing here may be unstable.
        var taken = Array(decisions.filter { end.includes($0.point) }.enumerated())
        if taken.count == decisions.count {
            decisions.removeAll(keepingCapacity: true)
        } else {
            decisions.removeAll { end.includes($0.point) }
        }
        taken.sort { $0.element.point < $1.element.point || ($0.element.point == $1.element.point && $0.offset < $1.offset) }
        return taken.map(\.element)
    }
}

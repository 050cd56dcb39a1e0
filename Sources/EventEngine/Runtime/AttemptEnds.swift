/// What ended an attempt.
public enum AttemptEnd: Int, Sendable, CaseIterable {
    /// Its own match.
    case match
    /// A match of another attempt, by the rule's `skip`.
    case skip
    /// `within`, of the rule or of a group.
    case within
    /// A gap between two steps that grew too long.
    case gap
    /// A step joined by `,` that the next event was not for.
    case next
    /// An event that a negation forbids, also one before the first step.
    case negation
    /// `until`, of the rule or of a group.
    case until
    /// `limit`: older attempts make room for newer ones.
    case limit
    /// A later attempt that awaits the same, under `prefer: latest`.
    case superseded
    /// The pattern was complete, and `having` false.
    case having
    /// The end of the input.
    case flush

    /// Its name, for records and metrics.
    public var name: String { Self.names[rawValue] }

    private static let names = allCases.map { "\($0)" }
}

/// How many attempts ended, by what ended them: of several threads that fell at once, the least preferred one counts.
public struct AttemptEnds: Sendable {
    private var counts = InlineArray<11, Int>(repeating: 0)

    /// None.
    public init() {}

    /// How many were ended by this.
    public subscript(_ end: AttemptEnd) -> Int {
        @inline(__always) get { counts[end.rawValue] }
        @inline(__always) set { counts[end.rawValue] = newValue }
    }

    /// How many ended.
    public var total: Int { AttemptEnd.allCases.reduce(0) { $0 + self[$1] } }

    /// Adds other ones.
    public static func += (left: inout AttemptEnds, right: AttemptEnds) {
        for end in AttemptEnd.allCases { left[end] += right[end] }
    }
}

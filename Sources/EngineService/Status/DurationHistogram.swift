/// How many durations there were, by length.
public struct DurationHistogram: Sendable, Equatable {
    /// Upper bounds of the classes, nanoseconds, included; what is longer is in a class of its own.
    public static let bounds: [Int64] = [
        1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000, 250_000_000, 500_000_000, 1_000_000_000,
        2_500_000_000, 10_000_000_000,
    ]

    /// How many in each class; one more than there are bounds.
    public private(set) var counts = Array(repeating: 0, count: bounds.count + 1)
    /// Their sum, nanoseconds.
    public private(set) var sum: Int64 = 0

    /// None.
    public init() {}

    /// How many there were.
    public var count: Int { counts.reduce(0, +) }

    /// Counts a duration, nanoseconds.
    mutating func add(_ duration: Int64) {
        counts[Self.bounds.firstIndex { duration <= $0 } ?? Self.bounds.count] += 1
        sum += duration
    }
}

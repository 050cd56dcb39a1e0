/// How long things took, counted in buckets.
public struct LatencyHistogram: Sendable, Equatable {
    /// Upper bounds of the buckets, nanoseconds, ascending; what is longer is in the total only.
    public static let bounds: [Int64] = [
        1_000_000, 5_000_000, 10_000_000, 50_000_000, 100_000_000, 500_000_000, 1_000_000_000, 5_000_000_000, 10_000_000_000,
        30_000_000_000,
    ]

    /// How many were within each bound and beyond the one before it.
    public private(set) var buckets = [UInt64](repeating: 0, count: bounds.count)
    /// How many there were.
    public private(set) var count: UInt64 = 0
    /// How long all of them took together, nanoseconds.
    public private(set) var sum: Int64 = 0

    /// Nothing counted.
    public init() {}

    /// Counts one of so many nanoseconds.
    mutating func add(_ duration: Int64) {
        count += 1
        sum += duration
        if let index = Self.bounds.firstIndex(where: { duration <= $0 }) { buckets[index] += 1 }
    }
}

/// How long the partitions of a merge have had nothing to read: who goes on in its place need not wait anew until they are idle.
struct QuietTimes {
    /// Nanoseconds since the first look at the sources.
    var sinceStart: Int64
    /// By source and ordinal, nanoseconds.
    var partitions: [[Int: Int64]]

    /// So long a partition that was idle holds the watermark all the same: its source has to be opened again.
    static let grace: Int64 = 200_000_000

    /// What counts of the time that a partition has been quiet for.
    static func counted(_ quiet: Int64, idle: Int64?) -> Int64 {
        guard let idle else { return 0 }
        return max(0, min(quiet, idle - grace))
    }

    /// What counts of a partition's quiet time.
    func known(source: Int, ordinal: Int, idle: Int64?) -> Int64 {
        Self.counted(partitions[source][ordinal] ?? 0, idle: idle)
    }
}

import Connectors
import EventEngine

/// What a checkpoint keeps of a merge: where each partition was, and what of it had been released.
struct MergeState: Equatable {
    /// What had become of everything before an offset of a partition when a checkpoint was taken by who had read that far.
    struct Mark: Equatable {
        /// Everything before it had been read.
        var end: UInt64
        /// The merge's watermark: what lies before it was released or late.
        var watermark: Int64
        /// Time and rank of the last event that was released in order.
        var releasedTime: Int64
        var releasedRank: Int32

        /// Whether an event that is not late in its own partition had been counted.
        func counts(time: Int64, rank: Int32) -> Bool {
            time < watermark || time < releasedTime || (time == releasedTime && rank <= releasedRank)
        }
    }

    /// A partition.
    struct Partition: Equatable {
        var ordinal: Int
        var identity: String
        var note: String?
        /// Reading begins again here.
        var restart: UInt64
        /// Latest event time before that, nanoseconds.
        var latest: Int64
        /// Everything before this had been read.
        var end: UInt64
        /// Marks of earlier processes that had read further, the latest first: `end` has not come back to theirs since a restart.
        var earlier: [Mark] = []
        var hasEnded: Bool
    }

    /// By source, in the order of the configuration.
    var partitions: [[Partition]]
    var counters: [SourceCounters]
    /// No event before it is released any more, nanoseconds.
    var watermark = Int64.min
    /// Time and rank of the last event that was released in order.
    var releasedTime = Int64.min
    var releasedRank: Int32 = -1

    /// Nothing read of so many sources.
    init(sources: Int) {
        partitions = Array(repeating: [], count: sources)
        counters = Array(repeating: SourceCounters(), count: sources)
    }
}

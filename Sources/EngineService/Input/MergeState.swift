import Connectors
import EventEngine

import EventEngine

/// What a checkpoint keeps of a merge: where each partition was, and what of it had been released.
struct MergeState: Equatable {
    /// What had become of everything before an offset of a partition when a checkpoint was taken by who had read that far.
    struct Mark: Equatable {
        /// Everything before it had been read.
        var end: UInt64
        /// The merge's watermark: what lies before it was released or late.
        var watermark: Int64
        /// Time of the last event that was released in order.
        var releasedTime: Int64
        /// Whether the partition's events of that time were released too.
        var isReleased: Bool
        /// The source's, nanoseconds: what was further behind was late in the partition itself.
        var lateness: Int64

        /// Whether an event had been counted; `latest` is the partition's latest event time before it.
        func counts(time: Int64, latest: Int64) -> Bool {
            time < latest.subtractingSaturated(lateness) || time < watermark || time < releasedTime
                || (time == releasedTime && isReleased)
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
        /// Whether its events of the time that was released last, of which some after `restart` may have to be read again, were released.
        var isReleased = false
        /// The source's lateness, nanoseconds.
        var lateness: Int64 = 0
        /// Marks of earlier processes that say more than what this process knows (`MergePartition.marksAhead`), the latest first.
        var earlier: [Mark] = []
        var hasEnded: Bool
    }

    /// By source, in the order of the configuration.
    var partitions: [[Partition]]
    var counters: [SourceCounters]
    /// No event before it is released any more, nanoseconds.
    var watermark = Int64.min
    /// Time of the last event that was released in order.
    var releasedTime = Int64.min

    /// What had become of what was read of a partition.
    func mark(of partition: Partition) -> Mark {
        Mark(
            end: partition.end, watermark: watermark, releasedTime: releasedTime, isReleased: partition.isReleased,
            lateness: partition.lateness)
    }

    /// The greatest rank of partitions that have had events of the time that was released last, which were released; -1: none had.
    var releasedRank: Int32 {
        let ranks = partitions.enumerated().flatMap { source, partitions in
            partitions.filter { partition in
                partition.isReleased || partition.earlier.contains { $0.isReleased && $0.releasedTime == releasedTime }
            }.map { MergePartition.rank(source: source, ordinal: $0.ordinal) }
        }
        return ranks.max() ?? -1
    }

    /// Nothing read of so many sources.
    init(sources: Int) {
        partitions = Array(repeating: [], count: sources)
        counters = Array(repeating: SourceCounters(), count: sources)
    }
}

import Connectors
import EventEngine

/// A block of events of which some wait to be released, or are under way. Goes back to its source when nobody holds it.
final class HeldBlock: EventMemory {
    let block: EventBlock
    private let source: any EventSource
    /// Offset of its first event in the partition.
    let firstOffset: UInt64
    /// The partition's latest event time before it, nanoseconds.
    let latestBefore: Int64
    /// What its source must be told to read from it on; nil: nothing. A file may have ended when that is asked.
    let note: String?
    /// Events that have not been released.
    var waiting = 0

    init(_ block: EventBlock, source: any EventSource, latestBefore: Int64, note: String?) {
        self.block = block
        self.source = source
        self.latestBefore = latestBefore
        self.note = note
        firstOffset = block.headers[0].offset
        super.init()
    }

    deinit { source.recycle(block) }
}

/// What a merge knows of one partition.
struct MergePartition {
    /// Its place in the order that decides between events of one time: the source's in the configuration, then discovery.
    let rank: Int32
    /// Its number within the source, the same over restarts.
    let ordinal: Int
    /// Latest event time, nanoseconds.
    var latest = Int64.min
    /// Everything before this offset has been read, since the restart.
    var end: UInt64
    /// How far it was read before the restart, by earlier and earlier processes.
    var marks: [MergeState.Mark] = [] {
        didSet { countedBefore = marks.map(\.end).max() ?? 0 }
    }
    /// Everything before this offset was read before the restart.
    private(set) var countedBefore: UInt64 = 0
    /// Blocks with events that are not released, in order of reading.
    var blocks: [HeldBlock] = []
    var hasEnded = false
    /// Wall clock when it last gave something, or was held back, nanoseconds.
    var lastProgress: Int64 = 0
    /// How long it had given nothing new when it was found, nanoseconds: what is read of that time, or again, is not new.
    var quietBefore: Int64 = 0
    /// Everything before this offset is of that time.
    var oldUntil: UInt64 = 0
    /// True while it holds the watermark no longer.
    var isIdle = false
    var isPaused = false

    /// A partition that has been read up to `end`, or is read from there on.
    init(source: Int, ordinal: Int, end: UInt64) {
        rank = Self.rank(source: source, ordinal: ordinal)
        self.ordinal = ordinal
        self.end = end
    }

    /// Its watermark, when no event may come more than `lateness` behind the latest.
    func watermark(lateness: Int64) -> Int64 {
        latest.subtractingSaturated(lateness)
    }

    /// Whether an event, the next after those up to `latest`, was released or counted before the restart.
    func wasCounted(offset: UInt64, time: Int64) -> Bool {
        offset < countedBefore && marks.contains { offset < $0.end && $0.counts(time: time, latest: latest) }
    }

    /// The rank of a source's partition.
    static func rank(source: Int, ordinal: Int) -> Int32 { Int32(source << 20 | min(ordinal, 1 << 20 - 1)) }

    /// True when it holds the watermark.
    var isActive: Bool { !hasEnded && !isIdle }

    /// Marks that say more than the one that is taken now: they are further than what has been read since the restart, or were taken with
    /// another lateness and are further than where the next restart begins.
    func marksAhead(lateness: Int64) -> [MergeState.Mark] {
        marks.filter { $0.end > end || ($0.lateness != lateness && $0.end > restart.offset) }
    }

    /// Where reading must begin again so that no event that is not released is missed, and the latest event time before that.
    var restart: (offset: UInt64, latest: Int64) {
        blocks.first.map { ($0.firstOffset, $0.latestBefore) } ?? (end, latest)
    }
}

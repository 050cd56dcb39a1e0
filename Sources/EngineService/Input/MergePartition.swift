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
    /// How far it was read before the restart, by earlier and earlier processes, each further than the one before.
    var marks: [MergeState.Mark] = [] {
        didSet { countedBefore = marks.last?.end ?? 0 }
    }
    /// Everything before this offset was read before the restart.
    private(set) var countedBefore: UInt64 = 0
    /// Blocks with events that are not released, in order of reading.
    var blocks: [HeldBlock] = []
    var hasEnded = false
    /// Wall clock when it last gave something, or was held back, nanoseconds.
    var lastProgress: Int64
    /// How long it had given nothing new when another merge handed it over, nanoseconds: what is read again is not new.
    var quietBefore: Int64 = 0
    /// True while it holds the watermark no longer.
    var isIdle = false
    var isPaused = false

    /// Its watermark, when no event may come more than `lateness` behind the latest.
    func watermark(lateness: Int64) -> Int64 {
        let (result, overflow) = latest.subtractingReportingOverflow(lateness)
        return overflow ? .min : result
    }

    /// Whether an event that is not late in the partition was released or counted before the restart.
    func wasCounted(offset: UInt64, time: Int64) -> Bool {
        guard offset < countedBefore, let mark = marks.first(where: { offset < $0.end }) else { return false }
        return mark.counts(time: time, rank: rank)
    }

    /// True when it holds the watermark.
    var isActive: Bool { !hasEnded && !isIdle }

    /// Marks that are further than what has been read since the restart.
    var marksAhead: [MergeState.Mark] { marks.filter { $0.end > end } }

    /// Where reading must begin again so that no event that is not released is missed, and the latest event time before that.
    var restart: (offset: UInt64, latest: Int64) {
        blocks.first.map { ($0.firstOffset, $0.latestBefore) } ?? (end, latest)
    }
}

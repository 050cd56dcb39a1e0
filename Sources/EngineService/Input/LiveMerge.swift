import Connectors
import EventEngine

/// Merges live sources by event time. For one thread.
///
/// Each partition has a watermark, its latest event time less the source's lateness; the merge's is the least of those that
/// are not idle and have not ended, and never goes back. An event behind its own partition's watermark, or behind the
/// merge's, is late. All others are released in order of (time, source, partition, position) once the watermark has passed
/// them. When every partition is idle the watermark follows the wall clock, behind it by the longest time that it takes to
/// be idle and the greatest lateness.
///
/// A partition that is ahead of the others is held back while several of its blocks wait, so memory is bounded by the
/// lateness, however far the partitions are apart.
final class LiveMerge {
    /// A source and how its events are taken.
    struct Input {
        var source: any EventSource
        /// Nanoseconds.
        var lateness: Int64 = 0
        /// A partition without anything to read for so long (nanoseconds of wall clock) is idle; nil: never.
        var idle: Int64?
        var late = LatePolicy.drop
    }

    /// What happens to late events.
    enum LatePolicy {
        case drop
        case process
        /// Counted and shown, not delivered.
        case side((EventView) -> Void)
    }

    /// What one look at the sources came to.
    enum Progress {
        /// Something was read, or released.
        case moved
        /// Nothing is there to be read now.
        case waiting
        /// Every source has ended; everything has been released.
        case finished
    }

    private static let blocksAhead = 3

    let inputs: [Input]
    let clock: () -> Int64
    private let emit: (EventView, HeldBlock) -> Void
    /// By source, as the source numbers them.
    private(set) var partitions: [[MergePartition]]
    /// By source: what a checkpoint has of partitions that the source has not found again, or not yet.
    private var unclaimed: [[MergeState.Partition]]
    private var nextOrdinal: [Int]
    private let restored: MergeState
    private let quiet: QuietTimes?
    private var finished: [Bool]
    private(set) var counters: [SourceCounters]
    private var waiting = ReorderBuffer()
    private var blocks: [HeldBlock?] = []
    private var freeBlocks: [Int32] = []
    private var arrivals: UInt64 = 0
    let startTime: Int64
    private let maximumLateness: Int64
    /// No event before it is released any more.
    private(set) var watermark: Int64
    /// Rank of the first partition whose own watermark is the merge's; -1 when the watermark stands above all of them.
    private var watermarkRank: Int32 = -1
    private var releasedTime: Int64
    private var releasedRank: Int32

    /// - Parameters:
    ///   - state: of the checkpoint that the sources' positions are from.
    ///   - quiet: of the merge that this one takes the place of; nil after a restart.
    ///   - clock: wall clock, nanoseconds since 1970 UTC.
    ///   - emit: takes released events, in order; the block keeps the event's memory.
    init(
        _ inputs: [Input], state: MergeState?, quiet: QuietTimes? = nil, clock: @escaping () -> Int64,
        emit: @escaping (EventView, HeldBlock) -> Void
    ) {
        self.inputs = inputs
        self.clock = clock
        self.emit = emit
        let state = state ?? MergeState(sources: inputs.count)
        finished = Array(repeating: false, count: inputs.count)
        counters = state.counters
        unclaimed = state.partitions
        nextOrdinal = state.partitions.map { ($0.map(\.ordinal).max() ?? -1) + 1 }
        restored = state
        self.quiet = quiet
        watermark = state.watermark
        releasedTime = state.releasedTime
        releasedRank = state.releasedRank
        startTime = clock() - (quiet?.sinceStart ?? 0)
        maximumLateness = inputs.map(\.lateness).max() ?? 0
        partitions = Array(repeating: [], count: inputs.count)
        for index in inputs.indices { findPartitions(index) }
        updateWatermark()
    }

    /// Reads one block of each source that has one, and releases what can be released.
    func poll() throws(InputError) -> Progress {
        var moved = false
        // All are asked before anything is taken: a source finds its partitions when it is asked, and they hold the watermark.
        var reads: [(source: Int, read: SourceRead)] = []
        for index in inputs.indices where !finished[index] {
            reads.append((index, try inputs[index].source.next()))
            findPartitions(index)
            // What it has not found by now is gone.
            unclaimed[index] = []
        }
        for (index, read) in reads {
            switch read {
            case .events(let block, let partition, let end):
                moved = true
                take(block, source: index, partition: partition, end: end)
            case .nothing(let partition, let end):
                moved = true
                partitions[index][partition].end = max(partitions[index][partition].end, end)
                note(progress: partition, source: index, end: end)
            case .ended(let partition):
                moved = true
                partitions[index][partition].hasEnded = true
                updateWatermark()
            case .waiting: lookForIdle(index)
            case .finished:
                finished[index] = true
                for partition in partitions[index].indices { partitions[index][partition].hasEnded = true }
                moved = true
                updateWatermark()
            }
        }
        if finished.allSatisfy(\.self) { watermark = .max }
        followWallClock()
        release()
        balance()
        if finished.allSatisfy(\.self) { return .finished }
        return moved ? .moved : .waiting
    }

    /// What a checkpoint must keep, after everything released so far.
    func state() -> MergeState {
        var state = MergeState(sources: inputs.count)
        state.counters = counters
        state.watermark = watermark == .max ? releasedTime : watermark
        state.releasedTime = releasedTime
        for index in inputs.indices {
            state.partitions[index] = unclaimed[index]
            for (number, partition) in partitions[index].enumerated() {
                // The end of a file that is gone is of no use any more, unless some of it waits to be released.
                guard inputs[index].source.needsPosition(partition: number) || !partition.blocks.isEmpty else { continue }
                let restart = partition.restart
                let hasEnded = partition.hasEnded && partition.blocks.isEmpty
                state.partitions[index].append(
                    MergeState.Partition(
                        ordinal: partition.ordinal, identity: inputs[index].source.partitions[number].identity,
                        note: partition.blocks.first?.note ?? inputs[index].source.note(offset: restart.offset, partition: number),
                        restart: restart.offset,
                        latest: restart.latest, end: partition.end,
                        isReleased: !partition.blocks.isEmpty && partition.rank <= releasedRank, lateness: inputs[index].lateness,
                        earlier: hasEnded ? [] : partition.marksAhead(lateness: inputs[index].lateness), hasEnded: hasEnded))
            }
        }
        return state
    }

    /// Counts a line that is no event; false when a checkpoint has counted it already.
    func takeMalformed(_ line: MalformedLine, source: Int, partition: Int) -> Bool {
        findPartitions(source)
        if partition < partitions[source].count, line.offset < partitions[source][partition].countedBefore { return false }
        if line.part == .whole || line.part == .first {
            counters[source].malformed += 1
            counters[source].read += 1
        }
        return true
    }

    // MARK: Reading

    /// Takes in the partitions that a source has found; those of a checkpoint are told by their identities.
    private func findPartitions(_ index: Int) {
        let known = inputs[index].source.partitions
        while partitions[index].count < known.count {
            let partition = known[partitions[index].count]
            var found: MergePartition
            if let place = unclaimed[index].firstIndex(where: { $0.identity == partition.identity }) {
                found = restore(unclaimed[index].remove(at: place), source: index)
            } else {
                let ordinal = nextOrdinal[index]
                nextOrdinal[index] += 1
                found = MergePartition(source: index, ordinal: ordinal, end: partition.start)
            }
            let now = clock()
            if let written = partition.written {
                found.oldUntil = max(found.oldUntil, written.end)
                let quiet = QuietTimes.counted(now.subtractingSaturated(written.time), idle: inputs[index].idle)
                found.quietBefore = max(found.quietBefore, quiet)
            }
            found.lastProgress = now - found.quietBefore
            partitions[index].append(found)
        }
    }

    private func restore(_ partition: MergeState.Partition, source: Int) -> MergePartition {
        var known = MergePartition(source: source, ordinal: partition.ordinal, end: partition.restart)
        known.quietBefore = quiet?.known(source: source, ordinal: partition.ordinal, idle: inputs[source].idle) ?? 0
        known.latest = partition.latest
        known.marks = [restored.mark(of: partition)] + partition.earlier
        known.oldUntil = known.countedBefore
        known.hasEnded = partition.hasEnded
        return known
    }

    private func note(progress partition: Int, source: Int, end: UInt64) {
        if end > partitions[source][partition].oldUntil { partitions[source][partition].quietBefore = 0 }
        partitions[source][partition].lastProgress = clock() - partitions[source][partition].quietBefore
        if partitions[source][partition].isIdle {
            partitions[source][partition].isIdle = false
            updateWatermark()
        }
    }

    private func take(_ block: EventBlock, source: Int, partition number: Int, end: UInt64) {
        note(progress: number, source: source, end: end)
        let held = HeldBlock(
            block, source: inputs[source].source, latestBefore: partitions[source][number].latest,
            note: inputs[source].source.note(offset: block.headers[0].offset, partition: number))
        var partition = partitions[source][number]
        var place: Int32 = -1
        let lateness = inputs[source].lateness
        let isDirect = lateness == 0 && waiting.isEmpty && isOnlyActive(source, number)
        for row in 0..<block.count {
            let event = block.event(at: row)
            let time = event.header.pointee.time
            let isBehind = time < partition.watermark(lateness: lateness)
            let wasCounted = partition.wasCounted(offset: event.header.pointee.offset, time: time)
            if time > partition.latest { partition.latest = time }
            if wasCounted { continue }
            if isBehind || time < watermark {
                takeLate(event, held, source: source)
            } else if isDirect {
                // Nothing but this partition holds the watermark back: what it shows is released at once.
                watermark = max(watermark, time)
                deliver(event, held, time: time, rank: partition.rank)
                counters[source].processed += 1
                counters[source].read += 1
            } else {
                if place < 0 { place = insert(held) }
                held.waiting += 1
                arrivals += 1
                waiting.insert(ReorderBuffer.Entry(time: time, arrival: arrivals, source: partition.rank, block: place, view: event))
            }
        }
        partition.end = max(partition.end, end)
        if held.waiting > 0 { partition.blocks.append(held) }
        partitions[source][number] = partition
        updateWatermark()
    }

    private func takeLate(_ event: EventView, _ held: HeldBlock, source: Int) {
        counters[source].read += 1
        switch inputs[source].late {
        case .drop: counters[source].late += 1
        case .side(let show):
            counters[source].late += 1
            show(event)
        case .process:
            counters[source].lateProcessed += 1
            counters[source].processed += 1
            emit(event, held)
        }
    }

    private func isOnlyActive(_ source: Int, _ number: Int) -> Bool {
        for index in inputs.indices {
            for other in partitions[index].indices where partitions[index][other].isActive {
                if index != source || other != number { return false }
            }
        }
        return true
    }

    // MARK: Releasing

    private func insert(_ held: HeldBlock) -> Int32 {
        if let place = freeBlocks.popLast() {
            blocks[Int(place)] = held
            return place
        }
        blocks.append(held)
        return Int32(blocks.count - 1)
    }

    private func release() {
        while !waiting.isEmpty {
            let entry = waiting.first
            // What stands where others have been released already does not wait: a checkpoint tells them by time only.
            let rank = entry.time == releasedTime ? max(watermarkRank, releasedRank) : watermarkRank
            guard entry.time < watermark || (entry.time == watermark && entry.source <= rank) else { return }
            waiting.removeFirst()
            guard let held = blocks[Int(entry.block)] else { continue }
            deliver(entry.view, held, time: entry.time, rank: entry.source)
            let source = Int(entry.source) >> 20
            counters[source].processed += 1
            counters[source].read += 1
            held.waiting -= 1
            if held.waiting == 0 {
                blocks[Int(entry.block)] = nil
                freeBlocks.append(entry.block)
                dropReleasedBlocks(rank: entry.source)
            }
        }
    }

    private func deliver(_ event: EventView, _ held: HeldBlock, time: Int64, rank: Int32) {
        // An idle partition may come back with what is as old as the last event of another, whose rank is higher.
        releasedRank = time == releasedTime ? max(releasedRank, rank) : rank
        releasedTime = time
        emit(event, held)
    }

    private func dropReleasedBlocks(rank: Int32) {
        let source = Int(rank) >> 20
        guard let number = partitions[source].firstIndex(where: { $0.rank == rank }) else { return }
        let kept = partitions[source][number].blocks.drop { $0.waiting == 0 }
        if kept.count < partitions[source][number].blocks.count { partitions[source][number].blocks = Array(kept) }
    }

    /// The least watermark of the active partitions, where that is later than before.
    private func updateWatermark() {
        var least = Int64.max
        var rank: Int32 = -1
        for index in inputs.indices {
            for partition in partitions[index] where partition.isActive {
                let own = partition.watermark(lateness: inputs[index].lateness)
                if own < least || (own == least && partition.rank < rank) {
                    least = own
                    rank = partition.rank
                }
            }
        }
        guard rank >= 0 else {
            watermarkRank = -1
            return
        }
        watermarkRank = least >= watermark ? rank : -1
        watermark = max(watermark, least)
    }

    // MARK: Idle partitions

    private func lookForIdle(_ index: Int) {
        guard let idle = inputs[index].idle else { return }
        let now = clock()
        var changed = false
        for number in partitions[index].indices where partitions[index][number].isActive {
            if partitions[index][number].isPaused {
                partitions[index][number].lastProgress = now - partitions[index][number].quietBefore
            } else if now - partitions[index][number].lastProgress >= idle {
                partitions[index][number].isIdle = true
                changed = true
            }
        }
        if changed { updateWatermark() }
    }

    /// When every partition is idle or has ended, and not only because nothing has been looked at yet: time goes on as outside.
    private func followWallClock() {
        guard !finished.allSatisfy(\.self) else { return }
        let now = clock()
        var longest: Int64 = 0
        for index in inputs.indices where !finished[index] {
            guard let idle = inputs[index].idle, !partitions[index].contains(where: \.isActive) else { return }
            // Of a source that has found nothing yet it is only known since when it looks.
            if partitions[index].isEmpty, now - startTime < idle { return }
            longest = max(longest, idle)
        }
        // An event is always read after its time. So long nothing has come; what is on its way must not be late for that.
        let (reached, overflow) = now.subtractingReportingOverflow(maximumLateness + longest)
        guard !overflow, reached > watermark else { return }
        watermark = reached
        watermarkRank = -1
    }

    /// Holds back partitions that are ahead: several of their blocks wait, and others hold the watermark.
    private func balance() {
        for index in inputs.indices {
            for number in partitions[index].indices {
                let partition = partitions[index][number]
                let own = partition.watermark(lateness: inputs[index].lateness)
                let isAhead = partition.isActive && partition.blocks.count >= Self.blocksAhead && own > watermark
                if isAhead != partition.isPaused {
                    partitions[index][number].isPaused = isAhead
                    partitions[index][number].lastProgress = clock() - partition.quietBefore
                    inputs[index].source.setPaused(isAhead, partition: number)
                }
            }
        }
    }
}

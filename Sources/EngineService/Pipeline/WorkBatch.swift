import EventEngine

/// A run of events in the order of processing, on its way through all workers. Keeps the memory that the events lie in.
final class WorkBatch: @unchecked Sendable {
    // Unchecked: nothing changes after it is made.

    /// From 0, without gaps.
    let number: UInt64
    /// Number of events.
    let count: Int
    /// Sequence number of the last event before it.
    let sequenceBefore: UInt64
    /// Where it ends.
    let end: BatchEnd
    private let views: UnsafeMutablePointer<EventView>
    private let retained: [AnyObject]

    /// Takes the events over from a builder, at event time `clock` or later.
    fileprivate init(
        number: UInt64, views: UnsafeMutablePointer<EventView>, count: Int, sequenceBefore: UInt64, end: BatchEnd, retained: [AnyObject]
    ) {
        self.number = number
        self.views = views
        self.count = count
        self.sequenceBefore = sequenceBefore
        self.end = end
        self.retained = retained
    }

    deinit { views.deallocate() }

    /// Shows every event with its sequence number.
    @inline(__always)
    func forEach(_ body: (EventView, _ sequence: UInt64) -> Void) {
        var sequence = sequenceBefore
        for index in 0..<count {
            sequence &+= Engine.sequenceStep
            body(views[index], sequence)
        }
    }
}

/// Collects events into batches.
struct WorkBatchBuilder: ~Copyable {
    private static let capacity = 4096

    private var views: UnsafeMutablePointer<EventView>
    private(set) var count = 0
    private var retained: [AnyObject] = []
    /// Number of the batch under way.
    private(set) var number: UInt64 = 0
    /// Sequence number of the last event of the last batch.
    private(set) var sequence: UInt64
    /// Event time reached.
    private(set) var clock: Int64

    /// A builder that goes on behind `sequence` and `clock`.
    init(sequence: UInt64 = 0, clock: Int64 = .min) {
        self.sequence = sequence
        self.clock = clock
        views = .allocate(capacity: Self.capacity)
    }

    deinit { views.deallocate() }

    /// True when no more events fit.
    var isFull: Bool { count == Self.capacity }

    /// Adds an event.
    @inline(__always)
    mutating func append(_ event: EventView) {
        (views + count).initialize(to: event)
        count &+= 1
        let time = event.header.pointee.time
        if time > clock { clock = time }
    }

    /// Keeps memory that events of the batch lie in; once is enough for each.
    mutating func retain(_ owner: AnyObject) { retained.append(owner) }

    /// The batch of the events so far; event time goes on to `watermark`, where that is later.
    mutating func finish(watermark: Int64) -> WorkBatch {
        clock = max(clock, watermark)
        let before = sequence
        sequence &+= UInt64(count) &* Engine.sequenceStep
        let batch = WorkBatch(
            number: number, views: views, count: count, sequenceBefore: before, end: BatchEnd(clock: clock, sequence: sequence),
            retained: retained)
        number += 1
        views = .allocate(capacity: Self.capacity)
        count = 0
        retained = []
        return batch
    }
}

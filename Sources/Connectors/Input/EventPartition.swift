import EventEngine

/// One source partition: a file or a pipe that is read in blocks of events, in the order of its bytes.
protocol EventPartition: AnyObject {
    /// Bytes read so far.
    var bytesRead: UInt64 { get }
    /// Lines and records that were no events.
    var malformed: Int { get }
    /// Everything before this byte has been delivered, as events or as malformed.
    var offset: UInt64 { get }
    /// What comes next. Reads about one block's worth of bytes.
    func read() throws(InputError) -> PartitionRead
    /// What must be kept with `offset`, which lies before what was read, to go on there; nil when nothing.
    func note(at offset: UInt64) -> String?
    /// No note before `offset` will be asked for.
    func forget(before offset: UInt64)
}

extension EventPartition {
    func note(at offset: UInt64) -> String? { nil }
    func forget(before offset: UInt64) {}
}

/// What a partition gives when it is asked.
enum PartitionRead {
    /// Events, at least one. The receiver gives the block back to the pool.
    case block(EventBlock)
    /// Bytes, but no event among them.
    case nothing
    /// No whole line or record now.
    case waiting
    /// None any more.
    case end
}

extension EventPartition {
    /// The next block of a partition that is read once, which never waits; nil at the end.
    func nextBlock() throws(InputError) -> EventBlock? {
        while true {
            switch try read() {
            case .block(let block): return block
            case .nothing: continue
            case .waiting: preconditionFailure("a partition that is read once waits")
            case .end: return nil
            }
        }
    }
}

/// What every partition of an input shares, and what tells this one from the others.
struct PartitionContext {
    let stream: Int32
    let source: Int32
    let maximumLineLength: Int
    let decoder: EventDecoder
    let pool: EventBlockPool
    let sink: MalformedLineSink
    /// Wall clock for `EventHeader.ingested`, nanoseconds since 1970; nil in replay, where that is the event time.
    var clock: (() -> Int64)?
}

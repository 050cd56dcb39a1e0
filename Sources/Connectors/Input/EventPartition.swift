import EventEngine

/// One source partition: a file that is read in blocks of events, in the order of the file.
protocol EventPartition: AnyObject {
    /// Bytes read so far.
    var bytesRead: UInt64 { get }
    /// Lines and records that were no events.
    var malformed: Int { get }
    /// The next block, which has at least one row; nil at the end. The caller gives it back to the pool.
    func nextBlock() throws(InputError) -> EventBlock?
}

/// What every partition of an input shares.
struct PartitionContext {
    let stream: Int32
    let source: Int32
    let maximumLineLength: Int
    let decoder: EventDecoder
    let pool: EventBlockPool
    let sink: MalformedLineSink
}

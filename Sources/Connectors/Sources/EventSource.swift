import EventEngine

/// A live source of events: one name in the configuration, which is its stream. It has partitions (files, Redis streams,
/// standard input), each read in order of offset; they come and go while it runs. For one thread, but for `recycle`.
public protocol EventSource: AnyObject {
    /// The partitions found so far, in order of discovery: those of restored positions in their order, then of those found
    /// at once in order of name. Only grows.
    var partitions: [SourcePartition] { get }

    /// What there is to read now. Never waits for data; takes partitions in turn. Notices for operators are given to their
    /// handler during this call, in the caller's thread.
    ///
    /// A partition whose reading must pause (`setPaused`) is passed over. Throws what no further call can mend.
    func next() throws(InputError) -> SourceRead

    /// Holds back or goes on with a partition; a merge pauses those that are far ahead of the others.
    func setPaused(_ paused: Bool, partition: Int)

    /// What `SourcePosition.note` must be for a position of the partition at `offset`, which was read and is not before the
    /// last `committed`. Nil when nothing.
    func note(offset: UInt64, partition: Int) -> String?

    /// Everything before `offset` of the partition is in a durable checkpoint: the source may forget it (acknowledge
    /// pending entries).
    func committed(offset: UInt64, partition: Int)

    /// Whether the partition's position must be in the next checkpoint. False when it has ended and will never be found
    /// again, as its file is gone: a checkpoint that keeps it does no harm, but would grow forever.
    func needsPosition(partition: Int) -> Bool

    /// Gives a block back when nothing points into it any more. From any thread.
    func recycle(_ block: EventBlock)

    /// Lets go of files and connections.
    func close()
}

/// What a source gives when it is asked.
public enum SourceRead {
    /// Events of one partition, at least one; its headers have `offset` within the partition. `end` is the offset behind
    /// everything read of it so far.
    case events(EventBlock, partition: Int, end: UInt64)
    /// Nothing but malformed or blank input was read of the partition; `end` as above.
    case nothing(partition: Int, end: UInt64)
    /// The partition will not give any more: the file was rotated away and read to its end, or is read once only.
    case ended(partition: Int)
    /// No partition has anything now.
    case waiting
    /// Every partition has ended, and no other will come.
    case finished
}

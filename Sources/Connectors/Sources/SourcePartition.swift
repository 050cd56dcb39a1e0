/// A partition of a source.
public struct SourcePartition: Sendable, Equatable {
    /// What tells it from every other of the source, over restarts: JSON of one line that only the source reads, such as
    /// `{"path":"/var/log/auth.log","device":1,"inode":42,"head":"…","length":256}`.
    public var identity: String
    /// For people: the path, or the name of the Redis stream.
    public var name: String
    /// False for what cannot be read again from an offset (standard input, pipes).
    public var isReplayable: Bool
    /// Where reading began or went on: the partition's position until something of it is done with.
    public var start: UInt64
    /// `EventHeader.source` of its events.
    public var number: Int32
    /// What was written to it before it was found; nil: not known.
    public var written: Written?

    /// A file that was there.
    public struct Written: Sendable, Equatable {
        /// Everything before this offset was.
        public var end: UInt64
        /// Wall clock when the last of it was, nanoseconds since 1970 UTC.
        public var time: Int64

        /// A file of a size and a time of modification.
        public init(end: UInt64, time: Int64) {
            self.end = end
            self.time = time
        }
    }

    /// A partition of these parts.
    public init(identity: String, name: String, isReplayable: Bool, start: UInt64 = 0, number: Int32 = 0) {
        self.identity = identity
        self.name = name
        self.isReplayable = isReplayable
        self.start = start
        self.number = number
    }
}

/// Where a partition was when a checkpoint was taken: what a source is opened with after a restart.
public struct SourcePosition: Sendable, Equatable {
    /// `SourcePartition.identity`.
    public var identity: String
    /// Reading goes on here: everything before it is done with.
    public var offset: UInt64
    /// True when the partition had ended there.
    public var hasEnded: Bool
    /// What the source's `note(offset:partition:)` gave for the offset.
    public var note: String?

    /// A position of these parts.
    public init(identity: String, offset: UInt64, hasEnded: Bool, note: String? = nil) {
        self.identity = identity
        self.offset = offset
        self.hasEnded = hasEnded
        self.note = note
    }
}

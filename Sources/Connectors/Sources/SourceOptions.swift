import EventEngine

/// What every source of the service is opened with.
public struct SourceOptions {
    /// Where a partition that no checkpoint knows is read from.
    public enum Start: Sendable {
        /// From its first byte or entry.
        case beginning
        /// From its end, if it is there when the service starts for the first time (`positions` is nil); what appears
        /// later is read from its first byte.
        case end
    }

    /// The source's name, and its stream's.
    public var name: String
    /// Fields to decode.
    public var schema: EventSchema
    /// How bytes become events.
    public var format: SourceFormat
    /// Names or dotted paths of fields that give event time, the first that is there and not null; empty: the usual ones.
    public var timeFields: [String] = []
    /// Where reading begins.
    public var start = Start.beginning
    /// Positions of the last checkpoint, in order of the partitions' discovery; nil when there never was one.
    public var positions: [SourcePosition]?
    /// The positions of a checkpoint are lost: everything since the beginning is to be read again, whoever was given it. `positions`
    /// is nil, or has the beginnings of what is known, and `start` is the beginning.
    public var rewinds = false
    /// Where a pipe stays open when the source is closed, for the source that goes on with it; nil: nobody does.
    public var pipe: PipeMemory?
    /// Bytes that are read and decoded in one go, from 16.
    public var blockSize = 256 << 10
    /// Bytes of the longest line or record that is read; longer ones are malformed.
    public var maximumLineLength = 16 << 20
    /// Gives a new partition its `EventHeader.source`: the number of its name, which every partition of that name has. Called once
    /// for each partition, in order of discovery.
    public var number: (SourcePartition) -> Int32
    /// Takes malformed input, with the partition's index.
    public var malformed: (MalformedLine, _ partition: Int) -> Void = { _, _ in }
    /// Takes what operators should know.
    public var notice: SourceNoticeHandler = { _ in }
    /// Wall clock, nanoseconds since 1970 UTC: for `EventHeader.ingested`, and for times written without a year.
    public var clock: () -> Int64 = WallClock.now

    /// Options with the usual limits, from the beginning, without a checkpoint.
    public init(name: String, schema: EventSchema, format: SourceFormat, number: @escaping (SourcePartition) -> Int32) {
        self.name = name
        self.schema = schema
        self.format = format
        self.number = number
    }
}

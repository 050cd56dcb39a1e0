/// What every event has beside its fields. Trivially copyable; `raw` points into the block it was read in.
public struct EventHeader {
    /// Event time, nanoseconds since 1970 UTC.
    public var time: Int64
    /// When it was read; in replay the event time.
    public var ingested: Int64
    /// Position in its source partition: byte offset of its line.
    public var offset: UInt64
    /// The event as read: one JSON object, without line end.
    public var rawStart: UnsafeRawPointer
    /// Bytes of `rawStart`.
    public var rawLength: Int
    /// Index in `EventSchema.streams`; -1 for a stream that no rule names.
    public var stream: Int32
    /// Index of the source (file, partition) in the pipeline's table.
    public var source: Int32

    /// A header of these parts.
    public init(
        time: Int64, ingested: Int64, offset: UInt64, raw: UnsafeRawBufferPointer, stream: Int32, source: Int32
    ) {
        self.time = time
        self.ingested = ingested
        self.offset = offset
        rawStart = raw.baseAddress!
        rawLength = raw.count
        self.stream = stream
        self.source = source
    }

    /// The event as read.
    public var raw: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: rawStart, count: rawLength) }
}

/// An event under test: its header and one value slot for each field of the schema. Valid while its block is.
public struct EventView {
    /// Header.
    public let header: UnsafePointer<EventHeader>
    /// `EventSchema.fields.count` slots.
    public let slots: UnsafePointer<Value>

    /// A view of memory that outlives it.
    public init(header: UnsafePointer<EventHeader>, slots: UnsafePointer<Value>) {
        self.header = header
        self.slots = slots
    }
}

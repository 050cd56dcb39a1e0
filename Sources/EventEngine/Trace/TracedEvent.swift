/// A copy of an event that a trace has met: where it comes from and how it begins.
public struct TracedEvent: Sendable {
    /// Most bytes of the raw event that are kept.
    static let rawLimit = 2048

    /// Event time, nanoseconds since 1970 UTC.
    public let time: Int64
    /// Index of its stream; -1 for one that no rule names.
    public let stream: Int32
    /// Index of its source.
    public let source: Int32
    /// Position in its source: byte offset of its line.
    public let offset: UInt64
    /// Position in the order of processing.
    public let sequence: UInt64
    /// The event as read, at most the first 2,048 bytes.
    public let raw: [UInt8]
    /// True when `raw` is not all of it.
    public let isClipped: Bool

    init(_ header: EventHeader, sequence: UInt64) {
        time = header.time
        stream = header.stream
        source = header.source
        offset = header.offset
        self.sequence = sequence
        raw = Array(header.raw.prefix(Self.rawLimit))
        isClipped = header.rawLength > Self.rawLimit
    }
}

/// An event that a thread has bound.
public struct TracedBinding: Sendable {
    /// Index of the variable.
    public let variable: Int
    /// The event.
    public let event: TracedEvent
}

/// A decision of the rule that is traced.
public struct TracedDecision: Sendable {
    /// The match, or the attempt that timed out.
    public let match: Match
    /// Canonical text of the key whose sequence decided it.
    public let key: [UInt8]
    /// Held back by `suppress` until then; nil: it is put out.
    public let suppressedUntil: Int64?
}

/// How files become one stream of events.
public struct EventInputOptions: Sendable {
    /// What happens to an event that arrives behind the watermark. It is counted in any case.
    public enum LatePolicy: Sendable {
        /// It is not delivered.
        case drop
        /// It is delivered when it arrives, out of order.
        case process
    }

    /// How the files are written.
    public var format: SourceFormat = .ndjson
    /// Names or dotted paths of fields that give event time, the first that is there and not null; empty: `@timestamp`,
    /// `timestamp`, `ts`, `time`.
    public var timeFields: [String] = []
    /// How far behind a partition's latest event another may come and be in time, nanoseconds, from 0.
    public var lateness: Int64 = 0
    /// Reads everything before delivering anything, and delivers it in order of event time; nothing is late.
    public var sortsAll = false
    /// What happens to late events.
    public var latePolicy: LatePolicy = .drop
    /// Bytes that are read and decoded in one go, from 16.
    public var blockSize = 256 << 10
    /// Bytes of the longest line or record that is read.
    public var maximumLineLength = 64 << 20

    /// NDJSON in order, with the usual time fields.
    public init() {}
}

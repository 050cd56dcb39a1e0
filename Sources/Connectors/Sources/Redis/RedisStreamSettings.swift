/// Which Redis streams are read, and as whom.
public struct RedisStreamSettings: Sendable, Equatable {
    /// `redis://…`, `redis+unix://…`, `redis+sentinel://…` or `redis+cluster://…`.
    public var url: String
    /// Keys of the streams; each is a partition.
    public var keys: [String]
    /// The consumer group; made with the stream when it is not there.
    public var group: String
    /// The consumer. No other process may read as it at the same time.
    public var consumer: String
    /// The field of an entry that holds the event as JSON text; nil: an entry's fields are the event.
    public var field: String?
    /// At the start, entries that other consumers of the group have not acknowledged for so long (milliseconds) are taken
    /// over: needed where the consumer's name changes from run to run; nil: never.
    ///
    /// Only where one engine at a time reads the stream through the group: entries before the checkpoint's position count
    /// as done.
    public var claimIdle: Int?

    /// Settings of these parts.
    public init(url: String, keys: [String], group: String, consumer: String, field: String? = nil, claimIdle: Int? = nil) {
        self.url = url
        self.keys = keys
        self.group = group
        self.consumer = consumer
        self.field = field
        self.claimIdle = claimIdle
    }
}

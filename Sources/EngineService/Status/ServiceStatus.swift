import EventEngine
import StateStore

/// What a running service is doing, as of a moment ago: the source of metrics, health and the console.
public struct ServiceStatus: Sendable {
    /// What the service is about.
    public enum Phase: String, Sendable {
        /// Reads its state back.
        case recovering
        /// Reads its sources.
        case running
        /// Takes its last checkpoint.
        case stopping
        /// Has ended.
        case stopped
    }

    /// A source.
    public struct Source: Sendable {
        /// Its name, and stream's.
        public var name: String
        /// What was read and became of it, also before the last restart.
        public var counters = SourceCounters()
        /// Events that `late: drop` dropped; `counters` has them as late.
        public var dropped = 0
        /// Events that wait for the watermark.
        public var waiting = 0
        /// Its partitions.
        public var partitions: [Partition] = []
    }

    /// A partition of a source.
    public struct Partition: Sendable {
        /// A path, or the name of a stream.
        public var name: String
        /// Everything before it has been read.
        public var offset: UInt64
        /// Latest event time, nanoseconds; nil before the first event.
        public var latest: Int64?
        /// True when it holds the watermark no longer.
        public var isIdle: Bool
        /// True when it will give no more.
        public var hasEnded: Bool
    }

    /// A rule.
    public struct Rule: Sendable {
        /// Its id.
        public var id: String
        /// Its level.
        public var level: String
        /// `mode: shadow`.
        public var isShadow: Bool
        /// Names of the parts of its key.
        public var keyLabels: [String] = []
        /// What it did, also before the last restart.
        public var statistics = RuleStatistics()
        /// What is held of it.
        public var holdings = RuleHoldings()
    }

    /// An action.
    public struct Action: Sendable {
        /// Its name.
        public var name: String
        /// Alerts that are committed and have not arrived.
        public var pending: UInt64 = 0
        /// Alerts that have arrived since the first start.
        public var delivered: UInt64 = 0
        /// Dead letters that there ever were; those that were retried or removed are counted, too.
        public var dead: UInt64 = 0
        /// Alerts that were dropped because the queue was full, since the first start.
        public var dropped: UInt64 = 0
        /// Deliveries that failed since the session began.
        public var failures: UInt64 = 0
        /// Deliveries since the session began that repeated one that had failed.
        public var retries: UInt64 = 0
        /// How long deliveries took that succeeded, since the session began; one may be of several alerts.
        public var latency = LatencyHistogram()
        /// True while so much has failed in a row that nothing but a probe is tried from time to time.
        public var isCircuitOpen = false
        /// Why the last try failed, without secrets; nil when it did not.
        public var lastError: String?
    }

    /// The state store.
    public struct Store: Sendable {
        /// As configured, without secrets.
        public var name = ""
        /// Generation and epoch of the last commit.
        public var header: StateHeader?
        /// True while it cannot be reached.
        public var isAway = false
        /// Checkpoints that the store did not take, since the session began; each is tried again and counts each time.
        public var errors = 0
        /// Checkpoints committed since the session began.
        public var commits = 0
        /// Bytes written by them.
        public var bytes = 0
        /// How long the last one took, nanoseconds.
        public var lastDuration: Int64 = 0
        /// Bytes of the last one.
        public var lastBytes = 0
        /// How long all of them took.
        public var durations = DurationHistogram()
    }

    /// What it is about.
    public var phase = Phase.recovering
    /// Monotonic clock when the thread that reads the sources told this, nanoseconds; nil: it has not yet.
    public var reportTime: Int64?
    /// Wall clock when the service started, nanoseconds since 1970 UTC.
    public var startTime: Int64 = 0
    /// Worker threads.
    public var workers = 0
    /// Event time reached, nanoseconds; nil before the first event.
    public var clock: Int64?
    /// No event before it is released any more, nanoseconds; nil before the first event.
    public var watermark: Int64?
    /// In the order of the configuration.
    public var sources: [Source] = []
    /// In order of id.
    public var rules: [Rule] = []
    /// In the order of the configuration.
    public var actions: [Action] = []
    /// Actions that are not configured, and of which the store had alerts when the session began; in order of name.
    public var orphans: [Action] = []
    /// The state store.
    public var store = Store()
    /// Reloads of the rules.
    public var reloads = ReloadCounts()
    /// Bytes that partial matches take in memory.
    public var stateMemory = 0
    /// Keys evicted since the start.
    public var evictions = 0

    /// A service that has not started.
    public init() {}
}

/// What was read of a source, and what became of it: read = processed + late + malformed.
public struct SourceCounters: Sendable, Equatable {
    /// Lines, records and entries; without those that wait to be released.
    public var read = 0
    /// Events released to the engine, in order or late.
    public var processed = 0
    /// Events that came behind the watermark and were not processed.
    public var late = 0
    /// Events that came behind the watermark and were processed.
    public var lateProcessed = 0
    /// What was no event.
    public var malformed = 0

    /// Nothing read.
    public init() {}
}

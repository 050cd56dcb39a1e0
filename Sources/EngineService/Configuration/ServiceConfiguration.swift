import Connectors
import EventEngine
import Logging

/// What `fluxcore run --config FILE` runs (design section 12). Paths are absolute, secrets are resolved.
public struct ServiceConfiguration: Sendable {
    /// One source; its name is the stream's name.
    public struct Source: Sendable {
        /// What is read.
        public enum Kind: Sendable, Equatable {
            /// Files that match a path or a pattern of glob(3); `follow: false` reads them once.
            case file(pattern: String, follow: Bool)
            /// Standard input. It cannot be read again after a crash.
            case standardInput
            /// Redis streams, read as a consumer of a group.
            case redis(url: String, keys: [String], group: String, consumer: String, field: String?)
            /// Events that are pushed to the HTTP interface; `queue` bytes of them may wait. They cannot be read again.
            case http(queue: Int)
        }

        /// Where a partition that no checkpoint knows is read from.
        public enum Start: String, Sendable, CaseIterable {
            /// From its first byte.
            case beginning
            /// From its end at the time it is found when the service starts; what appears later is read from its first byte.
            case end
        }

        /// `late`.
        public enum Late: Sendable, Equatable {
            /// Counted, not delivered.
            case drop
            /// Counted, delivered out of order.
            case process
            /// Counted, written to a file as read.
            case side(path: String)
        }

        /// Name, and stream.
        public var name: String
        /// What is read.
        public var kind: Kind
        /// How bytes become events.
        public var format: SourceFormat
        /// Fields that give event time, the first present one counts; empty: the usual ones.
        public var timeFields: [String]
        /// Tells whether events are decoded as they were before.
        var decoding: String {
            Array("\(format) \(timeFields)".utf8).withUnsafeBytes { Digest128(hashing: $0).text }
        }
        /// Nanoseconds.
        public var lateness: Int64
        /// A partition without events for so long (nanoseconds of wall clock) holds the watermark no longer; nil: never.
        public var idle: Int64?
        /// Where reading begins.
        public var start: Start
        /// What happens to late events.
        public var late: Late
    }

    /// `state`.
    public struct State: Sendable {
        /// `memory:`, `rocksdb:PATH` (absolute), `redis://…`, `redis+sentinel://…`, `redis+cluster://…`, `redis+unix://…`.
        public var url: String
        /// Nanoseconds between checkpoints.
        public var checkpointInterval: Int64
        /// A checkpoint is also taken after so many events.
        public var checkpointEvents: Int
        /// Bytes that partial matches may take in memory; nil: no bound.
        public var memory: Int?
        /// RocksDB: every commit is synced to disk.
        public var syncs: Bool
        /// How long a store that cannot be reached at start is tried, nanoseconds.
        public var startTimeout: Int64
    }

    /// One entry of `actions`.
    public struct Action: Sendable {
        /// What it does with a match.
        package enum Kind: Sendable, Equatable {
            /// Lines of JSON on standard output.
            case standardOutput
            /// Lines of JSON at the end of a file.
            case file(FileAction.Settings)
            /// Requests over HTTP.
            case webhook(WebhookAction.Settings)
            /// Messages in the format of Slack.
            case slack(SlackAction.Settings)
            /// Alerts of Prometheus Alertmanager.
            case alertmanager(AlertmanagerAction.Settings)
            /// Mails.
            case email(MailAction.Settings)
            /// Messages of RFC 5424.
            case syslog(SyslogAction.Settings)
            /// Entries of Redis.
            case redis(RedisAction.Settings)
            /// A program for each match.
            case exec(ExecAction.Settings)
        }

        /// Its name, for rules' `actions`.
        public var name: String
        /// What it does.
        package var kind: Kind
        /// Only matches of rules of this level or a higher one; nil: all.
        public var level: String?
        /// How it is done.
        package var policy = DeliveryPolicy()
    }

    /// `log`.
    public struct Log: Sendable, Equatable {
        /// What is less grave is not logged.
        public var level = Logger.Level.info
        /// How a record is written.
        public var format = LogFormat.text

        /// The defaults.
        public init() {}
    }

    /// The file it was read from.
    public var path: String
    /// In the order of the file, which decides between events of one time.
    public var sources: [Source]
    /// Files or directories.
    public var rules: [String]
    /// Directories of libraries; nil: those beside the rules.
    public var patterns: [String]?
    /// Threads that match; nil: one for each core.
    public var workers: Int?
    /// Where state is kept.
    public var state: State
    /// In the order of the file.
    public var actions: [Action]
    /// Names of actions for rules that name none.
    public var defaultActions: [String]
    /// Where malformed input goes, as read; nil: it is counted and logged.
    public var deadLetter: String?
    /// The HTTP interface; nil: nothing listens.
    public var server: Server?
    /// What is logged, and how.
    public var log = Log()
    /// The values of `${…}`, which must not be printed.
    public var secrets = Secrets()
}

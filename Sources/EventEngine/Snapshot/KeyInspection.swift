/// The partial matches of one key, as `SnapshotInspector` reads them. Times are nanoseconds since 1970 UTC.
public struct KeyInspection: Sendable, Equatable {
    /// An event that attempts hold on to.
    public struct Event: Sendable, Equatable {
        /// Event time.
        public var time: Int64
        /// When it was read.
        public var ingested: Int64
        /// Position in its source partition.
        public var offset: UInt64
        /// Position in the order in which the engine processed events.
        public var sequence: UInt64
        /// Its stream; nil for one that no rule names.
        public var stream: String?
        /// The event as read: one JSON object.
        public var raw: [UInt8]
    }

    /// An event that a thread has bound, and what it bound before: threads that forked share their first bindings.
    public struct Binding: Sendable, Equatable {
        /// Index in `events`.
        public var event: Int
        /// Index in `bindings` of the one before, which is less than its own; nil at the first.
        public var previous: Int?
        /// Name of the variable.
        public var variable: String
    }

    /// What a thread is.
    public enum ThreadKind: String, Sendable {
        /// Awaits steps.
        case live
        /// Accepted under `emit: final`: more preferred threads may still win.
        case candidate
        /// Ended by `within` or a gap; kept under `timeout: emit` until its attempt ends.
        case timedOut = "timed out"
    }

    /// A step that a thread awaits.
    public struct Awaited: Sendable, Equatable {
        /// The step.
        public var edge: RuleLayout.Edge
        /// The earliest time of an event that it takes; nil: at once.
        public var opens: Int64?
        /// The last time of an event that it takes, or when the absence is complete; nil: never.
        public var expires: Int64?
    }

    /// One way in which an attempt may go on; a thread whose steps stand at several places in the order of preference is
    /// shown once for each place.
    public struct Thread: Sendable, Equatable {
        /// Index in `bindings` of its last bound event.
        public var binding: Int
        /// Index of the step that it has bound last, which is its state.
        public var step: Int
        /// What it is.
        public var kind: ThreadKind
        /// Steps that it awaits, the most preferred first; none unless it is live.
        public var awaited: [Awaited]
        /// True until the first event of the keyed sequence after its last bound one.
        public var isUntouched: Bool
        /// Of a candidate: when its match ends.
        public var accepted: Int64?
    }

    /// All threads that began with one event, the most preferred first.
    public struct Attempt: Sendable, Equatable {
        /// Sequence number of its first event.
        public var start: UInt64
        /// Time of its first event.
        public var startTime: Int64
        /// When something of it ends or completes by itself; nil: never.
        public var deadline: Int64?
        /// When leading negations were last violated before it began, by their index; nil: never.
        public var leading: [Int64?]
        /// Its threads.
        public var threads: [Thread]
    }

    /// Version of the bytes.
    public var version: UInt8
    /// Parts of the key; nil is null.
    public var key: [String?]
    /// When something of the key ends by itself; nil: never.
    public var firstDeadline: Int64?
    /// When all of it has ended; nil: never.
    public var lastDeadline: Int64?
    /// When leading negations were last violated, by their index; nil: never, or too long ago.
    public var leading: [Int64?]
    /// Index in `events` of the previous event of the keyed sequence, for rules that read `lag`.
    public var lag: Int?
    /// Events, each once.
    public var events: [Event]
    /// Bindings, each behind the one before it.
    public var bindings: [Binding]
    /// Attempts in order of start.
    public var attempts: [Attempt]

    /// What a thread has bound, in order: of more than `limit` events the last ones, and how many were left out.
    public func bound(by thread: Thread, limit: Int = .max) -> (bindings: [Binding], leftOut: Int) {
        var chain: [Binding] = []
        var leftOut = 0
        var next: Int? = thread.binding
        while let index = next {
            if chain.count < limit { chain.append(bindings[index]) } else { leftOut += 1 }
            next = bindings[index].previous
        }
        return (chain.reversed(), leftOut)
    }
}

/// A step that a thread awaits, and for how long.
public struct TracedAwait: Sendable {
    /// What ends the waiting, or completes it.
    public enum Limit: Sendable, Equatable {
        /// Nothing.
        case none
        /// The rule's `within`, nanoseconds.
        case within(Int64)
        /// The gap since the last bound event, nanoseconds.
        case gap(Int64)
        /// `within` of a group, nanoseconds.
        case group(Int64)
        /// Acceptance: the absence is complete then.
        case absence
    }

    /// Index of the edge in its state.
    public let edge: Int
    /// Variable that is awaited; -1: acceptance.
    public let variable: Int
    /// Earliest time of an event that the step takes; nil: at once.
    public let opens: Int64?
    /// True when such an event must come later than `opens`, not at it: an absence must be over.
    public let opensBehind: Bool
    /// Last time of an event that the step takes, or when the absence is complete; nil: never.
    public let expires: Int64?
    /// What `expires` comes of.
    public let limit: Limit

    /// True when the step takes an event of that time, as far as time decides it.
    public func isOpen(at time: Int64) -> Bool {
        if let opens, time < opens || opensBehind && time == opens { return false }
        return time <= expires ?? .max
    }
}

/// One way in which an attempt may go on. Valid until the trace takes an event or time goes on.
public struct TracedThread {
    /// What it is.
    public let kind: KeyInspection.ThreadKind
    /// The state that it is in: the step that took its last event.
    public let step: Int
    /// How many events it has bound.
    public let length: Int
    /// The least number of further events that make a match; nil: too far away to be counted.
    public let remaining: Int?
    /// Time of its last bound event.
    public let last: Int64
    /// Steps that it awaits, the most preferred first; none unless it is live.
    public let awaits: [TracedAwait]
    let bindings: UnsafeMutablePointer<Binding>
    let words: UnsafeMutablePointer<UInt64>
    let startEdge: Int16
    let isUntouched: Bool
}

/// An attempt of a key. Valid until the trace takes an event or time goes on.
public struct TracedAttempt {
    /// Sequence number of its first event.
    public let start: UInt64
    /// Time of its first event.
    public let startTime: Int64
    /// Its threads, the most preferred first.
    public let threads: [TracedThread]
    let record: UnsafeMutablePointer<Attempt>
}

/// A thread that its engine may have dropped: what it bound is kept so that later events can be held against it. Given back
/// with `RuleTrace.release`.
public struct HeldThread {
    /// Sequence number of its attempt's first event.
    public let start: UInt64
    /// The state that it was in.
    public let step: Int
    /// How many events it has bound.
    public let length: Int
    /// The least number of further events that would have made a match.
    public let remaining: Int?
    /// Time of its last bound event.
    public let last: Int64
    /// What it awaited until it ended.
    public let awaits: [TracedAwait]
    let bindings: UnsafeMutablePointer<Binding>
}

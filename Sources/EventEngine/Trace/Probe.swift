/// What the event under test would do to what is awaited, found before it is done.
public struct EdgeProbe: Sendable {
    /// What becomes of an awaited step at the event.
    public enum Fate: Sendable, Equatable {
        /// It takes the event.
        case taken
        /// It is awaited further.
        case stays
        /// Dropped: another step took the event.
        case displaced
        /// Dropped: the event ends its group (`until`, the variable).
        case until(Int)
        /// Dropped: the event satisfies a negation in force (the variable).
        case negation(Int)
        /// Dropped: `,` wanted the very next event, and this one does not fit.
        case strict
    }

    /// The step.
    public let awaited: TracedAwait
    /// Whether the event satisfies the step's variable: stream, key and predicate.
    public let isSatisfied: Bool
    /// True when it comes before the step is open (`[>= d]`, `!c for d`).
    public let isEarly: Bool
    /// The variable of an `until` that the event satisfies and that closes the step to it.
    public let closedBy: Int?
    /// What becomes of the step.
    public let fate: Fate
    /// What taking the event leads to; nil unless it is taken.
    public let outcome: TakeOutcome?
}

/// What a thread comes to that has just bound an event.
public struct TakeOutcome: Sendable {
    /// True when it completes a match at once.
    public var accepts = false
    /// True when it awaits something further.
    public var livesOn = false
    /// Why the completed pattern is no match; nil: it is one, or nothing is complete.
    public var refusal: Refusal?
}

/// Why bindings that complete the pattern are no match.
public enum Refusal: Sendable {
    /// `having` is false.
    case having([ConditionResult])
    /// A leading negation without `for`: its variable was satisfied at that time, too near.
    case leading(variable: Int, time: Int64)
}

/// A thread before the event under test.
public struct ThreadProbe {
    /// The thread.
    public let thread: TracedThread
    /// What becomes of what it awaits, in order of preference; empty unless the thread is live.
    public let edges: [EdgeProbe]

    /// True when nothing of it is left behind the event.
    public var dies: Bool {
        guard thread.kind == .live else { return false }
        return !edges.contains { $0.fate == .stays || $0.outcome.map { $0.livesOn || $0.accepts } ?? false }
    }

    /// True when a step takes the event.
    public var takes: Bool { edges.contains { $0.fate == .taken } }
}

/// A first step that the event under test satisfies.
public struct StartProbe: Sendable {
    /// Why no attempt begins.
    public enum Closed: Sendable, Equatable {
        /// The event ends the group that the step begins (`until`, the variable).
        case until(Int)
        /// A leading negation with `for`: its variable was satisfied at that time.
        case leading(variable: Int, time: Int64, duration: Int64)
    }

    /// The variable.
    public let variable: Int
    /// Why it is closed; nil: it is open.
    public let closed: Closed?
    /// What an attempt that begins comes to.
    public let outcome: TakeOutcome
}

/// What the event under test means for one key, found before the engine takes it.
public struct KeyProbe {
    /// Open attempts in order of start, each with its threads.
    public let attempts: [(attempt: TracedAttempt, threads: [ThreadProbe])]
    /// First steps that it satisfies, the most preferred first.
    public let starts: [StartProbe]
    /// True when the event satisfies the rule's `until`.
    public let endsAll: Bool
}

/// One way in which an attempt went: what it bound, and what it awaited when it ended.
public struct WhyThread: Sendable, Equatable {
    /// What it bound, in order; of many events the last ones.
    public var bound: [WhyBinding]
    /// How many events it bound before those.
    public var leftOut: Int
    /// Steps that it awaited, the most preferred first.
    public var awaits: [WhyAwait]
    /// The least number of further events that would have made a match; nil: too many to be counted.
    public var remaining: Int?

    /// How many events it bound.
    public var length: Int { leftOut + bound.count }
}

/// What ended an attempt.
public enum WhyEnd: Sendable, Equatable {
    /// It matched. `suppressedUntil`: `suppress` held the alert back until then.
    case match(id: String, time: Int64, suppressedUntil: Int64?)
    /// `within` ran out; `timeout` is the id of what `timeout: emit` put out.
    case within(deadline: Int64, duration: Int64, timeout: String?)
    /// The gap after its last event ran out.
    case gap(deadline: Int64, duration: Int64, timeout: String?)
    /// `within` of a group ran out.
    case group(deadline: Int64, duration: Int64, timeout: String?)
    /// The rule's `until`.
    case until(name: String, event: WhyEvent)
    /// `until` of a group.
    case groupUntil(name: String, event: WhyEvent)
    /// An event that must not occur.
    case negation(name: String, event: WhyEvent)
    /// `,` wanted the very next event to be another.
    case strict(step: String, event: WhyEvent)
    /// A match of another attempt dropped it.
    case skip(match: String)
    /// The key held as many attempts as `limit` allows.
    case limit(Int)
    /// `prefer: latest` kept a later one.
    case superseded(event: WhyEvent)
    /// The pattern was complete, and `having` false.
    case having([WhyCondition])
    /// The pattern was complete, but the event that must not come before it had come.
    case leading(name: String, time: Int64)
    /// It is still open at the end of the input.
    case open(expires: Int64?)
    /// None of these.
    case other

    /// One word for programs.
    public var cause: String {
        switch self {
        case .match: "match"
        case .within: "within"
        case .gap: "gap"
        case .group: "group_within"
        case .until: "until"
        case .groupUntil: "group_until"
        case .negation: "negation"
        case .strict: "next"
        case .skip: "skip"
        case .limit: "limit"
        case .superseded: "superseded"
        case .having: "having"
        case .leading: "leading_negation"
        case .open: "open"
        case .other: "other"
        }
    }
}

/// A time at which an attempt had all that the pattern asks for, and was no match.
public struct WhyRefusal: Sendable, Equatable {
    /// Why: `having` or `leading`.
    public var reason: WhyEnd
    /// When it was complete, nanoseconds since 1970 UTC.
    public var time: Int64
    /// How often it was, this time included.
    public var count: Int
    /// What it had bound then, in order; of many events the last ones.
    public var bound: [WhyBinding]
    /// How many events it had bound before those.
    public var leftOut: Int
}

/// An attempt from its first event to its end.
public struct WhyAttempt: Sendable, Equatable {
    /// Its number among the attempts of its key, from 1, in order of start.
    public var number: Int
    /// The event that began it, and its name.
    public var start: WhyBinding
    /// Its threads when it ended, the one that came furthest first; at most three.
    public var threads: [WhyThread]
    /// How many threads it had then.
    public var threadCount: Int
    /// How many matches it gave; more than one only under `emit: all`.
    public var matches: Int
    /// The last time at which it was complete and no match; nil where it never was, or matched.
    public var refusal: WhyRefusal?
    /// What ended it.
    public var end: WhyEnd

    /// Events that it still needed: none where it was complete once.
    var remaining: Int? { refusal == nil ? threads.first?.remaining : 0 }

    /// True when it came further than another one.
    func isNearer(than other: WhyAttempt) -> Bool {
        let (one, two) = (remaining ?? .max, other.remaining ?? .max)
        if one != two { return one < two }
        return length != other.length ? length > other.length : number < other.number
    }

    private var length: Int { refusal.map { $0.leftOut + $0.bound.count } ?? threads.first?.length ?? 0 }
}

/// An event that would have begun an attempt, had it been allowed to.
public struct WhyUnstarted: Sendable, Equatable {
    /// Why it was not.
    public enum Reason: Sendable, Equatable {
        /// An event that must not come before it had come at that time.
        case leading(name: String, time: Int64, duration: Int64)
        /// It ends the group that it would begin.
        case until(name: String)
        /// The key held as many attempts as `limit` allows, and `drop_newest` is set.
        case limit(Int)
    }
    /// The event, and its name.
    public var start: WhyBinding
    /// Why.
    public var reason: Reason
}

/// An event that nearly advanced an attempt.
public struct WhyNearMiss: Sendable, Equatable {
    /// What stood in the way.
    public enum Reason: Sendable, Equatable {
        /// Parts of the predicate are false.
        case predicate([WhyCondition])
        /// It came so many nanoseconds after the time had run out (`within`, `gap` or `group`).
        case tooLate(limit: String, by: Int64)
        /// It came so many nanoseconds before `opens`, or at it where it must come behind it.
        case tooEarly(by: Int64, opens: Int64, behind: Bool)
        /// It came so many nanoseconds before the event that it should follow, which has that name.
        case before(name: String, by: Int64)
        /// It would have fitted, had something not ended the waiting: `negation`, `until`, `groupUntil` or `strict`.
        case ended(WhyEnd)
        /// It ends the group that the step lies in.
        case until(name: String)
        /// It belongs to another key.
        case key(String)
        /// It belongs to none: these of its fields are null, and these a list or an object.
        case noKey(null: [String], composite: [String])
        /// It came late, so many nanoseconds behind the newest event, and was left out.
        case late(by: Int64)
        /// It is of this stream, and not of one of those that are read for the name.
        case stream(String?, wanted: [String])
        /// `where` leaves it out.
        case filter([WhyCondition])
    }
    /// The event.
    public var event: WhyEvent
    /// Name of the event that was awaited.
    public var name: String
    /// The step, in the words of the pattern language; nil: the first one.
    public var step: String?
    /// Number of the attempt that awaited it; nil: it would have begun one.
    public var attempt: Int?
    /// What the thread that awaited it had bound then; of many events the last ones.
    public var bound: [WhyBinding]
    /// What stood in the way.
    public var reason: Reason
    /// The least number of events that the attempt still needed, this one included; nil: too many to be counted.
    public var remaining: Int?
}

import RuleLanguage

/// An event of a keyed sequence.
struct SequenceEvent {
    /// Its place in the keyed sequence, from 0.
    var index: Int
    /// The event.
    var event: ReferenceEvent
}

/// What an attempt has bound on one way through the pattern.
final class Thread {
    /// The bound events, in order; never empty.
    let bound: [(variable: Int, at: SequenceEvent)]
    /// Its place in the order of preference when it took its last event.
    let order: [Int]
    /// Leading negations without `for` on its way: checked when it accepts.
    let leadingNegations: [Int]

    init(bound: [(variable: Int, at: SequenceEvent)], order: [Int], leadingNegations: [Int]) {
        self.bound = bound
        self.order = order
        self.leadingNegations = leadingNegations
    }

    var first: SequenceEvent { bound[0].at }
    var last: SequenceEvent { bound[bound.count - 1].at }
}

/// A match that an attempt has reached.
struct Candidate {
    var thread: Thread
    /// The time of its last event, of a trailing absence the deadline.
    var end: Int64
}

/// One place in an attempt's order of preference.
struct Entry {
    /// What stands there.
    enum Content {
        /// A step that an event may take.
        case step(Awaited, variable: Int, node: Int, frames: [Frame])
        /// The end of the pattern, when nothing violates a negation until after `deadline`.
        case absence(Awaited, deadline: Int64)
        /// The end of the pattern, reached at the event under way.
        case accept
        /// Under `emit: final`: the match to be, when nothing before it comes to one.
        case candidate(Candidate)
    }
    /// Whose it is.
    var thread: Thread
    /// What stands there.
    var content: Content
    /// Its place: compares with others of the attempt, of other times too.
    var order: [Int]
}

/// One attempt: its entries, most preferred first.
final class Attempt {
    /// The event that started it.
    let start: SequenceEvent
    /// What it awaits, over all its threads.
    var entries: [Entry]
    /// True when it was dropped or has ended.
    var isClosed = false
    /// The longest, then most preferred thread that ran out of time.
    private(set) var expired: Thread?

    init(start: SequenceEvent, entries: [Entry]) {
        self.start = start
        self.entries = entries
    }

    /// Under `emit: final`: the match, when no more preferred thread is alive.
    var decided: Candidate? {
        if let first = entries.first, case .candidate(let candidate) = first.content { return candidate }
        return nil
    }

    /// Remembers a thread that ran out of time.
    func noteExpired(_ thread: Thread) {
        guard let best = expired else {
            expired = thread
            return
        }
        let isLonger = thread.bound.count > best.bound.count
        let isAsLong = thread.bound.count == best.bound.count
        if isLonger || isAsLong && thread.order.lexicographicallyPrecedes(best.order) { expired = thread }
    }
}

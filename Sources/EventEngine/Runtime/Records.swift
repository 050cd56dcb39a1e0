/// A thread: one way in which an attempt may go on. Its words follow: two masks of awaited edges, then the counts.
///
/// What a thread awaits after it has skipped an event may stand at several places in the order of preference, with
/// other threads between: then each place has a record of its own, whose first mask is what is awaited there and
/// whose second is what the thread awaits altogether. Records of one thread share its last binding.
struct Thread {
    /// What it is.
    enum Kind: UInt8 {
        /// Awaits steps.
        case live = 0
        /// Accepted under `emit: final`: less preferred threads are gone, more preferred ones may still win.
        case candidate = 1
        /// Dropped by `within` or a gap; kept under `timeout: emit` until its attempt ends.
        case timedOut = 2
    }
    var next: UnsafeMutablePointer<Thread>?
    var bindings: UnsafeMutablePointer<Binding>
    /// State of the automaton: the step that took the last bound event.
    var state: Int32
    /// The start edge that it came by.
    var startEdge: Int16
    var kind: Kind
    /// True until the first event of the keyed sequence after its last bound one.
    var isUntouched: Bool

    static func words(_ thread: UnsafeMutablePointer<Thread>) -> UnsafeMutablePointer<UInt64> {
        UnsafeMutableRawPointer(thread + 1).assumingMemoryBound(to: UInt64.self)
    }
}

/// An attempt: all threads that began with one event, ordered by preference. Its words follow: the times of leading
/// negations when it began.
struct Attempt {
    var next: UnsafeMutablePointer<Attempt>?
    var threads: UnsafeMutablePointer<Thread>?
    /// Sequence number of its first event.
    var start: UInt64
    /// Time of its first event.
    var startTime: Int64
    /// Earliest time at which something ends or completes by itself; `Int64.max`: never.
    var deadline: Int64

    static func words(_ attempt: UnsafeMutablePointer<Attempt>) -> UnsafeMutablePointer<Int64> {
        UnsafeMutableRawPointer(attempt + 1).assumingMemoryBound(to: Int64.self)
    }
}

/// What a rule holds for one partition key. Its words follow: the latest times of leading negations.
struct KeyState {
    var hash: UInt64
    /// Canonical text of the key.
    var text: UnsafeMutableRawPointer
    var textLength: Int32
    var attemptCount: Int32
    /// Attempts in order of start.
    var first: UnsafeMutablePointer<Attempt>?
    var last: UnsafeMutablePointer<Attempt>?
    /// Earliest deadline of its attempts and of its memory of leading negations.
    var deadline: Int64
    /// The deadline for which a timer is set; `Int64.max`: none.
    var scheduled: Int64
    /// Tells this state from one that had the same memory before.
    var serial: UInt64
    /// The epoch of the checkpoint that wrote it last; 0: none has.
    var savedEpoch: UInt32 = 0
    /// Changed since then.
    var isDirty = false
    /// Its attempts are only in the state store: what stands here is the key and when it ends.
    var isEvicted = false
    /// It is evicted, and work waits for its state to be fetched.
    var isAwaited = false
    /// Used since the search for keys to evict last came by.
    var isRecent = true
    /// The previous event of the keyed sequence, for rules that use `lag`.
    var lag: RetainedEvent?

    static func words(_ key: UnsafeMutablePointer<KeyState>) -> UnsafeMutablePointer<Int64> {
        UnsafeMutableRawPointer(key + 1).assumingMemoryBound(to: Int64.self)
    }

    var textBytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: text, count: Int(textLength)) }
}

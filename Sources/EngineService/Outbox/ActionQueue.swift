import Connectors
import StateStore

/// The alerts of one action that are committed and not delivered. What does not fit into memory stays in the store only and
/// is read back when its turn comes.
final class ActionQueue: Sendable {
    private static let readyBytes = 8 << 20
    private static let fetched = 256

    private struct State {
        /// Committed alerts in memory, in order; all before `inStoreFrom`.
        var ready: [Alert] = []
        var bytes = 0
        /// Number of the first alert that is in the store only; nil: none is.
        var inStoreFrom: UInt64?
        /// Number behind the last committed alert.
        var published: UInt64
        /// Number of the first alert that is not settled; and what became of the others. `next` and `dead` are the outbox's.
        var progress: ActionProgress
        /// Alerts given up since the last `settle`.
        var dead: [DeadLetter] = []
        var counters = DeliveryCounters()
        var lastError: String?
        /// What the action writes to was closed for good.
        var isClosed = false
        var isStopped = false
        /// No delivery waits for more alerts.
        var isUrgent = false
        /// All alerts before this number are to be dropped.
        var purgedBefore: UInt64 = 0

        /// True when alerts wait that are to be dropped.
        var mustPurge: Bool { progress.acked < purgedBefore }

        /// The first alerts are settled.
        mutating func settle(_ count: Int) {
            let count = min(count, ready.count)
            guard count > 0 else { return }
            progress.acked = ready[count - 1].number + 1
            bytes -= ready.prefix(count).reduce(0) { $0 + $1.line.count }
            ready.removeFirst(count)
            passGaps()
        }

        /// Numbers that the store does not have, because somebody removed their alerts, are settled.
        mutating func passGaps() {
            if ready.isEmpty { progress.acked = max(progress.acked, inStoreFrom ?? published) }
        }
    }

    /// What is to be done next.
    enum Work {
        case deliver([Alert])
        /// To be read from the store.
        case fetch(from: UInt64, count: Int)
        case stop
    }

    /// What became of alerts, for the next checkpoint.
    struct Settled {
        /// `acked`, `delivered` and `dropped` count.
        var progress: ActionProgress
        /// Alerts that were given up since the last call.
        var dead: [DeadLetter]
    }

    /// The action's name.
    let name: String
    /// Tells of those that will not arrive.
    let losses: LossLog
    /// Set by `stop`.
    let cancellation = Cancellation()
    private let state: Monitor<State>

    /// A queue whose alerts from `acked` up to `next` are in the store.
    init(name: String, progress: ActionProgress, losses: LossLog) {
        self.name = name
        self.losses = losses
        let waits = progress.acked < progress.next
        state = Monitor(State(inStoreFrom: waits ? progress.acked : nil, published: progress.next, progress: progress))
    }

    /// Adds alerts that have been committed, in order of number.
    func publish(_ alerts: [Alert]) {
        state.update { state in
            for alert in alerts {
                state.published = alert.number + 1
                if state.inStoreFrom == nil, state.bytes < Self.readyBytes {
                    state.ready.append(alert)
                    state.bytes += alert.line.count
                } else {
                    state.inStoreFrom = state.inStoreFrom ?? alert.number
                }
            }
        }
    }

    /// What to do next, at most `batch` alerts; waits for something, and then at most `wait` nanoseconds for a whole batch.
    func next(batch: Int, wait: Int64) -> Work {
        let work = state.wait { Self.work($0, batch: batch) }
        guard wait > 0, case .deliver(let alerts) = work, alerts.count < batch else { return work }
        _ = state.wait(nanoseconds: wait) { state in
            state.isStopped || state.isUrgent || state.ready.count >= batch || state.inStoreFrom != nil ? true : nil
        }
        return state.read { Self.work($0, batch: batch) } ?? .stop
    }

    private static func work(_ state: State, batch: Int) -> Work? {
        if state.isStopped { return .stop }
        if !state.ready.isEmpty { return .deliver(Array(state.ready.prefix(batch))) }
        guard let from = state.inStoreFrom else { return nil }
        return .fetch(from: from, count: Int(min(UInt64(fetched), state.published - from)))
    }

    /// Alerts that were read from the store, in answer to `fetch`: all that it has up to the number `end`.
    func fetched(_ alerts: [Alert], end: UInt64) {
        state.update { state in
            state.ready += alerts
            state.bytes += alerts.reduce(0) { $0 + $1.line.count }
            state.inStoreFrom = end < state.published ? end : nil
            state.passGaps()
        }
    }

    // MARK: What became of alerts

    /// The first alerts have arrived.
    func delivered(_ count: Int) {
        state.update { state in
            state.settle(count)
            state.progress.delivered += UInt64(count)
        }
    }

    /// The first alerts are given up.
    func died(_ count: Int, reason: String, attempts: Int, time: Int64) {
        state.update { state in
            for alert in state.ready.prefix(count) {
                state.dead.append(DeadLetter(line: alert.line, reason: reason, time: time, attempts: attempts))
            }
            state.settle(count)
        }
    }

    /// Asks for all alerts that wait now to be dropped: the thread that delivers does so, and not in the middle of a delivery.
    func purge() { state.update { $0.purgedBefore = $0.published } }

    /// True when alerts wait that were to be purged.
    var mustPurge: Bool { state.read { $0.mustPurge } }

    /// Drops what was to be purged, and what has waited longest until `limit` alerts are left; how many were dropped.
    func dropOldest(limit: Int) -> Int {
        state.update { state in
            let waiting = state.published - state.progress.acked
            let kept = min(waiting, UInt64(limit), state.published - min(state.published, state.purgedBefore))
            guard waiting > kept else { return 0 }
            let excess = waiting - kept
            let first = state.progress.acked + excess
            state.settle(state.ready.prefix { $0.number < first }.count)
            if let from = state.inStoreFrom, from < first { state.inStoreFrom = first < state.published ? first : nil }
            state.progress.acked = first
            state.progress.dropped += excess
            return Int(excess)
        }
    }

    /// What became of alerts since the last call; for the checkpoint that notes it down.
    func settle() -> Settled {
        state.update { state in
            defer { state.dead = [] }
            return Settled(progress: state.progress, dead: state.dead)
        }
    }

    /// Number of the first alert that is not settled, and the number behind the last committed one.
    var progress: (acked: UInt64, published: UInt64) { state.read { ($0.progress.acked, $0.published) } }

    /// Alerts that have arrived since the first start.
    var deliveredCount: UInt64 { state.read { $0.progress.delivered } }

    /// Alerts that the queue itself dropped because it was full, and those before it.
    var droppedCount: UInt64 { state.read { $0.progress.dropped } }

    /// Counts of deliveries.
    var counters: DeliveryCounters {
        get { state.read { $0.counters } }
        set { state.update { $0.counters = newValue } }
    }

    /// Why the last try failed; nil when it did not.
    var lastError: String? {
        get { state.read { $0.lastError } }
        set { state.update { $0.lastError = newValue } }
    }

    // MARK: The end

    /// Waits until all committed alerts are settled, at most `nanoseconds`; false when some are not.
    func waitUntilDelivered(nanoseconds: Int64) -> Bool {
        state.wait(nanoseconds: nanoseconds) { $0.progress.acked >= $0.published ? true : nil } ?? false
    }

    /// True when the last delivery has found closed for good what the action writes to.
    var isClosed: Bool {
        get { state.read { $0.isClosed } }
        set { state.update { $0.isClosed = newValue } }
    }

    /// From now on no delivery waits for more alerts.
    func hurry() { state.update { $0.isUrgent = true } }

    /// Ends `next` and `pause`, and gives a delivery up that is under way.
    func stop() {
        cancellation.set()
        state.update { $0.isStopped = true }
    }

    /// Waits, not beyond a purge; false when the queue was stopped meanwhile.
    func pause(nanoseconds: Int64) -> Bool {
        state.wait(nanoseconds: nanoseconds) { $0.isStopped ? false : $0.mustPurge ? true : nil } ?? true
    }
}

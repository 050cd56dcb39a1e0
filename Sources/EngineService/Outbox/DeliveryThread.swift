import Connectors
import Logging
import StateStore

/// Delivers the alerts of one action in order, as its policy says. A failing action delays no other.
final class DeliveryThread: @unchecked Sendable {
    // Unchecked: everything that changes is touched by the thread's own body only.

    let queue: ActionQueue
    private let adapter: any ActionAdapter
    private let policy: DeliveryPolicy
    private let pendingBytes: Int
    private let logger: Logger
    private let redact: @Sendable (String) -> String
    private let clock: DeliveryClock
    private let fetch: @Sendable (_ numbers: [UInt64]) throws(StateStoreError) -> [[UInt8]?]

    private var limiter: RateLimiter?
    private var breaker: CircuitBreaker
    private var hasFailed = false
    private var arrivals = ArrivalTimes()

    /// - Parameters:
    ///   - pendingBytes: of alerts that may have been delivered already.
    ///   - redact: takes secrets out of errors.
    ///   - fetch: reads alerts of these numbers from the store; nil for one that is not there.
    init(
        queue: ActionQueue, adapter: any ActionAdapter, policy: DeliveryPolicy, pendingBytes: Int, logger: Logger,
        clock: DeliveryClock = .system, redact: @escaping @Sendable (String) -> String = { $0 },
        fetch: @escaping @Sendable (_ numbers: [UInt64]) throws(StateStoreError) -> [[UInt8]?]
    ) {
        self.queue = queue
        self.adapter = adapter
        self.policy = policy
        self.pendingBytes = pendingBytes
        self.logger = logger
        self.clock = clock
        self.redact = redact
        self.fetch = fetch
        limiter = policy.rate.map { RateLimiter($0) }
        breaker = CircuitBreaker(limit: policy.circuitFailures)
    }

    /// The thread's body.
    func run() {
        let batch = max(1, min(policy.batch, adapter.largestBatch))
        guard untilDone({ () throws(DeliveryError) in try adapter.open(pendingBytes: pendingBytes, cancellation: queue.cancellation) })
        else { return }
        noteArrivals()
        while true {
            switch queue.next(batch: batch, wait: policy.batchWait) {
            case .stop: return
            case .deliver(let alerts): guard deliver(alerts) else { return }
            case .fetch(let from, let count):
                if dropExcess() { continue }
                guard untilDone({ () throws(DeliveryError) in try fetch(from: from, count: count) }) else { return }
            }
        }
    }

    // MARK: Deliveries

    /// Delivers alerts, or gives them up; false when the queue was stopped.
    private func deliver(_ all: [Alert]) -> Bool {
        var alerts = all[...]
        var attempts = 0
        // Alerts of a batch that was refused: each is tried alone to find out which are meant.
        var alone = 0
        // Alerts that the rate lets through and that are not settled.
        var allowed = 0
        while !alerts.isEmpty {
            // What is in memory may have been overtaken.
            if dropExcess() { return true }
            noteArrivals()
            var count = alone > 0 || breaker.isOpen ? 1 : alerts.count
            if limiter != nil {
                if allowed == 0 {
                    guard let more = allowance(count) else { return false }
                    allowed = more
                }
                count = min(count, allowed)
            }
            attempts += 1
            FailPoint.reach("outbox.before-delivery")
            let error = attempt(Array(alerts.prefix(count)), isRetry: attempts > 1)
            FailPoint.reach("outbox.after-delivery")
            let arrived = error?.delivered ?? count
            if arrived > 0 {
                queue.delivered(arrived)
                alerts.removeFirst(arrived)
                alone = max(0, alone - arrived)
                allowed = max(0, allowed - arrived)
                count -= arrived
            }
            guard let error else {
                attempts = 0
                continue
            }
            switch error.kind {
            case .cancelled: return false
            case .refused where count > 1:
                alone = count
                attempts = 0
            case .refused:
                bury(1, of: &alerts, reason: error.description, attempts: attempts)
                alone = max(0, alone - 1)
                allowed = max(0, allowed - 1)
                attempts = 0
            case .temporary, .closed:
                // Alerts behind one that does not arrive wait as long as it does, and each is tried once at least.
                let overdue = alerts.prefix(count).prefix { policy.isOver(attempts: attempts, elapsed: waited($0)) }.count
                if overdue > 0 {
                    bury(overdue, of: &alerts, reason: "given up after try \(attempts): \(error.description)", attempts: attempts)
                    alone = max(0, alone - overdue)
                    allowed = max(0, allowed - overdue)
                    attempts = 0
                }
                var pause = policy.pause(failures: breaker.failuresInRow, retryAfter: error.kind.retryAfter, random: clock.random())
                if breaker.isOpen { pause = max(pause, policy.circuitPause) }
                guard clock.pause(queue, pause) else { return false }
            }
        }
        return true
    }

    private func noteArrivals() {
        let (acked, published) = queue.progress
        arrivals.note(acked: acked, published: published, now: clock.now())
    }

    /// How long an alert has waited for its delivery, nanoseconds.
    private func waited(_ alert: Alert) -> Int64 {
        let now = clock.now()
        return now - (arrivals.time(of: alert.number) ?? now)
    }

    /// One call of the adapter; nil when all have arrived.
    private func attempt(_ alerts: [Alert], isRetry: Bool) -> DeliveryError? {
        let start = clock.now()
        if isRetry { queue.counters.retries += 1 }
        do throws(DeliveryError) {
            try adapter.deliver(alerts)
            breaker.answered()
            succeeded(took: clock.now() - start)
            return nil
        } catch {
            switch error.kind {
            case .cancelled: break
            case .refused:
                queue.counters.failures += 1
                breaker.answered()
            case .temporary, .closed:
                queue.isClosed = error.kind == .closed
                breaker.failed()
                failed(error)
            }
            queue.counters.isCircuitOpen = breaker.isOpen
            return error
        }
    }

    /// How many alerts may leave now; waits for one at least. Nil when the queue was stopped.
    private func allowance(_ wanted: Int) -> Int? {
        while true {
            guard let (count, wait) = limiter?.take(wanted, now: clock.now()) else { return wanted }
            if count > 0 { return count }
            guard clock.pause(queue, wait) else { return nil }
        }
    }

    /// Drops what is too much or was purged; true when something was dropped.
    private func dropExcess() -> Bool {
        let isPurged = queue.mustPurge
        let limit = policy.whenFull == .dropOldest ? policy.queueLimit : nil
        let dropped = queue.dropOldest(limit: limit ?? .max)
        guard dropped > 0 else { return false }
        queue.losses.add(.dropped, dropped, reason: isPurged ? "somebody had them purged" : "the queue is full", now: clock.now())
        return true
    }

    /// The first alerts become dead letters.
    private func bury(_ count: Int, of alerts: inout ArraySlice<Alert>, reason: String, attempts: Int) {
        let reason = redact(reason)
        let first = alerts.first?.matchID ?? ""
        queue.died(count, reason: reason, attempts: attempts, time: WallClock.now())
        alerts.removeFirst(count)
        FailPoint.reach("outbox.dead-letter")
        queue.lastError = reason
        queue.losses.add(.dead, count, reason: reason, matchID: first, now: clock.now())
    }

    // MARK: Trouble

    private func succeeded(took: Int64) {
        queue.counters.latency.add(took)
        queue.counters.isCircuitOpen = false
        recovered()
    }

    private func recovered() {
        queue.lastError = nil
        if hasFailed { logger.notice("alerts are delivered again", metadata: metadata) }
        hasFailed = false
    }

    private func failed(_ error: DeliveryError) {
        queue.counters.failures += 1
        let text = redact(error.description)
        queue.lastError = text
        if !hasFailed { logger.warning("alerts cannot be delivered: \(text); it will be tried again", metadata: metadata) }
        hasFailed = true
    }

    private var metadata: Logger.Metadata { ["action": "\(queue.name)"] }

    private func fetch(from: UInt64, count: Int) throws(DeliveryError) {
        let numbers = (0..<UInt64(count)).map { from + $0 }
        do throws(StateStoreError) {
            let lines = try fetch(numbers)
            let alerts = zip(numbers, lines).compactMap { number, line in line.map { Alert(number: number, line: $0) } }
            queue.fetched(alerts, end: from + UInt64(count))
        } catch {
            throw DeliveryError("alerts cannot be read from the state store: \(error)")
        }
    }

    /// Tries until it works; false when the queue was stopped.
    private func untilDone(_ work: () throws(DeliveryError) -> Void) -> Bool {
        var failures = 0
        while true {
            do throws(DeliveryError) {
                try work()
                if failures > 0 { recovered() }
                return true
            } catch {
                if error.kind == .cancelled { return false }
                failures += 1
                failed(error)
                guard clock.pause(queue, policy.pause(failures: failures, retryAfter: nil, random: 1)) else { return false }
            }
        }
    }
}

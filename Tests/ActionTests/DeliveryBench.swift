import Connectors
import Logging
import StateStore
import Synchronization
import TestSupport

@testable import EngineService

/// An adapter that does as it is told, and notes what it was given. For one delivery thread.
final class ScriptedAdapter: ActionAdapter, @unchecked Sendable {
    // Unchecked: the test looks at it when the thread has ended, or through the bench's clock.

    let largestBatch: Int
    /// Gets the alerts of each call and how many calls came before it; what it throws is thrown.
    let script: ([Alert], Int) throws(DeliveryError) -> Void
    private(set) var calls: [[UInt64]] = []
    /// Alerts that have arrived, in order.
    private(set) var arrived: [UInt64] = []

    init(largestBatch: Int = 256, _ script: @escaping ([Alert], Int) throws(DeliveryError) -> Void = { _, _ throws(DeliveryError) in }) {
        self.largestBatch = largestBatch
        self.script = script
    }

    func open(pendingBytes: Int, cancellation: Cancellation) {}

    func deliver(_ alerts: [Alert]) throws(DeliveryError) {
        calls.append(alerts.map(\.number))
        do throws(DeliveryError) {
            try script(alerts, calls.count - 1)
            arrived += alerts.map(\.number)
        } catch {
            arrived += alerts.prefix(error.delivered).map(\.number)
            throw error
        }
    }
}

/// Deliveries on a clock that jumps: a pause takes no time.
final class DeliveryBench: Sendable {
    private struct Time {
        var now: Int64 = 0
        var pauses: [Int64] = []
    }

    static let second: Int64 = 1_000_000_000

    let queue: ActionQueue
    private let time = Mutex(Time())
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    /// Called with each pause.
    private let whenPaused: @Sendable (ActionQueue, Int64) -> Void

    init(progress: ActionProgress = ActionProgress(), whenPaused: @escaping @Sendable (ActionQueue, Int64) -> Void = { _, _ in }) {
        queue = ActionQueue(name: "a", progress: progress, losses: LossLog(action: "a", logger: logger))
        self.whenPaused = whenPaused
    }

    /// Every pause so far, nanoseconds.
    var pauses: [Int64] { time.withLock { $0.pauses } }
    /// Nanoseconds since the start.
    var now: Int64 { time.withLock { $0.now } }

    /// Lets time go on while the adapter works.
    func advance(_ nanoseconds: Int64) { time.withLock { $0.now += nanoseconds } }

    /// Publishes alerts and delivers until all are settled.
    func run(
        _ adapter: ScriptedAdapter, _ policy: DeliveryPolicy = DeliveryPolicy(), alerts: Range<UInt64>,
        stored: @escaping @Sendable (UInt64) -> [UInt8]? = { _ in nil }
    ) throws {
        queue.publish(alerts.map { Sample.alert($0) })
        let clock = DeliveryClock(
            now: { [self] in now },
            pause: { [self] queue, wait in
                time.withLock { time in
                    time.now += wait
                    time.pauses.append(wait)
                }
                whenPaused(queue, wait)
                return !queue.cancellation.isSet
            }, random: { 1 })
        let thread = DeliveryThread(
            queue: queue, adapter: adapter, policy: policy, pendingBytes: 0,
            logger: logger,
            clock: clock, fetch: { numbers throws(StateStoreError) in numbers.map(stored) })
        let background = BackgroundThread { thread.run() }
        queue.hurry()
        let isDone = queue.waitUntilDelivered(nanoseconds: 20 * Self.second)
        queue.stop()
        background.join()
        guard isDone else { throw TestSupportError("alerts are left: \(queue.progress)") }
    }
}

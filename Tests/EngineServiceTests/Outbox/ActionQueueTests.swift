import Logging
import ReferenceMatcher
import StateStore
import Synchronization
import TestSupport
import Testing

@testable import Connectors
@testable import EngineService

/// Alerts of one action between commit and delivery: in order, once, and in bounded memory.
@Suite struct ActionQueueTests {
    private static func queue(acked: UInt64, next: UInt64) -> ActionQueue {
        var progress = ActionProgress()
        progress.acked = acked
        progress.next = next
        return ActionQueue(
            name: "a", progress: progress, losses: LossLog(action: "a", logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    }

    private static func entry(_ number: UInt64, bytes: Int = 20) -> Alert {
        Alert(number: number, line: Array("\(number)".utf8) + [UInt8](repeating: 46, count: bytes) + [10])
    }

    @Test func whatIsPublishedIsDeliveredInOrder() {
        let queue = Self.queue(acked: 5, next: 5)
        queue.publish((5..<8).map { Self.entry($0) })
        guard case .deliver(let entries) = queue.next(batch: 256, wait: 0) else {
            Issue.record("nothing to deliver")
            return
        }
        #expect(entries.map(\.number) == [5, 6, 7])
        #expect(!queue.waitUntilDelivered(nanoseconds: 0))
        queue.delivered(2)
        #expect(queue.progress == (7, 8))
        queue.delivered(1)
        #expect(queue.progress == (8, 8))
        #expect(queue.waitUntilDelivered(nanoseconds: 0))
        queue.stop()
        guard case .stop = queue.next(batch: 256, wait: 0) else {
            Issue.record("it does not stop")
            return
        }
        #expect(!queue.pause(nanoseconds: 60_000_000_000))
    }

    /// Whatever is published, fetched and delivered when: numbers come in order without gaps, and little is kept.
    @Test func whatDoesNotFitIsFetchedFromTheStore() {
        let seed = SeededGenerator.testSeed
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<30 {
            let first = UInt64(generator.number(0...600))
            let published = first + UInt64(generator.number(0...600))
            let queue = Self.queue(acked: first, next: published)
            var next = published
            var expected = first
            var fetches = 0
            while expected < 4000 {
                if next < 4000, generator.number(0...2) > 0 || queue.progress.acked == next {
                    let count = UInt64(generator.number(1...300))
                    queue.publish((next..<next + count).map { Self.entry($0, bytes: 40_000) })
                    next += count
                }
                switch queue.next(batch: 256, wait: 0) {
                case .deliver(let entries):
                    for entry in entries {
                        #expect(entry.number == expected, "seed \(seed)")
                        expected = entry.number + 1
                    }
                    queue.delivered(entries.count)
                case .fetch(let from, let count):
                    fetches += 1
                    #expect(from == expected && count > 0 && from + UInt64(count) <= next, "seed \(seed)")
                    // Others may be published while it is read.
                    if generator.number(0...1) == 0, next < 4000 {
                        queue.publish([Self.entry(next)])
                        next += 1
                    }
                    queue.fetched((from..<from + UInt64(count)).map { Self.entry($0) }, end: from + UInt64(count))
                case .stop: Issue.record("nobody has stopped it")
                }
            }
            #expect(fetches > 0)
        }
    }

    /// An adapter that fails now and then, and keeps what it is given.
    private final class Recorder: ActionAdapter {
        let lines: Mutex<[[UInt8]]> = Mutex([])
        private var calls = 0

        let largestBatch = 256

        func open(pendingBytes: Int, cancellation: Cancellation) throws(DeliveryError) {
            calls += 1
            if calls == 1 { throw DeliveryError("not yet") }
        }

        func deliver(_ entries: [Alert]) throws(DeliveryError) {
            calls += 1
            if calls.isMultiple(of: 3) { throw DeliveryError("not now") }
            lines.withLock { $0 += entries.map(\.line) }
        }
    }

    @Test func alertsOfAnEarlierProcessComeFirst() throws {
        let store = try StateStores.open("memory:")
        var header = try store.claim(owner: "test", known: nil)
        var batch = StateBatch()
        for number in UInt64(10)..<700 {
            batch.put(StateTables.outbox(ofAction: "a"), key: StateTables.number(number), value: Self.entry(number).line)
        }
        header.epoch += 1
        try store.commit(batch, epoch: header.epoch)
        let queue = Self.queue(acked: 10, next: 700)
        let recorder = Recorder()
        let known = header
        let fetcher = OutboxFetcher(store: store, action: "a") { known }
        let delivery = DeliveryThread(
            queue: queue, adapter: recorder, policy: DeliveryPolicy(), pendingBytes: 0,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            fetch: { numbers throws(StateStoreError) in try fetcher.lines(numbers) })
        let thread = BackgroundThread { delivery.run() }
        #expect(queue.waitUntilDelivered(nanoseconds: 60_000_000_000))
        queue.publish((700..<705).map { Self.entry($0) })
        #expect(queue.waitUntilDelivered(nanoseconds: 60_000_000_000))
        queue.stop()
        thread.join()
        #expect(recorder.lines.withLock { $0 } == (UInt64(10)..<705).map { Self.entry($0).line })
    }
}

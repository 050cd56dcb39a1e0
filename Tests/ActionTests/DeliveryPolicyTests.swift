import Connectors
import Testing

@testable import EngineService

/// What happens around deliveries, on a clock that jumps.
@Suite struct DeliveryPolicyTests {
    private static let second = DeliveryBench.second
    private static let away = DeliveryError("away")

    private static func policy(_ change: (inout DeliveryPolicy) -> Void) -> DeliveryPolicy {
        var policy = DeliveryPolicy()
        change(&policy)
        return policy
    }

    @Test func pausesDoubleUpToTheLongest() throws {
        let adapter = ScriptedAdapter { _, call throws(DeliveryError) in if call < 12 { throw Self.away } }
        let bench = DeliveryBench()
        try bench.run(adapter, Self.policy { $0.circuitFailures = nil }, alerts: 0..<1)
        #expect(bench.pauses.prefix(4) == [100_000_000, 200_000_000, 400_000_000, 800_000_000])
        #expect(bench.pauses.suffix(3) == [30 * Self.second, 30 * Self.second, 30 * Self.second])
        #expect(adapter.arrived == [0])
        let counters = bench.queue.counters
        #expect(counters.failures == 12 && counters.retries == 12 && counters.latency.count == 1)
        #expect(bench.queue.lastError == nil)
    }

    @Test func jitterIsFull() {
        let policy = DeliveryPolicy()
        #expect(policy.pause(failures: 3, retryAfter: nil, random: 0) == 0)
        #expect(policy.pause(failures: 3, retryAfter: nil, random: 0.5) == 200_000_000)
        #expect(policy.pause(failures: 1000, retryAfter: nil, random: 1) == 30 * Self.second)
        #expect(policy.pause(failures: 1, retryAfter: 90 * Self.second, random: 1) == 90 * Self.second)
    }

    @Test func retryAfterIsHonoured() throws {
        let adapter = ScriptedAdapter { _, call throws(DeliveryError) in
            if call == 0 { throw DeliveryError("busy", kind: .temporary(retryAfter: 120 * Self.second)) }
        }
        let bench = DeliveryBench()
        try bench.run(adapter, alerts: 0..<1)
        #expect(bench.pauses == [120 * Self.second])
    }

    /// Away for six hours: nothing is lost, nothing comes twice, everything in order.
    @Test func hoursAway() throws {
        let bench = DeliveryBench()
        let adapter = ScriptedAdapter(largestBatch: 10) { [unowned bench] _, _ throws(DeliveryError) in
            bench.advance(1_000_000)
            if bench.now < 6 * 3600 * Self.second { throw Self.away }
        }
        try bench.run(adapter, alerts: 0..<1000)
        #expect(adapter.arrived == Array(0..<1000))
        #expect(adapter.calls.count < 3000)
        #expect(bench.queue.settle().progress.delivered == 1000)
    }

    /// A refused alert holds nobody up: in a batch it is found by trying each alone.
    @Test func refusedAlertsAreDeadLetters() throws {
        let adapter = ScriptedAdapter { alerts, _ throws(DeliveryError) in
            if alerts.contains(where: { $0.number % 7 == 3 }) { throw DeliveryError("no \(alerts.count)", kind: .refused) }
        }
        let bench = DeliveryBench()
        try bench.run(adapter, alerts: 0..<20)
        #expect(adapter.arrived == (0..<20).filter { $0 % 7 != 3 })
        let settled = bench.queue.settle()
        #expect(settled.dead.map(\.line) == [3, 10, 17].map { Sample.alert($0).line })
        #expect(settled.dead.allSatisfy { $0.reason == "no 1" && $0.attempts == 1 })
        #expect(settled.progress.acked == 20 && settled.progress.delivered == 17)
        #expect(bench.queue.settle().dead.isEmpty)
    }

    @Test func partOfABatchHasArrived() throws {
        let adapter = ScriptedAdapter { alerts, call throws(DeliveryError) in
            if call < 3 { throw DeliveryError("cut", delivered: min(2, alerts.count - 1)) }
        }
        let bench = DeliveryBench()
        try bench.run(adapter, alerts: 0..<10)
        #expect(adapter.arrived == Array(0..<10))
        #expect(adapter.calls.map(\.count) == [10, 8, 6, 4])
    }

    @Test func givenUpByAttemptsAndByTime() throws {
        let adapter = ScriptedAdapter(largestBatch: 1) { alerts, _ throws(DeliveryError) in if alerts[0].number == 1 { throw Self.away } }
        let bench = DeliveryBench()
        try bench.run(adapter, Self.policy { $0.giveUp = .attempts(4) }, alerts: 0..<3)
        #expect(adapter.arrived == [0, 2])
        let letter = bench.queue.settle().dead
        #expect(letter.map(\.reason) == ["given up after try 4: away"] && letter.first?.attempts == 4)

        let other = ScriptedAdapter(largestBatch: 1) { alerts, _ throws(DeliveryError) in if alerts[0].number == 1 { throw Self.away } }
        let second = DeliveryBench()
        try second.run(other, Self.policy { $0.giveUp = .after(3600 * Self.second) }, alerts: 0..<3)
        #expect(other.arrived == [0, 2])
        #expect(second.now >= 3600 * Self.second && second.now < 3700 * Self.second)
    }

    /// The time counts for all alerts that wait, not from the end of those before them.
    @Test func alertsBehindOneThatIsGivenUpHaveWaitedToo() throws {
        let adapter = ScriptedAdapter(largestBatch: 1) { _, _ throws(DeliveryError) in throw Self.away }
        let bench = DeliveryBench()
        let policy = Self.policy {
            $0.giveUp = .after(600 * Self.second)
            $0.circuitPause = 10 * Self.second
        }
        try bench.run(adapter, policy, alerts: 0..<12)
        let dead = bench.queue.settle().dead
        #expect(dead.map(\.line) == (0..<12).map { Sample.alert(UInt64($0)).line })
        #expect(dead.dropFirst().allSatisfy { $0.attempts == 1 } && bench.now < 1200 * Self.second, "\(bench.now)")
    }

    /// After failures in a row one alert at a time finds out whether the system is back.
    @Test func theCircuitOpens() throws {
        let adapter = ScriptedAdapter { _, call throws(DeliveryError) in if call < 5 { throw Self.away } }
        let bench = DeliveryBench()
        let policy = Self.policy {
            $0.circuitFailures = 3
            $0.circuitPause = 60 * Self.second
        }
        try bench.run(adapter, policy, alerts: 0..<10)
        #expect(adapter.calls.map(\.count) == [10, 10, 10, 1, 1, 1, 9])
        #expect(bench.pauses == [100_000_000, 200_000_000, 60 * Self.second, 60 * Self.second, 60 * Self.second])
        #expect(!bench.queue.counters.isCircuitOpen)
    }

    @Test func theRateIsLimited() throws {
        let bench = DeliveryBench()
        let adapter = ScriptedAdapter()
        let policy = Self.policy { $0.rate = DeliveryPolicy.Rate(count: 10, period: Self.second, burst: 20) }
        try bench.run(adapter, policy, alerts: 0..<120)
        #expect(adapter.arrived == Array(0..<120))
        #expect(adapter.calls.first?.count == 20)
        #expect(abs(bench.now - 10 * Self.second) < Self.second / 5, "\(bench.now)")
    }

    @Test func batches() throws {
        let adapter = ScriptedAdapter(largestBatch: 50)
        try DeliveryBench().run(adapter, Self.policy { $0.batch = 7 }, alerts: 0..<20)
        #expect(adapter.calls.map(\.count) == [7, 7, 6])
        // A batch that is not full waits, but not when somebody waits for the end.
        let waiting = ScriptedAdapter()
        let start = ContinuousClock.now
        try DeliveryBench().run(waiting, Self.policy { $0.batchWait = 3600 * Self.second }, alerts: 0..<3)
        #expect(waiting.calls.map(\.count) == [3] && ContinuousClock.now - start < .seconds(10))
    }

    @Test func theOldestAreDropped() throws {
        let bench = DeliveryBench()
        let adapter = ScriptedAdapter(largestBatch: 2) { [unowned bench] _, call throws(DeliveryError) in
            if call == 0 {
                bench.queue.publish((10..<30).map { Sample.alert($0) })
                throw Self.away
            }
        }
        let policy = Self.policy {
            $0.queueLimit = 10
            $0.whenFull = .dropOldest
        }
        try bench.run(adapter, policy, alerts: 0..<10)
        #expect(adapter.arrived == Array(20..<30))
        #expect(bench.queue.settle().progress.dropped == 20)
    }

    /// What does not fit into memory is read back from the store, and what somebody removed there is passed over.
    @Test func theStoreIsReadBack() throws {
        var progress = ActionProgress()
        progress.next = 1000
        progress.acked = 100
        let bench = DeliveryBench(progress: progress)
        let adapter = ScriptedAdapter()
        try bench.run(adapter, alerts: 1000..<1010) { number in
            number % 3 == 0 || (300..<700).contains(number) ? nil : Sample.alert(number).line
        }
        #expect(adapter.arrived == (100..<1010).filter { $0 % 3 != 0 && !(300..<700).contains($0) })
        #expect(bench.queue.settle().progress.acked == 1010)
    }

    @Test func aDeadLetterSurvivesItsRecord() {
        let letter = DeadLetter(line: Sample.alert(user: "a\\\n\"").line, reason: "two\nlines \\", time: 5, attempts: 3)
        let record = letter.record.bytes.withUnsafeBytes { StateRecord($0) }
        #expect(record.flatMap { DeadLetter($0) } == letter)
    }
}

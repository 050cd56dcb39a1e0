import Connectors
import Testing

@testable import EngineService

/// Merging of live sources, look by look.
@Suite struct LiveMergeTests {
    /// A merge of scripted sources, with what it has released and a clock that is set by hand.
    private final class Bench {
        var released: [ReleasedEvent] = []
        var now: Int64 = 1000
        private(set) var merge: LiveMerge!

        init(_ inputs: [LiveMerge.Input], state: MergeState? = nil, quiet: QuietTimes? = nil, at start: Int64 = 1000) {
            now = start
            merge = LiveMerge(inputs, state: state, quiet: quiet, clock: { [unowned self] in now }) { [unowned self] event, _ in
                released.append(ReleasedEvent(event))
            }
        }

        /// Looks so often; what came out of it, as `source@time`.
        func poll(_ times: Int = 1) throws -> [String] {
            released = []
            for _ in 0..<times { _ = try merge.poll() }
            return released.map { "\($0.source)@\($0.time)" }
        }

        func counters(_ source: Int) -> SourceCounters { merge.state().counters[source] }
    }

    private func source(_ times: [Int64?]..., number: Int, _ script: [ScriptedSource.Step], found: Int? = nil) -> ScriptedSource {
        ScriptedSource(times, number: number, found: found, script: script)
    }

    @Test func eventsComeInOrderOfTime() throws {
        let bench = Bench([
            .init(source: source([1, 4, 6], number: 0, [.read(0, lines: 9), .end(0), .finish])),
            .init(source: source([2, 3, 7], number: 1, [.read(0, lines: 9), .end(0), .finish])),
        ])
        #expect(try bench.poll() == ["0@1", "1@2", "1@3", "0@4", "0@6"])
        #expect(try bench.poll() == [])
        #expect(try bench.poll() == ["1@7"])
        guard case .finished = try bench.merge.poll() else {
            Issue.record("it has not finished")
            return
        }
    }

    /// What is read of the first source says nothing of the others, which have not been asked yet.
    @Test func theFirstSourceDoesNotRunAhead() throws {
        let bench = Bench([
            .init(source: source([1, 2, 50, 90], number: 0, [.read(0, lines: 9)])),
            .init(source: source([3, 4, 60], number: 1, [.read(0, lines: 9)])),
        ])
        #expect(try bench.poll() == ["0@1", "0@2", "1@3", "1@4", "0@50", "1@60"])
        #expect(bench.counters(1).late == 0)
    }

    @Test func equalTimesComeInOrderOfSources() throws {
        let bench = Bench([
            .init(source: source([5, 5, 6], number: 0, [.wait, .wait, .read(0, lines: 3), .end(0)])),
            .init(
                source: source(
                    [5, 5, 6], [5, 6], number: 1, [.read(0, lines: 2), .read(1, lines: 2), .read(0, lines: 1), .end(0), .end(1)])),
        ])
        #expect(try bench.poll(2) == [])
        #expect(try bench.poll() == ["0@5", "0@5", "1@5", "1@5", "1@5", "0@6"])
        #expect(try bench.poll(2) == ["1@6", "1@6"])
    }

    @Test func anEventIsLateBehindItsOwnPartition() throws {
        let bench = Bench([
            .init(source: source([10, 4, 5, 20, 14], number: 0, [.read(0, lines: 2), .read(0, lines: 9), .end(0), .finish]), lateness: 5),
            .init(source: source([1, 2, 30], number: 1, [.read(0, lines: 9), .end(0), .finish])),
        ])
        // 4 is behind 10 - 5, whatever the other source holds back.
        #expect(try bench.poll(4) == ["1@1", "1@2", "0@5", "0@10", "0@20", "1@30"])
        #expect(bench.counters(0).late == 2 && bench.counters(0).read == 5 && bench.counters(0).processed == 3)
    }

    @Test func lateEventsAreProcessedOrSetAside() throws {
        var aside: [Int64] = []
        let bench = Bench([
            .init(source: source([10, 4], number: 0, [.read(0, lines: 9), .end(0)]), late: .process),
            .init(
                source: source([10, 3, 12], number: 1, [.read(0, lines: 9), .end(0)]),
                late: .side { aside.append($0.header.pointee.time) }),
        ])
        #expect(try bench.poll(3) == ["0@4", "0@10", "1@10"])
        #expect(aside == [3])
        #expect(bench.counters(0).lateProcessed == 1 && bench.counters(0).processed == 2 && bench.counters(0).late == 0)
        #expect(bench.counters(1).late == 1 && bench.counters(1).processed == 1)
    }

    @Test func aQuietPartitionHoldsTheOthersUntilItIsIdle() throws {
        let bench = Bench([
            .init(source: source([5, 6], number: 0, [.read(0, lines: 9)]), idle: 100),
            .init(source: source([], number: 1, []), idle: 50),
        ])
        #expect(try bench.poll() == [])
        bench.now += 49
        #expect(try bench.poll() == [])
        bench.now += 1
        #expect(try bench.poll() == ["0@5", "0@6"])
    }

    /// A reload puts another merge in the place of one; who was idle then need not be waited for once more, though what waited of it
    /// is read again.
    @Test func quietTimesAreHandedOver() throws {
        let idle = QuietTimes.grace * 50
        let busy = source([5, 6, 7], number: 0, [.read(0, lines: 2)])
        let bench = Bench([
            .init(source: busy, lateness: 1), .init(source: source([4], number: 1, [.read(0, lines: 1)]), lateness: 3, idle: idle),
        ])
        #expect(try bench.poll() == [])
        bench.now += idle
        #expect(try bench.poll() == ["1@4", "0@5"])
        let state = bench.merge.state()
        let quiet = bench.merge.quietTimes()
        func next(_ quiet: QuietTimes?, _ script: [ScriptedSource.Step]) -> Bench {
            let busy = ScriptedSource([[5, 6, 7]], number: 0, restored: state.partitions[0]) { $0.hasLines(0) ? .read(0, lines: 1) : .wait }
            var left = script[...]
            let silent = ScriptedSource([[4, 7]], number: 1, restored: state.partitions[1]) { _ in left.popFirst() ?? .wait }
            return Bench(
                [.init(source: busy, lateness: 1), .init(source: silent, lateness: 3, idle: idle)], state: state, quiet: quiet,
                at: bench.now)
        }
        let kept = next(quiet, [])
        #expect(try kept.poll(3) == [])
        kept.now += QuietTimes.grace
        #expect(try kept.poll() == ["0@6"])
        // It wakes up in time.
        let awake = next(quiet, [.wait, .read(0, lines: 1)])
        #expect(try awake.poll(3) == [])
        awake.now += QuietTimes.grace
        #expect(try awake.poll() == [])
        // After a restart nobody knows.
        let restarted = next(nil, [])
        #expect(try restarted.poll(3) == [])
        restarted.now += QuietTimes.grace
        #expect(try restarted.poll() == [])
        restarted.now += idle
        #expect(try restarted.poll() == ["0@6"])
    }

    /// Files of a checkpoint may be gone: what is known of one must not be taken for another.
    @Test func partitionsAreToldByTheirIdentity() throws {
        let files = source([1, 2, 3, 9], [5], number: 0, [.read(0, lines: 4), .read(1, lines: 1)])
        let bench = Bench([.init(source: files, idle: 50)])
        _ = try bench.poll(2)
        bench.now += 50
        _ = try bench.poll()
        let state = bench.merge.state()
        #expect(state.partitions[0].map(\.end) == [4, 1])
        let second = ScriptedSource([[5, 1000, 1001]], number: 0, restored: [state.partitions[0][1]]) {
            $0.hasLines(0) ? .read(0, lines: 1) : .wait
        }
        let next = Bench([.init(source: second, idle: 50)], state: state)
        #expect(next.merge.state().partitions[0] == state.partitions[0])
        #expect(try next.poll(2) == ["0@1000", "0@1001"])
        #expect(next.merge.state().partitions[0].map(\.ordinal) == [1] && next.counters(0).read == 7)
    }

    @Test func aSourceThatIsNeverIdleHoldsTheOthersForever() throws {
        let bench = Bench([
            .init(source: source([5, 6], number: 0, [.read(0, lines: 9)]), idle: 100),
            .init(source: source([], number: 1, [])),
        ])
        bench.now += 1_000_000
        #expect(try bench.poll(3) == [])
    }

    @Test func whenAllAreIdleTheWallClockGoesOn() throws {
        let bench = Bench([
            .init(source: source([5, 20], number: 0, [.read(0, lines: 1), .wait, .wait, .read(0, lines: 1)]), lateness: 3, idle: 50)
        ])
        #expect(try bench.poll() == [])
        #expect(bench.merge.watermark == 2)
        bench.now += 50
        #expect(try bench.poll() == ["0@5"])
        #expect(bench.merge.watermark == bench.now - 53)
        bench.now += 10
        #expect(try bench.poll() == [])
        #expect(bench.merge.watermark == bench.now - 53)
        // What comes now is behind the clock.
        #expect(try bench.poll() == [])
        #expect(bench.counters(0).late == 1)
    }

    @Test func aPartitionThatIsFarAheadIsPaused() throws {
        let ahead = source(Array(1...10), number: 0, Array(repeating: .read(0, lines: 1), count: 3))
        let behind = source([2, 9], number: 1, [.wait, .wait, .wait, .read(0, lines: 1), .read(0, lines: 1)])
        let bench = Bench([.init(source: ahead), .init(source: behind)])
        #expect(try bench.poll(2) == [])
        #expect(ahead.paused.isEmpty)
        #expect(try bench.poll() == [])
        #expect(ahead.paused == [0])
        #expect(try bench.poll() == ["0@1", "0@2", "1@2"])
        #expect(ahead.paused.isEmpty)
        #expect(try bench.poll() == ["0@3"])
    }

    /// While it is held back it is not idle, however long that takes.
    @Test func aPausedPartitionIsNotIdle() throws {
        let ahead = source(Array(1...10), number: 0, Array(repeating: .read(0, lines: 1), count: 3))
        let bench = Bench([.init(source: ahead, idle: 100), .init(source: source([], number: 1, []))])
        #expect(try bench.poll(3) == [])
        bench.now += 1000
        #expect(try bench.poll(2) == [])
        #expect(ahead.paused == [0])
    }

    /// A partition that is found later must not make an event wait that a checkpoint would take for released.
    @Test func whatIsAsOldAsTheLastReleasedOneIsNotLostOverARestart() throws {
        let lines: [[Int64?]] = [[5, 5], [9]]
        let first = source(lines[0], lines[1], number: 0, [.read(0, lines: 1), .find, .read(0, lines: 1)], found: 1)
        let bench = Bench([.init(source: first)])
        #expect(try bench.poll() == ["0@5"])
        #expect(try bench.poll() == [])
        let before = try bench.poll()
        let state = bench.merge.state()
        var left: [ScriptedSource.Step] = [.read(0, lines: 9), .read(1, lines: 9), .end(0), .end(1), .finish]
        let second = ScriptedSource(lines, restored: state.partitions[0]) { _ in left.removeFirst() }
        let restarted = Bench([.init(source: second)], state: state)
        #expect(try before + restarted.poll(5) == ["0@5", "0@9"])
        #expect(restarted.counters(0).read == 3 && restarted.counters(0).processed == 3)
    }

    /// A checkpoint that is taken before a restarted merge has read again what was waiting.
    @Test func whatWasWaitingSurvivesARestartSoonAfterARestart() throws {
        let lines: [[Int64?]] = [[1, 20, 21], [2]]
        let bench = Bench([.init(source: source(lines[0], lines[1], number: 0, [.read(0, lines: 3)]))])
        #expect(try bench.poll() == [])
        let first = bench.merge.state()
        let restarted = Bench([.init(source: ScriptedSource(lines, restored: first.partitions[0]) { _ in .wait })], state: first)
        #expect(try restarted.poll() == [])
        let second = restarted.merge.state()
        #expect(second.partitions[0].map(\.restart) == first.partitions[0].map(\.restart))
        #expect(second.partitions[0][0].earlier.map(\.end) == [3])
        var left: [ScriptedSource.Step] = [.read(0, lines: 9), .read(1, lines: 9), .end(0), .end(1), .finish]
        let again = Bench([.init(source: ScriptedSource(lines, restored: second.partitions[0]) { _ in left.removeFirst() })], state: second)
        #expect(try again.poll(5) == ["0@1", "0@2", "0@20", "0@21"])
    }

    @Test func malformedLinesAreCountedOnce() throws {
        let lines: [[Int64?]] = [[1, nil, 9, nil, 12]]
        let first = source(lines[0], number: 0, [.read(0, lines: 4)])
        let bench = Bench([.init(source: first, lateness: 5)])
        first.malformed = { _ = bench.merge.takeMalformed($0, source: 0, partition: $1) }
        #expect(try bench.poll() == ["0@1"])
        let state = bench.merge.state()
        #expect(state.counters[0].malformed == 2 && state.counters[0].read == 3)
        var left: [ScriptedSource.Step] = [.read(0, lines: 9), .end(0), .finish]
        let second = ScriptedSource(lines, restored: state.partitions[0]) { _ in left.removeFirst() }
        let restarted = Bench([.init(source: second, lateness: 5)], state: state)
        second.malformed = { _ = restarted.merge.takeMalformed($0, source: 0, partition: $1) }
        #expect(try restarted.poll(3) == ["0@9", "0@12"])
        #expect(restarted.counters(0).malformed == 2 && restarted.counters(0).read == 5)
    }
}

import Connectors
import ReferenceMatcher
import Testing

@testable import EngineService

/// Whatever is read when, and wherever a merge is taken down and set up again from its state: the same events come out in
/// the same order, each once.
@Suite struct LiveMergePropertyTests {
    /// Lines of some sources, and what a merge must make of them.
    private struct Case {
        var lines: [[[Int64?]]] = []
        var lateness: [Int64] = []

        init(_ generator: inout SeededGenerator) {
            for _ in 0..<generator.number(1...3) {
                let lateness = Int64(generator.pick([0, 0, 2, 5]))
                self.lateness.append(lateness)
                lines.append(
                    (0..<generator.number(1...2)).map { _ in
                        var time: Int64 = 100
                        return (0..<generator.number(0...25)).map { _ in
                            time += Int64(generator.pick([0, 0, 1, 1, 3]))
                            switch generator.number(0...9) {
                            case 0: return nil
                            case 1: return time - lateness - Int64(generator.number(1...4))
                            case 2...3: return time - Int64(generator.number(0...Int(lateness)))
                            default: return time
                            }
                        }
                    })
            }
        }

        /// Events that are not late, in order.
        var released: [ReleasedEvent] {
            var events: [ReleasedEvent] = []
            for source in lines.indices {
                for partition in lines[source].indices {
                    var latest = Int64.min
                    for (offset, time) in lines[source][partition].enumerated() {
                        guard let time else { continue }
                        if latest == .min || time >= latest - lateness[source] {
                            events.append(ReleasedEvent(source: source, partition: partition, offset: offset, time: time))
                        }
                        latest = max(latest, time)
                    }
                }
            }
            return events.sorted { ($0.time, $0.source, $0.partition, $0.offset) < ($1.time, $1.source, $1.partition, $1.offset) }
        }

        var counters: [SourceCounters] {
            let released = released
            return lines.indices.map { source in
                var counters = SourceCounters()
                let all = lines[source].joined()
                counters.read = all.count
                counters.malformed = all.count { $0 == nil }
                counters.processed = released.count { $0.source == source }
                counters.late = counters.read - counters.malformed - counters.processed
                return counters
            }
        }
    }

    /// A wall clock, nanoseconds.
    private final class Clock {
        var now: Int64 = 90
    }

    /// What a source does next: reads a bit of a partition that is not paused, waits, ends what is read to its end.
    private static func step(_ source: ScriptedSource, _ generator: inout SeededGenerator) -> ScriptedSource.Step {
        if generator.number(0...5) == 0 { return .wait }
        let open = source.partitions.indices.filter { !source.ended.contains($0) }
        if open.isEmpty { return .finish }
        let partition = generator.pick(open)
        if source.paused.contains(partition) { return .wait }
        return source.hasLines(partition) ? .read(partition, lines: generator.number(1...6)) : .end(partition)
    }

    /// Runs a merge for so many looks, or to its end. With a clock, partitions without events become idle, and it goes on. `order`: the
    /// sources as the configuration has them, and the state.
    private static func run(
        _ given: Case, from state: MergeState?, order: [Int]? = nil, looks: Int, clock: Clock? = nil, _ generator: inout SeededGenerator,
        into released: inout [ReleasedEvent]
    ) throws -> (state: MergeState, isFinished: Bool) {
        var copies = given.lines.indices.map { _ in SeededGenerator(seed: generator.next()) }
        let order = order ?? Array(given.lines.indices)
        let sources = order.enumerated().map { place, index in
            ScriptedSource(given.lines[index], number: index, restored: state?.partitions[place] ?? []) { step($0, &copies[index]) }
        }
        var events: [ReleasedEvent] = []
        let inputs = sources.indices.map {
            LiveMerge.Input(source: sources[$0], lateness: given.lateness[order[$0]], idle: clock == nil ? nil : 4)
        }
        let merge = LiveMerge(inputs, state: state, clock: { clock?.now ?? 0 }) { event, _ in events.append(ReleasedEvent(event)) }
        for (index, source) in sources.enumerated() {
            source.malformed = { _ = merge.takeMalformed($0, source: index, partition: $1) }
        }
        var isFinished = false
        for _ in 0..<looks where !isFinished {
            if case .finished = try merge.poll() { isFinished = true }
            clock?.now += Int64(generator.number(0...2))
        }
        released += events
        return (merge.state(), isFinished)
    }

    @Test func anyScheduleWithAnyRestartsGivesTheSame() throws {
        let seed = SeededGenerator.testSeed
        var generator = SeededGenerator(seed: seed)
        for number in 0..<600 {
            let given = Case(&generator)
            let expected = given.released
            var released: [ReleasedEvent] = []
            var state: MergeState?
            var isFinished = false
            let isDisturbed = number % 4 != 0
            for _ in 0..<10_000 where !isFinished {
                let looks = isDisturbed ? generator.number(0...8) : 10_000
                (state, isFinished) = try Self.run(given, from: state, looks: looks, &generator, into: &released)
            }
            try #require(isFinished, "case \(number) of seed \(seed) never ends")
            try #require(released == expected, "case \(number) of seed \(seed): \(given)")
            try #require(state?.counters == given.counters, "case \(number) of seed \(seed): \(given)")
        }
    }

    /// Sources in another order, and with another lateness, after each restart: what is late depends on that, but everything is counted,
    /// and released, once.
    @Test func accountsAddUpWhateverTheConfigurationBecomes() throws {
        let seed = SeededGenerator.testSeed
        var generator = SeededGenerator(seed: seed)
        for number in 0..<1000 {
            let given = Case(&generator)
            var released: [ReleasedEvent] = []
            var state = MergeState(sources: given.lines.count)
            var isFinished = false
            for _ in 0..<10_000 where !isFinished {
                var turn = given
                for source in turn.lateness.indices where generator.number(0...2) == 0 {
                    turn.lateness[source] = Int64(generator.pick([0, 1, 5, 20]))
                }
                let order = given.lines.indices.shuffled(using: &generator)
                var moved = state
                moved.partitions = order.map { state.partitions[$0] }
                moved.counters = order.map { state.counters[$0] }
                let (new, hasEnded) = try Self.run(
                    turn, from: moved, order: order, looks: generator.number(0...8), &generator, into: &released)
                for (place, source) in order.enumerated() {
                    state.partitions[source] = new.partitions[place]
                    state.counters[source] = new.counters[place]
                }
                (state.watermark, state.releasedTime, isFinished) = (new.watermark, new.releasedTime, hasEnded)
            }
            try #require(isFinished, "case \(number) of seed \(seed) never ends")
            try #require(state.counters.map(\.read) == given.counters.map(\.read), "case \(number) of seed \(seed): \(given)")
            for (source, counters) in state.counters.enumerated() {
                let own = released.filter { $0.source == source }
                let isSound =
                    own.count == counters.processed && Set(own.map { [$0.partition, $0.offset] }).count == own.count
                    && counters.read == counters.processed + counters.late + counters.malformed
                try #require(isSound, "case \(number) of seed \(seed), source \(source): \(given)")
            }
        }
    }

    /// When partitions become idle it depends on the schedule what is late, but everything is counted, and released, once.
    @Test func accountsAddUpWhateverBecomesIdle() throws {
        let seed = SeededGenerator.testSeed
        var generator = SeededGenerator(seed: seed)
        var lateByMerge = 0
        for number in 0..<600 {
            let given = Case(&generator)
            var released: [ReleasedEvent] = []
            var state: MergeState?
            var isFinished = false
            let clock = Clock()
            for _ in 0..<10_000 where !isFinished {
                (state, isFinished) = try Self.run(
                    given, from: state, looks: generator.number(0...8), clock: clock, &generator, into: &released)
            }
            try #require(isFinished, "case \(number) of seed \(seed) never ends")
            let counters = state?.counters ?? []
            try #require(counters.map(\.read) == given.counters.map(\.read), "case \(number) of seed \(seed): \(given)")
            for (source, counters) in counters.enumerated() {
                let own = released.filter { $0.source == source }
                let places = Set(own.map { [$0.partition, $0.offset] })
                let isSound =
                    own.count == counters.processed && places.count == own.count
                    && counters.read == counters.processed + counters.late + counters.malformed
                try #require(isSound, "case \(number) of seed \(seed), source \(source): \(given)")
                lateByMerge += counters.late - given.counters[source].late
            }
        }
        #expect(lateByMerge > 0)
    }
}

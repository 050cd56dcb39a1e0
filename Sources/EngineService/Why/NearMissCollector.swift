import EventEngine

/// Makes near misses of one key out of what stood in the way of an event, and keeps the nearest.
final class NearMissCollector {
    /// What stood in the way, the nearest first.
    enum Kind: Int {
        /// Time only, by no more than the time that there was; or what had ended the waiting.
        case time
        /// Some parts of the predicate.
        case someParts
        /// `where`, the stream, or a key that may mean the same.
        case input
        /// There is no key.
        case noKey
        /// All parts of the predicate, or far too late.
        case far
        /// Quite another key.
        case otherKey
    }

    /// A thread that awaits a step.
    struct Place {
        var state: Int
        var remaining: Int?
        /// Start and number of its attempt.
        var start: UInt64
        var number: Int?
        /// What it has bound; asked only of misses that are kept.
        var bound: () -> [TracedBinding]
    }

    private let trace: RuleTrace
    private let naming: WhyNaming
    private var shelf: NearMissShelf
    /// Numbers of open attempts by their start.
    var numbers: [UInt64: Int] = [:]

    init(trace: RuleTrace, naming: WhyNaming, limit: Int) {
        self.trace = trace
        self.naming = naming
        shelf = NearMissShelf(capacity: limit * 4)
    }

    /// The nearest first. Of events with quite another key there is one at most, where nothing else is known.
    var misses: [WhyNearMiss] {
        let near = shelf.entries.filter { $0.rank.kind < Kind.otherKey.rawValue }
        return (near.isEmpty ? Array(shelf.entries.prefix(1)) : near).map(\.miss)
    }

    var isEmpty: Bool { shelf.entries.isEmpty }

    /// Forgets what an attempt missed that has matched after all.
    func remove(attempt start: UInt64) { shelf.remove(attempt: start) }

    func place(_ thread: TracedThread, _ attempt: TracedAttempt) -> Place {
        Place(
            state: thread.step, remaining: thread.remaining, start: attempt.start, number: numbers[attempt.start],
            bound: { [trace] in trace.bound(by: thread, limit: WhyNaming.boundLimit).bindings })
    }

    func place(_ held: HeldThread, number: Int?) -> Place {
        Place(
            state: held.step, remaining: held.remaining, start: held.start, number: number,
            bound: { [trace] in trace.bound(by: held, limit: WhyNaming.boundLimit).bindings })
    }

    /// Whether a miss of that kind may be kept, so that it is worth finding out more.
    func hasRoom(_ remaining: Int?, kind: Kind, failing: Int, holding: Int = .max, isFirst: Bool = false) -> Bool {
        shelf.hasRoom(for: rank(remaining, kind: kind, failing: failing, holding: holding, isFirst: isFirst))
    }

    /// The event under test was nearly taken by a step that was awaited.
    func add(_ reason: WhyNearMiss.Reason, _ awaited: TracedAwait, of place: Place, kind: Kind, failing: Int = 0, holding: Int = 0) {
        let rank = rank(place.remaining, kind: kind, failing: failing, holding: holding, distance: Self.distance(of: reason))
        guard shelf.hasRoom(for: rank) else { return }
        let miss = WhyNearMiss(
            event: naming.event(trace.event), name: naming.names[awaited.variable], step: naming.step(awaited, from: place.state),
            attempt: place.number, bound: place.bound().map { naming.binding($0.variable, naming.event($0.event)) }, reason: reason,
            remaining: place.remaining)
        shelf.add(NearMissShelf.Entry(miss: miss, rank: rank, start: place.start))
    }

    /// The event under test would nearly have begun an attempt. `isFirst` ranks it behind whatever an attempt missed.
    func addStart(
        _ reason: WhyNearMiss.Reason, _ variable: Int, kind: Kind, failing: Int = 0, holding: Int = 0, isFirst: Bool = false
    ) {
        let remaining = trace.leastEvents
        let rank = rank(
            remaining, kind: kind, failing: failing, holding: holding, distance: Self.distance(of: reason), isFirst: isFirst)
        guard shelf.hasRoom(for: rank) else { return }
        let miss = WhyNearMiss(
            event: naming.event(trace.event), name: naming.names[variable], step: nil, attempt: nil, bound: [], reason: reason,
            remaining: remaining)
        shelf.add(NearMissShelf.Entry(miss: miss, rank: rank, start: nil))
    }

    private func rank(
        _ remaining: Int?, kind: Kind, failing: Int, holding: Int, distance: Int64 = 0, isFirst: Bool = false
    ) -> NearMissShelf.Rank {
        NearMissShelf.Rank(
            isFirst: isFirst, remaining: remaining ?? .max, kind: kind.rawValue, failing: failing, holding: -holding, distance: distance,
            sequence: trace.sequence)
    }

    /// How far an event missed its time.
    private static func distance(of reason: WhyNearMiss.Reason) -> Int64 {
        switch reason {
        case .tooLate(_, let by), .tooEarly(let by, _, _), .before(_, let by), .late(let by): by
        case .predicate, .ended, .until, .key, .noKey, .stream, .filter: 0
        }
    }

    static func duration(of limit: TracedAwait.Limit) -> Int64 {
        switch limit {
        case .within(let duration), .gap(let duration), .group(let duration): duration
        case .absence, .none: 0
        }
    }
}

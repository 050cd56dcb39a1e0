import EventEngine

/// Events of one key that nothing took, and that an attempt awaited later: they would have fitted, had they come behind it.
final class EarlierEvents {
    /// Events of each name that are remembered: the newest ones.
    private static let limit = 4

    private let key: [UInt8]
    private let trace: RuleTrace
    private let naming: WhyNaming
    private let collector: NearMissCollector
    private let variables: [Int]
    private var events: [Int: [RememberedEvent]] = [:]

    init(key: [UInt8], trace: RuleTrace, naming: WhyNaming, collector: NearMissCollector) {
        self.key = key
        self.trace = trace
        self.naming = naming
        self.collector = collector
        variables = trace.boundVariables.filter { !trace.dependsOnPlace($0) }
    }

    /// The event under test stands in the key's sequence, and nothing takes it.
    func note() {
        let keys = trace.keys()
        for variable in variables where trace.reads(variable) && keys[variable] == key && trace.isTrueAlone(variable) {
            events[variable, default: []].append(trace.remember())
            guard events[variable, default: []].count > Self.limit, let oldest = events[variable]?.removeFirst() else { continue }
            trace.forget(oldest)
        }
    }

    /// A match of the key: what came before it does not matter to what comes behind it.
    func forget() {
        for event in events.values.joined() { trace.forget(event) }
        events = [:]
    }

    /// A thread has ended, or waits at the end of the input: of what it awaited, something may have come before its last event.
    func look(_ held: HeldThread, number: Int?) {
        for awaited in held.awaits where awaited.variable >= 0 && awaited.opens ?? .min <= awaited.expires ?? .max {
            for event in events[awaited.variable] ?? [] {
                trace.look(at: event) {
                    guard let (by, last) = trace.distance(before: held), trace.isTrue(awaited.variable, for: held),
                        !trace.isBlocked(awaited, of: held)
                    else { return }
                    if awaited.limit != .none, by > NearMissCollector.duration(of: awaited.limit) { return }
                    collector.add(
                        .before(name: naming.names[last], by: by), awaited, of: collector.place(held, number: number), kind: .time)
                }
            }
        }
    }
}

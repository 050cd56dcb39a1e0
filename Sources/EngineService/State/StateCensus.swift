import EventEngine
import StateStore

/// How many partial matches of a rule stand at which step, as of the last checkpoint.
public struct StateCensus: Sendable {
    /// Keys that are looked at, at most.
    public static let limit = 50_000

    /// By step of the automaton: threads that have bound it last, those that have matched already among them.
    public private(set) var threads: [Int] = []
    /// Keys with partial matches.
    public private(set) var keys = 0
    /// True when there are more keys than were looked at: the counts are too small.
    public var isPartial: Bool { keys > Self.limit }

    /// Counts the partial matches of a rule in a store.
    public init(_ inspection: StateInspection, rule: String) throws(StateStoreError) {
        threads = Array(repeating: 0, count: inspection.layouts[rule]?.states.count ?? 0)
        try inspection.store.scan(StateTables.keys(ofRule: rule)) { _, bytes in
            keys += 1
            guard keys <= Self.limit, case .success(let state) = inspection.inspect(bytes, rule: rule) else { return keys <= Self.limit }
            for attempt in state.attempts { for thread in attempt.threads { threads[thread.step] += 1 } }
            return true
        }
    }
}

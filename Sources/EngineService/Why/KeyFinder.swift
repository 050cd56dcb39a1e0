import EventEngine

/// Reads everything once: counts how far events came, and finds the keys whose attempts came nearest to a match.
final class KeyFinder {
    /// The most that became of a key's events, the nearest first.
    private enum Standing: Int {
        /// An attempt that waited for more, or was complete.
        case attempt
        /// An event that could begin one: nothing was left of it at once, or nothing began.
        case start
        /// Such an event, which came late.
        case late
        /// An event of which some parts of a first name's predicate hold.
        case nearly
    }

    private struct Found {
        var standing: Standing
        /// Least number of events that an attempt of it still needed.
        var remaining: Int
        /// Most events that such an attempt had bound.
        var length: Int
        /// Parts of a first name's predicate that the nearest event failed, and those that held.
        var failing = Int.max
        var holding = 0
        var matches: Int
        /// When it was first seen, in the order of processing.
        var sequence: UInt64
    }

    /// Attempts of a key that are looked at after an event.
    private static let attemptLimit = 16
    /// Keys that are remembered; of more, those that are farthest from a match are forgotten.
    private static let keyLimit = 4096

    private let trace: RuleTrace
    private let key: [UInt8]?
    private let starts: [Int]
    private var found: [[UInt8]: Found] = [:]
    /// How many of each name's parts held, by name and part.
    private var parts: [[Int]]
    private var names: [Int]
    private var filter: [Int]
    private(set) var funnel = WhyReport.Funnel()
    private(set) var matches = 0
    /// How many of them `suppress` held back.
    private(set) var suppressed = 0
    /// Hashes of the keys with a match.
    private var fired: Set<UInt64> = []

    /// `key` is the canonical text of the one that was asked for.
    init(_ trace: RuleTrace, key: [UInt8]?) {
        self.trace = trace
        self.key = key
        starts = trace.startVariables
        parts = trace.conditions.variables.map { [Int](repeating: 0, count: $0.count) }
        names = [Int](repeating: 0, count: trace.conditions.variables.count)
        filter = [Int](repeating: 0, count: trace.conditions.filter.count)
        if key != nil { funnel.ofKey = 0 }
    }

    /// Keys with a match.
    var firedKeys: Int { fired.count }

    /// Takes the next event.
    func take(_ event: EventView) {
        trace.begin(event)
        guard trace.isRead, count() else { return trace.abandon() }
        let keys = trace.keys()
        let beginning = beginning(keys)
        let sequence = trace.sequence
        note(trace.take(), sequence)
        var seen: Set<[UInt8]> = []
        for case let key? in keys where seen.insert(key).inserted { look(at: key, sequence, mayBegin: beginning.contains(key)) }
        if beginning.isEmpty { lookAtStarts(keys) }
    }

    /// Notes an event that came late, and is not taken.
    func lookLate(_ event: EventView) {
        trace.begin(event)
        defer { trace.abandon() }
        guard key == nil, trace.isRead, trace.passesFilter else { return }
        for key in beginning(trace.keys()) { update(key, .late, trace.sequence) { _ in } }
    }

    /// Keys in whose sequence the event under test could begin an attempt, as far as it alone decides that.
    private func beginning(_ keys: [[UInt8]?]) -> Set<[UInt8]> {
        guard key == nil else { return [] }
        return Set(starts.filter { keys[$0] != nil && trace.reads($0) && trace.isTrueAlone($0) }.compactMap { keys[$0] })
    }

    /// The end of the input.
    func finish(_ end: Why.End) { note(end == .forever ? trace.finish() : trace.advance(to: end.time), .max) }

    /// Counts the event under test; false when it is in no key's sequence.
    private func count() -> Bool {
        if trace.isMatch { funnel.matches = (funnel.matches ?? 0) + 1 } else { funnel.ofStream += 1 }
        for (index, part) in trace.conditions.filter.enumerated() where trace.holds(part) { filter[index] += 1 }
        guard trace.passesFilter else { return false }
        funnel.passed += 1
        let keys = trace.keys()
        guard keys.contains(where: { $0 != nil }) else { return false }
        funnel.keyed += 1
        if let key {
            guard keys.contains(where: { $0 == key }) else { return true }
            funnel.ofKey = (funnel.ofKey ?? 0) + 1
        }
        for variable in names.indices where trace.reads(variable) && keys[variable] != nil {
            if let key, keys[variable] != key { continue }
            if trace.isTrueAlone(variable) { names[variable] += 1 }
            for (index, part) in trace.conditions.variables[variable].enumerated() where part.isLocal && trace.holds(part) {
                parts[variable][index] += 1
            }
        }
        return true
    }

    private func note(_ decisions: [TracedDecision], _ sequence: UInt64) {
        for decision in decisions where decision.match.kind == .match {
            matches += 1
            if decision.suppressedUntil != nil { suppressed += 1 }
            fired.insert(decision.key.withUnsafeBytes { Digest128(hashing: $0).low })
            update(decision.key, .attempt, sequence) { found in
                found.matches += 1
            }
        }
    }

    private func look(at key: [UInt8], _ sequence: UInt64, mayBegin: Bool) {
        let attempts = trace.attempts(of: key, limit: Self.attemptLimit)
        if trace.refused.contains(key) {
            update(key, .attempt, sequence) { $0.remaining = 0 }
        } else if mayBegin {
            update(key, .start, sequence) { _ in }
        }
        guard !attempts.isEmpty else { return }
        update(key, .attempt, sequence) { found in
            for thread in attempts.flatMap(\.threads) where thread.kind == .live {
                let remaining = thread.remaining ?? .max - 1
                if remaining < found.remaining || (remaining == found.remaining && thread.length > found.length) {
                    found.remaining = remaining
                    found.length = thread.length
                }
            }
        }
    }

    /// The event begins nothing: parts of a first name's predicate may hold all the same.
    private func lookAtStarts(_ keys: [[UInt8]?]) {
        guard key == nil else { return }
        for variable in starts where trace.reads(variable) {
            guard let key = keys[variable] else { continue }
            let parts = trace.conditions.variables[variable].filter(\.isLocal)
            let holding = parts.count { trace.holds($0) }
            let failing = parts.count - holding
            guard holding > 0, failing > 0 else { continue }
            update(key, .nearly, trace.sequence) { found in
                guard (failing, -holding) < (found.failing, -found.holding) else { return }
                found.failing = failing
                found.holding = holding
            }
        }
    }

    private func update(_ key: [UInt8], _ standing: Standing, _ sequence: UInt64, _ change: (inout Found) -> Void) {
        if found[key] == nil, found.count >= Self.keyLimit { forgetFarthest() }
        let fresh = Found(standing: standing, remaining: .max, length: 0, matches: 0, sequence: sequence)
        change(&found[key, default: fresh])
        if let before = found[key]?.standing, standing.rawValue < before.rawValue { found[key]?.standing = standing }
    }

    private func forgetFarthest() {
        for (key, _) in ranked().suffix(found.count / 2) { found[key] = nil }
    }

    private func ranked() -> [(key: [UInt8], value: Found)] {
        found.sorted { left, right in
            let (one, other) = (left.value, right.value)
            if (one.matches > 0) != (other.matches > 0) { return one.matches == 0 }
            if one.standing != other.standing { return one.standing.rawValue < other.standing.rawValue }
            if one.standing == .nearly, (one.failing, -one.holding) != (other.failing, -other.holding) {
                return (one.failing, -one.holding) < (other.failing, -other.holding)
            }
            return (one.remaining, -one.length, one.sequence) < (other.remaining, -other.length, other.sequence)
        }
    }

    /// The nearest keys of those without a match; of those with one where there are no others. Keys whose events only nearly began an
    /// attempt are the last resort: there may be very many.
    func nearest(_ count: Int) -> [[UInt8]] {
        let ranked = ranked()
        let near = ranked.filter { $0.value.standing != .nearly }
        let without = near.filter { $0.value.matches == 0 }
        let best = without.isEmpty ? near : without
        return (best.isEmpty ? ranked : best).prefix(count).map(\.key)
    }

    /// Each part of `where`, and how many events satisfied it alone.
    var filterCounts: [WhyReport.Funnel.Part] {
        zip(trace.conditions.filter, filter).map { WhyReport.Funnel.Part(text: $0.text, satisfied: $1) }
    }

    /// The names that steps, negations and `until` use, and how often each was satisfied.
    func nameCounts(_ program: RuleProgram) -> [WhyReport.Funnel.Name] {
        program.variables.indices.filter { program.variables[$0].isUsed }.map { variable in
            let conditions = trace.conditions.variables[variable]
            return WhyReport.Funnel.Name(
                name: program.variables[variable].name, satisfied: names[variable],
                parts: zip(conditions, parts[variable]).filter(\.0.isLocal).map { WhyReport.Funnel.Part(text: $0.text, satisfied: $1) },
                dependent: conditions.filter { !$0.isLocal }.map(\.text))
        }
    }
}

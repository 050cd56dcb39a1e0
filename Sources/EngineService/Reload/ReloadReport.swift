import EventEngine
import RuleLanguage

/// What becomes of each rule when one set of rules takes the place of another.
public struct ReloadReport: Sendable, Equatable {
    /// What became of a rule.
    public enum Change: String, Sendable, CaseIterable {
        /// It is new.
        case added
        /// It is gone, and its partial matches with it.
        case removed
        /// What it matches has changed, so that its partial matches mean nothing any more: they are dropped.
        case pattern
        /// Steps of its pattern have changed: attempts go on that are the same under the new one (`PatternMapping`), others are dropped.
        case steps
        /// Conditions or durations have changed, the pattern's steps have not: partial matches go on under the new ones.
        case conditions
        /// What it matches is the same; what its alerts say or where they go is not.
        case metadata
        /// Nothing has changed.
        case unchanged

        /// True when partial matches outlive it.
        public var keepsPartialMatches: Bool { self == .conditions || self == .metadata || self == .unchanged }
    }

    /// A rule.
    public struct Entry: Sendable, Equatable {
        /// Its id.
        public let rule: String
        /// What became of it.
        public let change: Change
        /// Keys with partial matches; nil where that is not known.
        public let keys: Counts?
        /// Attempts, where steps have changed; nil where that is not known.
        public let attempts: Counts?
    }

    /// How many go on, and how many do not.
    public struct Counts: Sendable, Equatable {
        /// Go on.
        public let kept: Int
        /// Are dropped.
        public let dropped: Int
    }

    /// In order of rule.
    public var entries: [Entry]

    /// What takes place when `new` follows `old`.
    ///
    /// - Parameters:
    ///   - keys: how many keys have partial matches, by rule id, where known.
    ///   - mapped: what becomes of those whose steps have changed; of a rule that has keys and is not among them all are dropped.
    public init(from old: EngineProgram, to new: EngineProgram, keys: [String: Int] = [:], mapped: [String: MappedCounts] = [:]) {
        let before = Dictionary(uniqueKeysWithValues: old.rules.map { ($0.id, $0) })
        let after = Dictionary(uniqueKeysWithValues: new.rules.map { ($0.id, $0) })
        entries = Set(before.keys).union(after.keys).sorted().map { id in
            var change = Self.change(before[id], old.schema, after[id], new.schema)
            guard before[id] != nil, let count = keys[id] else { return Entry(rule: id, change: change, keys: nil, attempts: nil) }
            if change == .steps, let counts = mapped[id] {
                return Entry(
                    rule: id, change: change, keys: Counts(kept: counts.keysKept, dropped: counts.keysDropped),
                    attempts: Counts(kept: counts.attemptsKept, dropped: counts.attemptsDropped))
            }
            if change == .steps && count > 0 { change = .pattern }
            let isKept = change.keepsPartialMatches
            return Entry(
                rule: id, change: change, keys: Counts(kept: isKept ? count : 0, dropped: isKept ? 0 : count), attempts: nil)
        }
    }

    private static func change(_ old: RuleProgram?, _ oldSchema: EventSchema, _ new: RuleProgram?, _ newSchema: EventSchema) -> Change {
        guard let old else { return .added }
        guard let new else { return .removed }
        if old.logicHash == new.logicHash { return old.metadataHash == new.metadataHash ? .unchanged : .metadata }
        if old.shapeHash == new.shapeHash { return .conditions }
        let mapping = PatternMapping(
            from: RuleLayout(old), RuleShape(old, schema: oldSchema), to: RuleLayout(new), RuleShape(new, schema: newSchema))
        return mapping == nil ? .pattern : .steps
    }

    /// True when nothing changes.
    public var isEmpty: Bool { entries.allSatisfy { $0.change == .unchanged } }

    /// Number of rules of which that became.
    public func count(_ change: Change) -> Int { entries.count { $0.change == change } }

    /// Keys whose partial matches are kept, and dropped.
    public var keys: (kept: Int, dropped: Int) {
        entries.reduce((0, 0)) { sum, entry in (sum.0 + (entry.keys?.kept ?? 0), sum.1 + (entry.keys?.dropped ?? 0)) }
    }

    /// For people: one line for each rule that changes, then the sums.
    public var text: String {
        var lines: [String] = []
        for entry in entries where entry.change != .unchanged {
            lines.append("\(Self.mark(entry.change)) \(entry.rule): \(Self.words(entry.change))\(Self.counts(entry))")
        }
        let changed = entries.count { $0.change != .unchanged }
        lines.append(
            "\(count(.added)) added, \(changed - count(.added) - count(.removed)) changed, \(count(.removed)) removed, "
                + "\(count(.unchanged)) unchanged; partial matches: \(keys.kept) keys kept, \(keys.dropped) dropped")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func counts(_ entry: Entry) -> String {
        guard let keys = entry.keys else { return "" }
        func count(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }
        if let attempts = entry.attempts {
            return ", \(count(keys.kept, "key")) kept, \(keys.dropped) dropped (\(count(attempts.kept, "attempt")) kept, "
                + "\(attempts.dropped) dropped)"
        }
        return entry.change.keepsPartialMatches ? ", \(count(keys.kept, "key")) kept" : ", \(count(keys.dropped, "key")) dropped"
    }

    private static func mark(_ change: Change) -> String {
        switch change {
        case .added: "+"
        case .removed: "-"
        case .pattern, .steps, .conditions, .metadata: "~"
        case .unchanged: " "
        }
    }

    private static func words(_ change: Change) -> String {
        switch change {
        case .added: "new"
        case .removed: "gone"
        case .pattern: "the pattern, its policies or its keys changed"
        case .steps: "steps changed; attempts go on that are the same under the new pattern"
        case .conditions: "conditions or durations changed; what is under way goes on under the new ones"
        case .metadata: "what alerts say, or where they go, changed"
        case .unchanged: "unchanged"
        }
    }
}

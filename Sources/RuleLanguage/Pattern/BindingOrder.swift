/// Which event variables can be bound before which, over all ways through a pattern.
struct BindingOrder {
    /// Variables that some match binds.
    private(set) var bound: Set<Int> = []
    /// Variables that stand anywhere in the pattern or as rule-level `until`.
    private(set) var used: Set<Int> = []
    private var before: [VariableSet]
    private let count: Int

    /// Walks `pattern`, of a rule with `count` variables.
    init(_ pattern: Pattern, until: Int?, count: Int) {
        self.count = count
        before = Array(repeating: VariableSet(count: count), count: count)
        pattern.forEachBoundVariable { bound.insert($0) }
        walk(pattern, prefix: VariableSet(count: count))
        if let until { record(until, Self.variables(of: pattern, count: count)) }
    }

    /// True when an event can be bound to `other` before one is compared with `variable`.
    func canBind(_ other: Int, before variable: Int) -> Bool { before[variable].contains(other) }

    /// True when any event can be bound before one is compared with `variable`.
    func canBindAnything(before variable: Int) -> Bool { !before[variable].isEmpty }

    private static func variables(of pattern: Pattern, count: Int) -> VariableSet {
        var set = VariableSet(count: count)
        pattern.forEachBoundVariable { set.insert($0) }
        return set
    }

    private mutating func record(_ variable: Int, _ prefix: VariableSet) {
        used.insert(variable)
        before[variable].formUnion(prefix)
    }

    private mutating func walk(_ pattern: Pattern, prefix: VariableSet) {
        switch pattern.kind {
        case .event(let variable), .negation(let variable, _): record(variable, prefix)
        case .sequence(let steps, _):
            var running = prefix
            for step in steps {
                walk(step, prefix: running)
                step.forEachBoundVariable { running.insert($0) }
            }
        case .alternation(let branches):
            for branch in branches { walk(branch, prefix: prefix) }
        case .repetition(let child, _, let maximum, _, _):
            var running = prefix
            if maximum != 1 { child.forEachBoundVariable { running.insert($0) } }
            walk(child, prefix: running)
        case .group(let child, let until, _):
            walk(child, prefix: prefix)
            if let until {
                var running = prefix
                child.forEachBoundVariable { running.insert($0) }
                record(until, running)
            }
        case .permute(let branches): walkAnyOrder(branches, prefix: prefix)
        case .of(let count, let branches):
            if count > 1 {
                walkAnyOrder(branches, prefix: prefix)
            } else {
                for branch in branches { walk(branch, prefix: prefix) }
            }
        }
    }

    /// Before a branch all others can stand: those in front of it, and those behind it.
    private mutating func walkAnyOrder(_ branches: [Pattern], prefix: VariableSet) {
        var behind = [VariableSet(count: count)]
        for branch in branches.reversed() {
            var set = behind[behind.count - 1]
            branch.forEachBoundVariable { set.insert($0) }
            behind.append(set)
        }
        var running = prefix
        for (index, branch) in branches.enumerated() {
            var all = running
            all.formUnion(behind[branches.count - 1 - index])
            walk(branch, prefix: all)
            branch.forEachBoundVariable { running.insert($0) }
        }
    }
}

/// A set of variables, one bit each.
struct VariableSet {
    private var words: [UInt64]

    /// An empty set of variables below `count`.
    init(count: Int) { words = Array(repeating: 0, count: (count + 63) / 64) }

    /// True without variables.
    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    /// True when the variable is in it.
    func contains(_ variable: Int) -> Bool { words[variable / 64] & (1 << UInt64(variable % 64)) != 0 }

    /// Adds a variable.
    mutating func insert(_ variable: Int) { words[variable / 64] |= 1 << UInt64(variable % 64) }

    /// Adds all variables of `other`.
    mutating func formUnion(_ other: VariableSet) {
        for index in words.indices { words[index] |= other.words[index] }
    }
}

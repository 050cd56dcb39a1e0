import RuleLanguage

/// One level of what remains of the pattern behind a step: where in which enclosing node the step stands.
enum Frame {
    /// Inside step `index` of a sequence. `entry` led into the sequence; it joins the first step that the sequence binds. `passed`: the
    /// sequence has bound an event or passed a negation.
    case sequence(PatternTree, index: Int, entry: Link?, passed: Bool)
    /// Inside an iteration, `count` are complete before it. `choice` tells this loop's run from every other. `bound`: this iteration has
    /// bound an event.
    case loop(PatternTree, count: Int, choice: Int, bound: Bool)
    /// Inside a group whose first event was bound at `first`.
    case group(PatternTree, first: Int64?)
    /// Inside branch `current`; `done` are complete.
    case branches(PatternTree, done: Set<Int>, current: Int, entry: Link?, passed: Bool)

    /// The frame after an event at `time` was bound inside it.
    func bound(at time: Int64) -> Frame {
        switch self {
        case .sequence(let node, let index, let entry, _): .sequence(node, index: index, entry: entry, passed: true)
        case .loop(let node, let count, let choice, _): .loop(node, count: count, choice: choice, bound: true)
        case .group(let node, let first): .group(node, first: first ?? time)
        case .branches(let node, let done, let current, let entry, _):
            .branches(node, done: done, current: current, entry: entry, passed: true)
        }
    }

    /// The frame after a negation was passed inside it.
    var passedNegation: Frame {
        switch self {
        case .sequence(let node, let index, let entry, _): .sequence(node, index: index, entry: entry, passed: true)
        case .branches(let node, let done, let current, let entry, _):
            .branches(node, done: done, current: current, entry: entry, passed: true)
        case .loop, .group: self
        }
    }

    /// What `prefer: latest` compares: counts, saturated, and branches that are done.
    var signature: String {
        switch self {
        case .sequence, .group: return ""
        case .loop(let node, let complete, _, let bound):
            let count = complete + (bound ? 1 : 0)
            guard case .loop(_, let minimum, let maximum, _, _) = node.form else { return "" }
            return "L\(node.id)=\(maximum == nil ? min(count, minimum) : count);"
        case .branches(let node, let done, _, _, _):
            return "B\(node.id)=\(done.sorted().map(String.init).joined(separator: ","));"
        }
    }
}

/// A negation on the way from the last bound event to an awaited item.
struct PassedNegation {
    /// The negation's node.
    var node: Int
    /// What must not come.
    var variable: Int
    /// `for`, nanoseconds.
    var duration: Int64?
    /// The contiguity of the link into it.
    var reach: Link.Contiguity
    /// The runs of loops that were left on the way to it.
    var loopsLeft: [Int]
}

/// The way from the last bound event to an awaited item.
struct AwaitedPath {
    /// Negations passed, in order.
    var negations: [PassedNegation] = []
    /// Runs of greedy loops that the way enters or iterates.
    var entered: [Int] = []
    /// Runs of any loops that the way iterates once more.
    var again: [Int] = []
    /// Runs of loops that the way leaves after an iteration.
    var left: [Int] = []
    /// Runs of loops that the way goes round without an iteration.
    var wentRound: [Int] = []
}

/// What a thread awaits next.
struct Awaited {
    /// What comes next.
    enum Target {
        /// An event for `variable`, by the pattern node `node`; `frames` is what remains behind it, innermost last.
        case step(variable: Int, node: Int, frames: [Frame])
        /// The end of the pattern.
        case accept
    }
    /// What comes next.
    var target: Target
    /// The link that joins it to the last bound event; nil in front of everything. Of an accept, the link into its last negation.
    var link: Link?
    /// The way to it.
    var path: AwaitedPath
}

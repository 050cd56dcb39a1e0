import RuleLanguage

/// A rule's pattern as a position automaton with counters (Glushkov 1961; counters as in Hovland, "Regular
/// expressions with numerical constraints and automata with counters", 2009): one state for each step occurrence,
/// reached by binding an event, and ordered edges to what a thread in that state awaits.
///
/// The order of edges is the order of preference. An edge is awaited only when its guards hold for the counts that
/// the thread has; they are tested once, when the state is reached.
public struct Automaton: Sendable {
    /// A step occurrence of the pattern.
    public struct Step: Sendable {
        /// Index in `Rule.events`.
        public let variable: Int
        /// Groups with `until` or `within` around it, outermost first.
        public let groups: [Int]
        /// Loops around it, outermost first.
        public let loops: [Int]
        /// Choices around it, outermost first.
        public let choices: [Int]
    }

    /// A loop: a quantifier that allows more than one iteration, or a bounded one that needs counting.
    public struct Loop: Sendable {
        /// Least iterations; 0 when its body can be empty.
        public let minimum: Int
        /// Most iterations; nil: unbounded.
        public let maximum: Int?
        /// False: leaves before it goes again.
        public let isGreedy: Bool
        /// True when the thread must count iterations.
        public var isCounted: Bool { maximum != 1 && (minimum > 1 || maximum != nil) }
    }

    /// `permute` or `n of`: the branches that are done are a bit set of the thread.
    public struct Choice: Sendable {
        /// How many branches there are, at most 64.
        public let branches: Int
        /// How many must be complete.
        public let needed: Int
        /// Branches that can be empty count as complete.
        public let emptyBranches: UInt64
    }

    /// A group with `until` or `within`.
    public struct Group: Sendable {
        /// Index in `Rule.events` of the variable that ends it.
        public let until: Int?
        /// Greatest time between the first and last event bound inside, nanoseconds.
        public let within: Int64?
    }

    /// A negated occurrence.
    public struct Negation: Sendable {
        /// Index in `Rule.events`.
        public let variable: Int
        /// How long the absence lasts, nanoseconds; nil: until the next step, or the rest of `within` at the ends.
        public let duration: Int64?
    }

    /// A condition on a thread's counts.
    public enum Guard: Sendable, Hashable {
        /// The loop has iterated at least so often.
        case atLeast(loop: Int, Int)
        /// The loop has iterated less often than this.
        case below(loop: Int, Int)
        /// The branch has not been taken, and fewer than needed are complete.
        case branchOpen(choice: Int, Int)
        /// Enough branches are complete.
        case complete(choice: Int)
    }

    /// What taking an edge does to a thread's counts, in this order.
    public enum Update: Sendable, Hashable {
        /// The loop begins: count 1.
        case begin(loop: Int)
        /// The loop goes again: count + 1, saturated.
        case again(loop: Int)
        /// The choice begins with this branch.
        case beginBranch(choice: Int, Int)
        /// This branch too.
        case addBranch(choice: Int, Int)
    }

    /// A negation on the way of an edge.
    public struct NegationUse: Sendable, Hashable {
        /// Index in `negations`.
        public let negation: Int
        /// The link that leads into it; `,`: only the very next event counts (`a , !c -> b`).
        public let reach: Link.Contiguity
        /// Loops left, not gone round, on the way to it: their further iterations fall with it.
        public let loopsLeft: [Int]
        /// True when only the very next event counts.
        public var isStrict: Bool { reach == .next }
    }

    /// A way from one step to the next, or to acceptance.
    public struct Edge: Sendable, Hashable {
        /// Index in `steps`; nil: the pattern is complete.
        public var target: Int?
        /// How the target follows the bound event; `->` on edges that start an attempt.
        public var contiguity: Link.Contiguity
        /// Least time from the bound event, nanoseconds.
        public var minimumGap: Int64?
        /// Greatest time from the bound event, nanoseconds.
        public var maximumGap: Int64?
        /// What must hold when the state is reached.
        public var guards: [Guard]
        /// What taking it does.
        public var updates: [Update]
        /// Negations on the way, in order.
        public var negations: [NegationUse]
        /// Greedy and reluctant loops that it begins or repeats.
        public var loopsTaken: [Int]
        /// Loops among those that it repeats.
        public var loopsRepeated: [Int]
        /// Loops that it leaves, or goes round.
        public var loopsLeft: [Int]
        /// Groups whose inside it enters (again).
        public var groupsEntered: [Int]
    }

    /// Step occurrences, in order of the pattern's text.
    public internal(set) var steps: [Step] = []
    /// What starts an attempt; edges without target mean that the pattern could be empty.
    public internal(set) var start: [Edge] = []
    /// What follows each step.
    public internal(set) var follow: [[Edge]] = []
    /// Loops.
    public internal(set) var loops: [Loop] = []
    /// Permutations and choices.
    public internal(set) var choices: [Choice] = []
    /// Groups with `until` or `within`.
    public internal(set) var groups: [Group] = []
    /// Negated occurrences, in order of the pattern's text.
    public internal(set) var negations: [Negation] = []
}

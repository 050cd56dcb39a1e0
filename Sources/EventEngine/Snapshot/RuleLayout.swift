/// What it takes to read the bytes of a rule's keys (`SnapshotFormat`) without the rule's files: how long its records are,
/// what its variables and key parts are called, and what each state of its automaton awaits.
///
/// A value of its own, made when a rule is compiled and stored beside the keys as lines of `name=value` (`fields`). It is for
/// looking at state only: an engine restores keys by the automaton that it has compiled itself.
public struct RuleLayout: Sendable, Equatable {
    /// A negation that stands before a step.
    public struct Negation: Sendable, Equatable {
        /// Name of the variable that must not occur.
        public var variable: String
        /// `for`, nanoseconds; nil: until the next step, or for the rest of `within`.
        public var duration: Int64?
        /// True when only the very next event counts (`, !c`).
        public var isStrict: Bool
    }

    /// A group with `within` that goes on with a step.
    public struct GroupEnd: Sendable, Equatable {
        /// Word of the thread, from the first count, that holds the time of the group's first event.
        public var word: Int
        /// Nanoseconds.
        public var duration: Int64
    }

    /// A way on from a state.
    public struct Edge: Sendable, Equatable {
        /// Name of the variable that is awaited; nil: acceptance.
        public var variable: String?
        /// How the step follows the one before.
        public var contiguity: AutomatonProgram.Contiguity
        /// Least time since the last bound event, nanoseconds; nil: none.
        public var minimumGap: Int64?
        /// Greatest time since the last bound event, nanoseconds; nil: none.
        public var maximumGap: Int64?
        /// On acceptance behind an absence: nanoseconds after the last bound event; nil: none.
        public var absence: Int64?
        /// On acceptance behind an absence without `for`: it lasts for the rest of `within`.
        public var absenceToEnd: Bool
        /// Negations before the step, in order.
        public var negations: [Negation]
        /// Groups with `within` that go on.
        public var groups: [GroupEnd]
    }

    /// A state: a step that has bound an event.
    public struct State: Sendable, Equatable {
        /// Name of the variable that it bound.
        public var variable: String
        /// What is awaited next, the most preferred first; bit i of a thread's masks stands for the i-th.
        public var edges: [Edge]
    }

    /// A leading negation.
    public struct Leading: Sendable, Equatable {
        /// Name of its variable.
        public var variable: String
        /// How long its time is remembered, nanoseconds.
        public var reach: Int64
    }

    /// Level of the rule, as written.
    public var level = ""
    /// `within`, nanoseconds; nil: none.
    public var within: Int64?
    /// True when the rule has `suppress`.
    public var suppresses = false
    /// Labels of the key's parts.
    public var keyLabels: [String] = []
    /// Names of the variables, by index.
    public var variables: [String] = []
    /// Leading negations, by the index of the time that a key keeps.
    public var leading: [Leading] = []
    /// Words of a mask; a thread has two masks.
    public var maskWords = 1
    /// Words of a thread for counters, choices and group starts.
    public var countWords = 0
    /// Number of edges that start an attempt.
    public var startEdges = 0
    /// States, by index.
    public var states: [State] = []

    /// The layout of a compiled rule.
    public init(_ rule: RuleProgram) {
        let automaton = rule.automaton
        level = rule.level
        within = rule.within < 0 ? nil : rule.within
        suppresses = rule.suppression != nil
        keyLabels = rule.variables.first(where: \.isUsed)?.key.map(\.label) ?? []
        variables = rule.variables.map(\.name)
        leading = zip(automaton.leadingVariables, automaton.leadingReach).map {
            Leading(variable: rule.variables[Int($0)].name, reach: $1)
        }
        maskWords = automaton.maskWords
        countWords = automaton.countWords
        startEdges = automaton.start.count
        var bound = [Int32](repeating: -1, count: automaton.states.count)
        for edge in Array(automaton.start) + Array(automaton.edges) where edge.target >= 0 { bound[Int(edge.target)] = edge.variable }
        states = automaton.states.enumerated().map { index, state in
            State(
                variable: bound[index] < 0 ? "" : rule.variables[Int(bound[index])].name,
                edges: (0..<Int(state.edges.count)).map { Self.edge($0, of: state, rule) })
        }
    }

    /// A layout without states, to be filled.
    init() {}

    private static func edge(_ number: Int, of state: AutomatonProgram.State, _ rule: RuleProgram) -> Edge {
        let automaton = rule.automaton
        let edge = automaton.edges[Int(state.edges.start) + number]
        let uses = (0..<Int(state.negations.count)).map { automaton.negations[Int(state.negations.start) + $0] }
        let negations = uses.filter { automaton.masks[Int($0.through) + number >> 6] >> UInt64(number & 63) & 1 == 1 }
        return Edge(
            variable: edge.target < 0 ? nil : rule.variables[Int(edge.variable)].name, contiguity: edge.contiguity,
            minimumGap: edge.minimumGap == 0 ? nil : edge.minimumGap, maximumGap: edge.maximumGap == .max ? nil : edge.maximumGap,
            absence: edge.absence < 0 ? nil : edge.absence, absenceToEnd: edge.absenceToEnd,
            negations: negations.map {
                Negation(
                    variable: rule.variables[Int($0.variable)].name, duration: $0.duration < 0 ? nil : $0.duration, isStrict: $0.isStrict)
            },
            groups: (0..<Int(edge.withins.count)).map {
                let use = automaton.withins[Int(edge.withins.start) + $0]
                return GroupEnd(word: Int(use.word), duration: use.duration)
            })
    }
}

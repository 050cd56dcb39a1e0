/// The steps of a rule and the ways between them, with names instead of numbers: what `PatternMapping` compares of the rule that wrote
/// partial matches and of the rule that is to go on with them. Predicates and durations are not part of it.
///
/// A value of its own, made when a rule is compiled and stored beside the keys as lines of `name=value` (`fields`).
public struct RuleShape: Sendable, Equatable {
    /// A guard or an update of one of a thread's counts.
    struct Operation: Sendable, Equatable {
        var operation: AutomatonProgram.CountOperation
        /// Word of the thread, from the first count.
        var word: Int
        var value: Int64
    }

    /// A way on.
    struct Edge: Sendable, Equatable {
        /// State reached; nil: acceptance.
        var target: Int?
        /// What is awaited and how, in words that are the same in all patterns: the variable and the link, or `end`; then whether an absence
        /// comes before, and the groups and leading negations that bear on it.
        var look: [String]
        var guards: [Operation]
        var updates: [Operation]

        /// Name of the variable that is awaited; nil: acceptance.
        var variable: String? { target == nil ? nil : look.first }
        /// True when the step is joined by `->>`.
        var isAny: Bool { target != nil && look.count > 1 && look[1] == "->>" }
        /// True when the step is joined by `,`.
        var isStrict: Bool { target != nil && look.count > 1 && look[1] == "," }
        /// True for acceptance that waits for nothing.
        var isPlainAccept: Bool { target == nil && look.count == 1 }
    }

    /// A step that has bound an event.
    struct State: Sendable, Equatable {
        /// What ties its edges to each other, by their numbers: negations in force, and what a greedy loop keeps from others.
        var ties: [String]
        /// What is awaited next, the most preferred first.
        var edges: [Edge]

        /// True when the very next event matters to a negation.
        var hasStrictNegation: Bool { ties.contains { $0.hasSuffix(" strict") } }
    }

    /// `permute` or `n of`.
    struct Choice: Sendable, Equatable {
        var needed: Int64
        var emptyBranches: UInt64
    }

    /// Two names that no event can satisfy both.
    struct Pair: Hashable, Sendable {
        let first: String
        let second: String

        init(_ one: String, _ other: String) {
            (first, second) = one < other ? (one, other) : (other, one)
        }
    }

    /// `emit`, the rule-level `until`, the leading negations, and whether matches of other rules are among the input.
    var frame = ""
    /// `emit: all`.
    var emitsAll = false
    /// What threads hold cannot be told from their steps alone: `prefer: latest` or `lag`.
    var isSealed = false
    /// `timeout: emit`.
    var emitsTimeouts = false
    /// An attempt ends where its pattern is first complete, whatever it has bound.
    var endsAtAccept = false
    /// Every event of a key is looked at, also one that satisfies no name.
    var seesEveryEvent = false
    /// Streams that are read, in order; nil: every one but `matches`.
    var streams: [String]?
    /// Keys of the names in use.
    var keys: [String: String] = [:]
    var apart: Set<Pair> = []
    /// By word of the thread, from the first count.
    var choices: [Int: Choice] = [:]
    /// Edges that start an attempt.
    var start: [Edge] = []
    var states: [State] = []

    /// Words that hold the time of a group's first event, ascending.
    var groupWords: [Int] {
        let updates = (start + states.flatMap(\.edges)).flatMap(\.updates)
        return Set(updates.filter { $0.operation == .startGroup }.map(\.word)).sorted()
    }

    /// A shape to be filled.
    init() {}

    /// The shape of a compiled rule.
    ///
    /// - Parameter schema: of the program that it stands in.
    public init(_ rule: RuleProgram, schema: EventSchema) {
        let automaton = rule.automaton
        let names = rule.variables.map(\.name)
        let leading = automaton.leadingVariables.map { names[Int($0)] }
        frame = "emit:\(rule.emit) until:\(rule.until < 0 ? "" : names[Int(rule.until)]) leading:\(leading.joined(separator: ","))"
        // Matches are numbered between events.
        if let streams = rule.streams, streams.contains(where: { schema.streams[Int($0)] == Composer.streamName }) { frame += " matches" }
        if case .all = rule.emit { emitsAll = true }
        seesEveryEvent = rule.seesEveryEvent
        emitsTimeouts = rule.emitsTimeouts
        isSealed = rule.prefersLatest || rule.usesLag
        if case .first = rule.emit { endsAtAccept = rule.having < 0 && automaton.leading.allSatisfy { $0.duration >= 0 } }
        streams = rule.streams.map { $0.map { schema.streams[Int($0)] }.sorted() }
        for variable in rule.variables where variable.isUsed {
            keys[variable.name] = variable.key.map { ($0.allowsNull ? "?" : "") + $0.label }.joined(separator: "\t")
        }
        apart = Set(rule.apart.map { Pair(names[$0.0], names[$0.1]) })
        for word in 0..<automaton.countWords where automaton.choiceNeeds[word] > 0 {
            choices[word] = Choice(needed: automaton.choiceNeeds[word], emptyBranches: automaton.choiceEmpties[word])
        }
        let operations = automaton.operations.filter { $0.operation == .startGroup }
        let groups = Set(operations.map { Int($0.index) }).sorted()
        start = automaton.start.map { Self.edge($0, of: rule, groups: groups) }
        states = automaton.states.map { state in
            let edges = (0..<Int(state.edges.count)).map { automaton.edges[Int(state.edges.start) + $0] }
            return State(ties: Self.ties(state, edges, of: rule), edges: edges.map { Self.edge($0, of: rule, groups: groups) })
        }
    }

    private static func edge(_ edge: AutomatonProgram.Edge, of rule: RuleProgram, groups: [Int]) -> Edge {
        let automaton = rule.automaton
        func operations(_ run: AutomatonProgram.Run) -> [Operation] {
            (0..<Int(run.count)).map {
                let source = automaton.operations[Int(run.start) + $0]
                return Operation(operation: source.operation, word: Int(source.index), value: source.value)
            }
        }
        var look = edge.target < 0 ? ["end"] : [rule.variables[Int(edge.variable)].name, edge.contiguity.text]
        if edge.absence >= 0 { look.append("absence") }
        if edge.absenceToEnd { look.append("rest") }
        if edge.delay >= 0 { look.append("delay") }
        for index in 0..<Int(edge.untils.count) {
            let use = automaton.untils[Int(edge.untils.start) + index]
            look.append((use.survives ? "outlives:" : "until:") + rule.variables[Int(use.variable)].name)
        }
        for index in 0..<Int(edge.withins.count) {
            let word = Int(automaton.withins[Int(edge.withins.start) + index].word)
            look.append("within:\(groups.firstIndex(of: word) ?? -1)")
        }
        for index in 0..<Int(edge.leading.count) {
            let use = automaton.leading[Int(edge.leading.start) + index]
            look.append("leading:\(use.index)" + (use.duration < 0 ? "" : ":for"))
        }
        return Edge(
            target: edge.target < 0 ? nil : Int(edge.target), look: look, guards: operations(edge.guards), updates: operations(edge.updates)
        )
    }

    private static func ties(_ state: AutomatonProgram.State, _ edges: [AutomatonProgram.Edge], of rule: RuleProgram) -> [String] {
        let automaton = rule.automaton
        func mask(_ offset: Int32) -> String {
            let bits = edges.indices.filter { automaton.masks[Int(offset) + $0 >> 6] >> UInt64($0 & 63) & 1 == 1 }
            return bits.map(String.init).joined(separator: "+")
        }
        var ties = (0..<Int(state.negations.count)).map { index in
            let use = automaton.negations[Int(state.negations.start) + index]
            let reach = (use.duration < 0 ? "" : " for") + (use.isStrict ? " strict" : "")
            return "\(rule.variables[Int(use.variable)].name) \(mask(use.through)) \(mask(use.behind)) \(mask(use.covers))" + reach
        }
        for (index, edge) in edges.enumerated() where edge.restricts >= 0 { ties.append("greedy \(index) \(mask(edge.restricts))") }
        return ties
    }
}

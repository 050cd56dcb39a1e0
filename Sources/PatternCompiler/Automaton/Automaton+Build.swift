import RuleLanguage

extension Automaton {
    /// Most work that the non-binding paths of a pattern may make, over all its steps; more is an error for its author.
    static let effortBudget = 1_000_000

    /// Builds the automaton of a valid pattern; nil when it is too large: its steps have more ways to each other
    /// than the budget allows (thousands of optional steps in a row, say).
    public init?(_ pattern: Pattern) {
        let graph = PatternGraph(pattern)
        self = graph.automaton
        var finder = EdgeFinder(graph: graph, budget: Automaton.effortBudget)
        guard let start = finder.edges(from: graph.root) else { return nil }
        self.start = start
        for node in graph.afterStep {
            guard let edges = finder.edges(from: node) else { return nil }
            follow.append(edges)
        }
    }

    /// The event variables that steps, negations and groups name.
    public var variables: Set<Int> {
        Set(steps.map(\.variable)).union(negations.map(\.variable)).union(groups.compactMap(\.until))
    }
}

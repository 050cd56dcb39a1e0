/// Finds rules whose matches feed each other in a circle.
struct CompositionCheck {
    /// Reports each circle at the id of its first rule; gives the indexes of the rules in circles.
    static func report(_ rules: [Rule], into sink: inout DiagnosticSink) -> Set<Int> {
        var cyclic: Set<Int> = []
        for cycle in RuleGraph(rules: rules).cycles {
            cyclic.formUnion(cycle)
            let names = cycle.map { rules[$0].id }.joined(separator: " -> ")
            sink.error(
                .ruleCycle, "matches feed rules in a circle: \(names)", at: rules[cycle[0]].span,
                hint: "say which rules' matches it reads: `where: rule in (\"…\")`")
        }
        return cyclic
    }
}

/// The hash of what an attempt's state means: steps and the ways between them, counts, policies that keep words of their own,
/// and keys. Predicates, `where`, `within`, gaps and other durations are not part of it: a rule in which only those change
/// takes over the partial matches it has.
public enum ShapeHash {
    /// The hash of a compiled rule.
    ///
    /// - Parameter readsMatches: matches of other rules are among its input, so that its events are numbered in another way.
    public static func hash(of rule: RuleProgram, readsMatches: Bool) -> Digest128 {
        var builder = Hash128()
        builder.append(readsMatches ? "fluxcore.shape.1 matches" : "fluxcore.shape.1")
        let automaton = rule.automaton
        for variable in rule.variables {
            builder.append(variable.name)
            for part in variable.key { builder.append((part.allowsNull ? "?" : "") + part.label) }
        }
        builder.append("\(rule.hasPerNameKeys) \(rule.usesLag) \(rule.emit) \(rule.until) \(automaton.maskWords) \(automaton.countWords)")
        builder.append(automaton.leadingVariables.map { "\($0)" }.joined(separator: " "))
        for edge in automaton.start { append(edge, of: automaton, to: &builder) }
        for state in automaton.states {
            builder.append("state \(state.edges.count)")
            for index in 0..<Int(state.edges.count) {
                append(automaton.edges[Int(state.edges.start) + index], of: automaton, to: &builder)
            }
            for index in 0..<Int(state.negations.count) {
                let negation = automaton.negations[Int(state.negations.start) + index]
                builder.append("not \(negation.variable) \(negation.isStrict)")
            }
        }
        return builder.digest()
    }

    private static func append(_ edge: AutomatonProgram.Edge, of automaton: AutomatonProgram, to builder: inout Hash128) {
        builder.append("edge \(edge.target) \(edge.variable) \(edge.contiguity.rawValue) \(edge.absence >= 0) \(edge.absenceToEnd)")
        for run in [edge.guards, edge.updates] {
            for index in 0..<Int(run.count) {
                let operation = automaton.operations[Int(run.start) + index]
                builder.append("\(operation.operation.rawValue) \(operation.index) \(operation.value)")
            }
        }
        for index in 0..<Int(edge.untils.count) { builder.append("until \(automaton.untils[Int(edge.untils.start) + index].variable)") }
        for index in 0..<Int(edge.withins.count) { builder.append("within \(automaton.withins[Int(edge.withins.start) + index].word)") }
        for index in 0..<Int(edge.leading.count) { builder.append("leading \(automaton.leading[Int(edge.leading.start) + index].index)") }
    }
}

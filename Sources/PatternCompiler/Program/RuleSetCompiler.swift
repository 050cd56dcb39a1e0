import EventEngine
import RuleLanguage

/// Compiles a rule set for one engine: one schema, one pool of expressions. Rules that read the stream `matches` stand behind
/// all others, and behind those that feed them.
public enum RuleSetCompiler {
    /// The program, or nil when a pattern is too large to run; then `diagnostics` says which.
    public static func compile(_ rules: [Rule]) -> (program: EngineProgram?, diagnostics: [Diagnostic]) {
        let compiled = compile(rules, inParts: nil)
        return (compiled.program, compiled.diagnostics)
    }

    /// The program, with the predicates of one of its rules in parts beside it: for `RuleTrace`. Nil when a pattern is too large to
    /// run, or there is no rule of that id.
    public static func compile(_ rules: [Rule], inParts id: String) -> (program: EngineProgram, conditions: RuleConditions)? {
        let compiled = compile(rules, inParts: Optional(id))
        guard let program = compiled.program, let conditions = compiled.conditions else { return nil }
        return (program, conditions)
    }

    private static func compile(
        _ rules: [Rule], inParts id: String?
    ) -> (program: EngineProgram?, conditions: RuleConditions?, diagnostics: [Diagnostic]) {
        var sink = DiagnosticSink()
        var compiler = RuleCompiler()
        var programs: [RuleProgram] = []
        var conditions: RuleConditions?
        let order = RuleGraph(rules: rules).topologicalOrder ?? Array(rules.indices)
        for index in order.filter({ !readsMatches(rules[$0]) }) + order.filter({ readsMatches(rules[$0]) }) {
            let rule = rules[index]
            guard let automaton = Automaton(rule.pattern) else {
                sink.error(
                    .patternTooLarge, "the steps of rule \(rule.id) have too many ways to each other", at: rule.pattern.span,
                    hint: "many optional steps in a row multiply; bound them or split the rule")
                continue
            }
            programs.append(compiler.compile(rule, automaton))
            if rule.id == id { conditions = compiler.conditions(of: rule) }
        }
        if sink.hasErrors { return (nil, nil, sink.diagnostics) }
        return (compiler.finish(programs), conditions, sink.diagnostics)
    }

    /// True when matches of other rules are among a rule's input.
    static func readsMatches(_ rule: Rule) -> Bool {
        rule.events.contains { $0.streams?.contains("matches") == true }
    }
}

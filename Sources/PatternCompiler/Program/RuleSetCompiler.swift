import EventEngine
import RuleLanguage

/// Compiles a rule set for one engine: one schema, one pool of expressions, rules in an order in which those whose
/// matches feed others come first.
public enum RuleSetCompiler {
    /// The program, or nil when a pattern is too large to run; then `diagnostics` says which.
    public static func compile(_ rules: [Rule]) -> (program: EngineProgram?, diagnostics: [Diagnostic]) {
        var sink = DiagnosticSink()
        var compiler = RuleCompiler()
        var programs: [RuleProgram] = []
        for index in RuleGraph(rules: rules).topologicalOrder ?? Array(rules.indices) {
            let rule = rules[index]
            guard let automaton = Automaton(rule.pattern) else {
                sink.error(
                    .patternTooLarge, "the steps of rule \(rule.id) have too many ways to each other", at: rule.pattern.span,
                    hint: "many optional steps in a row multiply; bound them or split the rule")
                continue
            }
            programs.append(compiler.compile(rule, automaton))
        }
        if sink.hasErrors { return (nil, sink.diagnostics) }
        return (compiler.finish(programs), sink.diagnostics)
    }
}

import RuleLanguage

extension ServiceConfiguration {
    /// An error for each action that a rule names and that is not configured, at the rule's id.
    public func unknownActions(of rules: [Rule]) -> [Diagnostic] {
        var sink = DiagnosticSink()
        let names = actions.map(\.name)
        for rule in rules {
            for name in rule.actions where !names.contains(name) {
                sink.error(
                    .unknownAction, "rule `\(rule.id)` names the action `\(name)`, which is not configured", at: rule.span,
                    hint: ActionSection.hint(for: name, among: names))
            }
        }
        return sink.diagnostics
    }
}

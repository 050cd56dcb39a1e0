/// Everything of one rule that is written in the pattern and expression language.
struct RuleDSL {
    /// What the texts can name.
    var scope: RuleScope
    /// The pattern.
    var pattern: DSLText
    /// `where`.
    var filter: DSLText?
    /// `having`.
    var having: DSLText?
    /// Measures in order of declaration.
    var select: [(name: String, text: DSLText, span: SourceSpan)]
    /// Rule-level `until`.
    var until: (name: String, span: SourceSpan)?
    /// Rule-level `within`, nanoseconds.
    var within: Int64?
    /// True when the rule has `limit`.
    var hasLimit: Bool
    /// When matches leave.
    var emit: Rule.Emit

    /// Reads and checks it all; nil when there were errors, which are reported to `sink`.
    ///
    /// The result has id, span, events (the rule's own in declared order, then those of libraries that the pattern
    /// uses), pattern, filter, having, select, until, within and emit; everything else is at its default.
    func compile(id: String, span: SourceSpan, into sink: inout DiagnosticSink) -> Rule? {
        let compilation = RuleCompilation(scope: scope)
        let names = Namespace(library: nil, parameters: scope.parameters)
        let parsed = PatternParser.parse(pattern, names: names, rule: compilation)
        let untilIndex = untilVariable(in: compilation, names: names)
        if let parsed, !compilation.sink.hasErrors {
            compilation.order = BindingOrder(parsed, until: untilIndex, count: compilation.events.count)
            PatternChecks(rule: compilation, within: within, hasLimit: hasLimit).check(parsed)
        }
        let events = compilation.events.indices.map { definition(of: $0, in: compilation, names: names) }
        func expression(_ text: DSLText?, _ role: ExpressionParser.Role, isCondition: Bool) -> Expression? {
            text.flatMap { ExpressionParser.parse($0, names: names, role: role, isCondition: isCondition, rule: compilation) }
        }
        var result = Rule(id: id, span: span, pattern: parsed ?? Pattern(.event(0), span: pattern.span))
        result.events = events
        result.filter = expression(filter, .filter, isCondition: true)
        result.having = expression(having, .result, isCondition: true)
        result.select = select.compactMap { measure in
            expression(measure.text, .result, isCondition: false).map { Measure(name: measure.name, expression: $0) }
        }
        result.until = untilIndex
        result.within = within
        result.emit = emit
        let isSound = parsed != nil && !compilation.sink.hasErrors
        if isSound { RuleLints(rule: compilation, compiled: result).check() }
        sink.append(contentsOf: compilation.sink.diagnostics)
        return isSound ? result : nil
    }

    private func definition(of index: Int, in compilation: RuleCompilation, names: Namespace) -> EventDefinition {
        let entry = compilation.events[index]
        var namespace = names
        if let library = entry.library.flatMap({ scope.libraries[$0] }) {
            namespace = Namespace(library: library, parameters: library.events[entry.name]?.parameters ?? library.parameters)
        }
        let predicate = entry.text.flatMap {
            ExpressionParser.parse($0, names: namespace, role: .predicate(of: index), isCondition: true, rule: compilation)
        }
        return EventDefinition(name: entry.name, predicate: predicate, span: entry.span)
    }

    private func untilVariable(in compilation: RuleCompilation, names: Namespace) -> Int? {
        guard let until else { return nil }
        let parts = until.name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if parts.count == 2, let library = compilation.library(parts[0], in: names), let event = library.events[parts[1]] {
            return compilation.use(event, of: library, at: until.span)
        }
        if let index = compilation.variable(named: until.name, in: names) { return index }
        compilation.reportUnknownEvent(until.name, in: names, at: until.span)
        return nil
    }
}

/// Everything of a rule document but its id, instances and tests, read with one set of parameters.
struct RuleBody {
    let mapping: MappingReader
    let id: String
    let span: SourceSpan
    /// Nil when it is missing, which is reported already.
    let pattern: DSLText?
    let parameters: [String: Literal]
    let libraries: [String: LibraryDefinition]

    private enum Timeout: String { case emit }
    private enum Mode: String { case live, shadow }

    private var reader: ParameterReader { ParameterReader(values: parameters) }

    /// The rule; nil when what it says in the pattern and expression language is wrong. The rest is checked also then.
    func rule(tests: YAMLNode?, into sink: inout DiagnosticSink) -> Rule? {
        let within = mapping["within"].flatMap { reader.duration($0, as: "`within`", into: &sink) }
        let emit = mapping.choice("emit", [Rule.Emit.first, .final, .all], into: &sink) ?? .first
        let limit = PolicyReader.limit(mapping, reader: reader, into: &sink)
        let until = mapping.text("until", into: &sink).map { (name: $0.text, span: $0.span) }
        let scope = RuleScope(parameters: parameters, events: events(into: &sink), libraries: libraries)
        let (filter, having, select) = (
            mapping.text("where", into: &sink), mapping.text("having", into: &sink), measures(into: &sink)
        )
        let compiled = pattern.flatMap { pattern in
            RuleDSL(
                scope: scope, pattern: pattern, filter: filter, having: having, select: select, until: until, within: within,
                hasLimit: mapping["limit"] != nil, emit: emit
            ).compile(id: id, span: span, into: &sink)
        }
        var rule = compiled ?? substitute(scope, select)
        rule.emit = emit
        rule.limit = limit
        readDescription(into: &rule, &sink)
        rule.prefer = mapping.choice("prefer", [Rule.Prefer.earliest, .latest], into: &sink) ?? .earliest
        rule.emitsTimeouts = mapping.choice("timeout", [Timeout.emit], into: &sink) != nil
        rule.isShadow = mapping.choice("mode", [Mode.live, .shadow], into: &sink) == .shadow
        rule.actions = mapping["actions"]?.texts(as: "`actions`", into: &sink).map(\.text) ?? []
        let names = EventNames(events: rule.events, libraries: libraries)
        StreamReader.read(mapping["from"], names: names, into: &rule, &sink)
        KeyReader.read(mapping["by"], names: names, into: &rule, &sink)
        rule.skip = PolicyReader.skip(mapping, names: names, into: &sink)
        rule.suppress = PolicyReader.suppression(mapping, rule: rule, reader: reader, into: &sink)
        if let tests { rule.tests = RuleTestReader(rule: rule).tests(tests, into: &sink) }
        return compiled == nil ? nil : rule
    }

    /// Stands for a rule that could not be compiled while the keys that name its events and measures are checked. It
    /// has every event that the pattern could have meant, and no steps.
    private func substitute(
        _ scope: RuleScope, _ select: [(name: String, text: DSLText, span: SourceSpan)]
    ) -> Rule {
        var rule = Rule(id: id, span: span, pattern: Pattern(.alternation([]), span: span))
        rule.events = scope.events.map { EventDefinition(name: $0.name, predicate: nil, span: $0.span) }
        for library in libraries.values.sorted(by: { $0.name < $1.name }) {
            let events = library.events.values.sorted { $0.name < $1.name }
            rule.events += events.map { EventDefinition(name: $0.name, predicate: nil, span: $0.span) }
        }
        if rule.events.isEmpty { rule.events = [EventDefinition(name: "", predicate: nil, span: span)] }
        rule.select = select.map { Measure(name: $0.name, expression: Expression(.literal(.null), type: .null, span: $0.span)) }
        return rule
    }

    private func readDescription(into rule: inout Rule, _ sink: inout DiagnosticSink) {
        rule.title = mapping.text("title", into: &sink)?.text ?? ""
        rule.description = mapping.text("description", into: &sink)?.text ?? ""
        rule.level = mapping.choice("level", Rule.Level.allCases, into: &sink) ?? .medium
        rule.tags = mapping["tags"]?.texts(as: "`tags`", into: &sink).map(\.text) ?? []
    }

    private func events(into sink: inout DiagnosticSink) -> [(name: String, text: DSLText?, span: SourceSpan)] {
        guard let pairs = mapping["events"]?.entries(as: "`events`", into: &sink) else { return [] }
        return pairs.compactMap { pair in
            guard NameSyntax.check(pair.key, as: "an event", at: pair.keySpan, into: &sink) else { return nil }
            if pair.value.isNull { return (pair.key, nil, pair.keySpan) }
            guard let text = pair.value.text(as: "the predicate of `\(pair.key)`", into: &sink) else {
                return (pair.key, nil, pair.keySpan)
            }
            return (pair.key, text, pair.keySpan)
        }
    }

    private func measures(into sink: inout DiagnosticSink) -> [(name: String, text: DSLText, span: SourceSpan)] {
        guard let pairs = mapping["select"]?.entries(as: "`select`", into: &sink) else { return [] }
        return pairs.compactMap { pair in
            guard NameSyntax.check(pair.key, as: "a measure", at: pair.keySpan, into: &sink),
                let text = pair.value.text(as: "measure `\(pair.key)`", into: &sink)
            else { return nil }
            return (pair.key, text, pair.keySpan)
        }
    }
}

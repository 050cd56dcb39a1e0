/// Everything of a rule document but its id, instances and tests, read with one set of parameters.
struct RuleBody {
    let mapping: MappingReader
    let id: String
    let span: SourceSpan
    let pattern: DSLText
    let parameters: [String: Literal]
    let libraries: [String: LibraryDefinition]

    private enum Timeout: String { case emit }
    private enum Mode: String { case shadow }

    private var reader: ParameterReader { ParameterReader(values: parameters) }

    /// The rule; nil when its pattern cannot be compiled.
    func rule(into sink: inout DiagnosticSink) -> Rule? {
        let within = mapping["within"].flatMap { reader.duration($0, as: "`within`", into: &sink) }
        let emit = mapping.choice("emit", [Rule.Emit.first, .final, .all], into: &sink) ?? .first
        let limit = PolicyReader.limit(mapping, reader: reader, into: &sink)
        let until = mapping.text("until", into: &sink).map { (name: $0.text, span: $0.span) }
        let scope = RuleScope(parameters: parameters, events: events(into: &sink), libraries: libraries)
        let dsl = RuleDSL(
            scope: scope, pattern: pattern, filter: mapping.text("where", into: &sink), having: mapping.text("having", into: &sink),
            select: measures(into: &sink), until: until, within: within, hasLimit: mapping["limit"] != nil, emit: emit)
        let compiled = dsl.compile(id: id, span: span, into: &sink)
        var rule = compiled ?? Rule(id: id, span: span, pattern: Pattern(.event(0), span: span))
        rule.emit = emit
        rule.limit = limit
        readDescription(into: &rule, &sink)
        rule.prefer = mapping.choice("prefer", [Rule.Prefer.earliest, .latest], into: &sink) ?? .earliest
        rule.emitsTimeouts = mapping.choice("timeout", [Timeout.emit], into: &sink) != nil
        rule.isShadow = mapping.choice("mode", [Mode.shadow], into: &sink) != nil
        rule.actions = mapping["actions"]?.texts(as: "`actions`", into: &sink).map(\.text) ?? []
        guard compiled != nil else { return nil }
        let names = EventNames(events: rule.events, libraries: libraries)
        StreamReader.read(mapping["from"], names: names, into: &rule, &sink)
        KeyReader.read(mapping["by"], names: names, into: &rule, &sink)
        rule.skip = PolicyReader.skip(mapping, names: names, into: &sink)
        rule.suppress = PolicyReader.suppression(mapping, rule: rule, reader: reader, into: &sink)
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

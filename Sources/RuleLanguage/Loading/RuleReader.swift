/// Reads one rule document into rules: the rule itself and one for each of its `instances`.
struct RuleReader {
    /// Every key of a rule document.
    static let keys = [
        "rule", "title", "description", "level", "tags", "use", "params", "instances", "from", "where", "by", "events", "pattern",
        "within", "until", "having", "select", "suppress", "skip", "emit", "prefer", "limit", "timeout", "mode", "actions", "tests",
        "window", "trigger",
    ]

    /// The document.
    let document: YAMLNode
    /// The libraries that the document uses, by name.
    let libraries: [String: LibraryDefinition]

    /// The rules, as far as they can be read; what is wrong is reported to `sink`.
    func rules(into sink: inout DiagnosticSink) -> [Rule] {
        guard let mapping = MappingReader(document, what: "a rule", known: Self.keys, into: &sink) else { return [] }
        let isWindow = reportUnsupported(mapping, into: &sink)
        guard let id = ruleID(mapping, into: &sink) else { return [] }
        let parameters = ParameterReader.parameters(mapping["params"], as: "`params`", into: &sink)
        let values = Dictionary(parameters.map { ($0.pair.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        guard !isWindow else { return [] }
        let pattern = mapping.required("pattern", of: "a rule", at: id.span, into: &sink)?.text(as: "`pattern`", into: &sink)
        if mapping["tests"] == nil {
            sink.warning(
                .untestedRule, "rule `\(id.text)` has no tests", at: id.span,
                hint: "add `tests` with a case that matches and one that does not")
        }
        var rules: [Rule] = []
        let base = RuleBody(
            mapping: mapping, id: id.text, span: id.span, pattern: pattern, parameters: values, libraries: libraries)
        if let rule = base.rule(tests: mapping["tests"], into: &sink) { rules.append(rule) }
        for instance in instances(mapping, of: values, into: &sink) {
            let body = RuleBody(
                mapping: mapping, id: id.text + "." + instance.name, span: instance.span, pattern: pattern, parameters: instance.values,
                libraries: libraries)
            // The tests say what the rule does with its own parameters.
            if let rule = body.rule(tests: nil, into: &sink) { rules.append(rule) }
        }
        return rules
    }

    private func reportUnsupported(_ mapping: MappingReader, into sink: inout DiagnosticSink) -> Bool {
        for key in ["window", "trigger"] {
            guard let pair = mapping.pair(key) else { continue }
            sink.error(.notSupported, "`\(key)` is not supported by this version", at: pair.keySpan, hint: "write a `pattern`")
        }
        return mapping.pair("window") != nil
    }

    private func ruleID(_ mapping: MappingReader, into sink: inout DiagnosticSink) -> DSLText? {
        let start = SourceSpan(file: document.span.file, start: document.span.start, end: document.span.start + 1)
        guard let id = mapping.required("rule", of: "a rule", at: start, into: &sink)?.text(as: "`rule`", into: &sink) else { return nil }
        if NameSyntax.isRuleID(id.text) { return id }
        sink.error(.invalidName, "`\(id.text)` is no rule id", at: id.span, hint: "letters, digits, `_`, `.` and `-`")
        return nil
    }

    private func instances(
        _ mapping: MappingReader, of values: [String: Literal], into sink: inout DiagnosticSink
    ) -> [(name: String, span: SourceSpan, values: [String: Literal])] {
        guard let pairs = mapping["instances"]?.entries(as: "`instances`", into: &sink) else { return [] }
        return pairs.compactMap { pair in
            guard NameSyntax.check(pair.key, as: "an instance", at: pair.keySpan, into: &sink) else { return nil }
            guard let overrides = pair.value.entries(as: "instance `\(pair.key)`", into: &sink) else { return nil }
            var merged = values
            for override in overrides {
                guard values[override.key] != nil else {
                    var hint = NameSuggestion.hint(for: override.key, among: Array(values.keys))
                    if hint.isEmpty { hint = "an instance gives other values to `params`, nothing else" }
                    sink.error(.unknownParameter, "`params` declares no `\(override.key)`", at: override.keySpan, hint: hint)
                    continue
                }
                if let value = ParameterReader.value(of: override.value, as: "parameter `\(override.key)`", into: &sink) {
                    merged[override.key] = value
                }
            }
            return (pair.key, pair.keySpan, merged)
        }
    }
}

/// Reads `tests`: events in (`given`), matches out (`expect`).
struct RuleTestReader {
    /// The rule that is tested: its key fields and measures may be expected.
    let rule: Rule

    /// The tests that can be read, in order.
    func tests(_ node: YAMLNode, into sink: inout DiagnosticSink) -> [RuleTest] {
        guard case .sequence(let items) = node.kind else {
            sink.error(.wrongKind, "`tests` must be a list, not \(node.kindName)", at: node.span)
            return []
        }
        return items.compactMap { test($0, into: &sink) }
    }

    private func test(_ node: YAMLNode, into sink: inout DiagnosticSink) -> RuleTest? {
        guard let mapping = MappingReader(node, what: "a test", known: ["name", "given", "expect"], into: &sink) else { return nil }
        let start = SourceSpan(file: node.span.file, start: node.span.start, end: node.span.start + 1)
        let name = mapping.required("name", of: "a test", at: start, into: &sink)?.text(as: "`name`", into: &sink)
        let given = mapping.required("given", of: "a test", at: start, into: &sink)?.text(as: "`given`", into: &sink)
        let expect = mapping.required("expect", of: "a test", at: start, into: &sink)
        guard let name, let given, let expect else { return nil }
        var reader = GivenReader()
        let steps = reader.steps(given, into: &sink)
        return RuleTest(name: name.text, steps: steps, expectations: expectations(expect, into: &sink), span: name.span)
    }

    private func expectations(_ node: YAMLNode, into sink: inout DiagnosticSink) -> [RuleTest.Expectation] {
        guard case .sequence(let items) = node.kind else {
            sink.error(
                .wrongKind, "`expect` must be a list of matches, not \(node.kindName)", at: node.span, hint: "[] means: no match")
            return []
        }
        let known = KeyReader.names(of: rule).flatMap { $0 } + rule.select.map(\.name) + ["kind", "rule", "level", "suppressed"]
        return items.compactMap { item in
            guard let pairs = item.entries(as: "an expected match", into: &sink) else { return nil }
            let fields = pairs.compactMap { pair -> (name: String, value: Literal)? in
                guard known.contains(pair.key) else {
                    var hint = NameSuggestion.hint(for: pair.key, among: known)
                    if hint.isEmpty { hint = "a match has: " + known.joined(separator: ", ") }
                    sink.error(.invalidExpectation, "a match of this rule has no field `\(pair.key)`", at: pair.keySpan, hint: hint)
                    return nil
                }
                return pair.value.constant(as: "an expected value", into: &sink).map { (pair.key, $0) }
            }
            return RuleTest.Expectation(fields: fields, span: item.span)
        }
    }
}

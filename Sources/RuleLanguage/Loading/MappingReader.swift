/// Reads a YAML mapping key by key: kinds are checked, a key that is not known is reported with what was probably meant.
package struct MappingReader {
    /// The mapping.
    package let node: YAMLNode
    private let values: [String: YAMLNode.Pair]

    /// Opens `node`; nil with a diagnostic when it is no mapping. `known` are all keys that may stand here.
    package init?(_ node: YAMLNode, what: String, known: [String], into sink: inout DiagnosticSink) {
        guard case .mapping(let pairs) = node.kind else {
            sink.error(.wrongKind, "\(what) must be a mapping, not \(node.kindName)", at: node.span)
            return nil
        }
        self.node = node
        values = Dictionary(uniqueKeysWithValues: pairs.map { ($0.key, $0) })
        for pair in pairs where !known.contains(pair.key) {
            var hint = NameSuggestion.hint(for: pair.key, among: known)
            if hint.isEmpty { hint = "known keys: " + known.joined(separator: ", ") }
            sink.error(.unknownKey, "\(what) has no key `\(pair.key)`", at: pair.keySpan, hint: hint)
        }
    }

    /// The value of a key; nil when the key is left out or its value is null.
    package subscript(_ key: String) -> YAMLNode? {
        guard let value = values[key]?.value, !value.isNull else { return nil }
        return value
    }

    /// The key and its value, also when the value is null.
    package func pair(_ key: String) -> YAMLNode.Pair? { values[key] }

    /// The value of a key that must be there.
    package func required(_ key: String, of what: String, at span: SourceSpan, into sink: inout DiagnosticSink) -> YAMLNode? {
        if let value = self[key] { return value }
        sink.error(.missingKey, "\(what) needs the key `\(key)`", at: values[key]?.keySpan ?? span)
        return nil
    }

    /// The text of a key; nil when left out, or with a diagnostic when it is no single value.
    package func text(_ key: String, into sink: inout DiagnosticSink) -> DSLText? {
        self[key].flatMap { $0.text(as: "`\(key)`", into: &sink) }
    }

    /// A truth value; `false` when left out.
    package func flag(_ key: String, into sink: inout DiagnosticSink) -> Bool {
        guard let value = self[key] else { return false }
        if case .bool(let flag) = value.scalar?.literal { return flag }
        sink.error(.wrongKind, "`\(key)` must be true or false", at: value.span)
        return false
    }

    /// One of a few words; nil when left out, or with a diagnostic when it is none of them.
    package func choice<Choice: RawRepresentable>(
        _ key: String, _ choices: [Choice], into sink: inout DiagnosticSink
    ) -> Choice? where Choice.RawValue == String {
        guard let text = text(key, into: &sink) else { return nil }
        if let choice = choices.first(where: { $0.rawValue == text.text }) { return choice }
        let words = choices.map(\.rawValue)
        var hint = NameSuggestion.hint(for: text.text, among: words)
        if hint.isEmpty { hint = "one of: " + words.joined(separator: ", ") }
        sink.error(.invalidValue, "`\(key)` cannot be `\(text.text)`", at: text.span, hint: hint)
        return nil
    }
}

extension YAMLNode {
    /// Its text; nil with a diagnostic when it is a list, a mapping or null.
    package func text(as what: String, into sink: inout DiagnosticSink) -> DSLText? {
        if let scalar, !isNull { return scalar.text }
        sink.error(.wrongKind, "\(what) must be a single value, not \(kindName)", at: span)
        return nil
    }

    /// Its entries; nil with a diagnostic when it is no mapping.
    package func entries(as what: String, into sink: inout DiagnosticSink) -> [Pair]? {
        if case .mapping(let pairs) = kind { return pairs }
        sink.error(.wrongKind, "\(what) must be a mapping, not \(kindName)", at: span)
        return nil
    }

    /// The texts of a list, or the one text that stands alone.
    package func texts(as what: String, into sink: inout DiagnosticSink) -> [DSLText] {
        if case .sequence(let items) = kind { return items.compactMap { $0.text(as: "an element of \(what)", into: &sink) } }
        if scalar != nil { return text(as: what, into: &sink).map { [$0] } ?? [] }
        sink.error(.wrongKind, "\(what) must be one name or a list of names, not \(kindName)", at: span)
        return []
    }

    /// Its constant; nil with a diagnostic when it is a list or mapping.
    package func constant(as what: String, into sink: inout DiagnosticSink) -> Literal? {
        if let scalar { return scalar.literal }
        sink.error(.wrongKind, "\(what) must be a single value, not \(kindName)", at: span)
        return nil
    }
}

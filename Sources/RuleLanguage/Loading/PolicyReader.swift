/// Reads the policies that have parts: `limit`, `skip`, `suppress`.
struct PolicyReader {
    /// `limit: { attempts: 1000, when_full: drop_oldest }`.
    static func limit(_ mapping: MappingReader, reader: ParameterReader, into sink: inout DiagnosticSink) -> Rule.Limit {
        var limit = Rule.Limit()
        guard let node = mapping["limit"],
            let parts = MappingReader(node, what: "`limit`", known: ["attempts", "when_full"], into: &sink)
        else { return limit }
        if let attempts = parts["attempts"], let count = reader.count(attempts, as: "`attempts`", into: &sink) { limit.attempts = count }
        limit.whenFull = parts.choice("when_full", [Rule.Limit.WhenFull.dropOldest, .dropNewest], into: &sink) ?? .dropOldest
        return limit
    }

    /// `skip: past_last | to_next | none | to_first(v) | to_last(v)`.
    static func skip(_ mapping: MappingReader, names: EventNames, into sink: inout DiagnosticSink) -> Rule.Skip {
        guard let text = mapping.text("skip", into: &sink) else { return .pastLast }
        let word = String(text.text.filter { $0 != " " })
        switch word {
        case "past_last": return .pastLast
        case "to_next": return .toNext
        case "none": return .none
        default: break
        }
        for prefix in ["to_first(", "to_last("] where word.hasPrefix(prefix) && word.hasSuffix(")") {
            let name = String(word.dropFirst(prefix.count).dropLast())
            guard let index = names.index(of: name, in: "skip", at: text.span, into: &sink) else { return .pastLast }
            return prefix == "to_first(" ? .toFirst(index) : .toLast(index)
        }
        let words = ["past_last", "to_next", "none"]
        var hint = NameSuggestion.hint(for: word, among: words)
        if hint.isEmpty { hint = "one of: past_last, to_next, none, to_first(NAME), to_last(NAME)" }
        sink.error(.invalidValue, "`skip` cannot be `\(text.text)`", at: text.span, hint: hint)
        return .pastLast
    }

    /// `suppress: { by: user, for: 1h, summary: true }`.
    static func suppression(
        _ mapping: MappingReader, rule: Rule, reader: ParameterReader, into sink: inout DiagnosticSink
    ) -> Suppression? {
        guard let node = mapping["suppress"],
            let parts = MappingReader(node, what: "`suppress`", known: ["by", "for", "summary"], into: &sink)
        else { return nil }
        var sources: [Suppression.Source] = []
        for name in parts["by"]?.texts(as: "`by` of `suppress`", into: &sink) ?? [] {
            if let source = source(name.text, rule: rule) {
                sources.append(source)
                continue
            }
            let names = KeyReader.names(of: rule).flatMap { $0 } + rule.select.map(\.name)
            var hint = NameSuggestion.hint(for: name.text, among: names)
            if hint.isEmpty { hint = names.isEmpty ? "the rule has neither `by` nor `select`" : "one of: " + names.joined(separator: ", ") }
            sink.error(.invalidValue, "`\(name.text)` is neither a key field nor a measure of this rule", at: name.span, hint: hint)
        }
        let summary = parts.flag("summary", into: &sink)
        let key = mapping.pair("suppress")?.keySpan ?? node.span
        guard let length = parts.required("for", of: "`suppress`", at: key, into: &sink),
            let duration = reader.duration(length, as: "`for` of `suppress`", into: &sink)
        else { return nil }
        return Suppression(by: sources, duration: duration, summary: summary)
    }

    private static func source(_ name: String, rule: Rule) -> Suppression.Source? {
        if let index = KeyReader.names(of: rule).firstIndex(where: { $0.contains(name) }) { return .key(index) }
        return rule.select.firstIndex { $0.name == name }.map(Suppression.Source.measure)
    }
}

/// Reads `params` and what may name one as `$name`.
struct ParameterReader {
    /// The parameters in force.
    let values: [String: Literal]

    /// Reads the mapping `params`: scalars, of which plain ones like `10m` are durations.
    static func parameters(_ node: YAMLNode?, as what: String, into sink: inout DiagnosticSink) -> [(pair: YAMLNode.Pair, value: Literal)] {
        guard let pairs = node?.entries(as: what, into: &sink) else { return [] }
        return pairs.compactMap { pair in
            guard NameSyntax.check(pair.key, as: "a parameter", at: pair.keySpan, into: &sink),
                let value = value(of: pair.value, as: "parameter `\(pair.key)`", into: &sink)
            else { return nil }
            return (pair, value)
        }
    }

    /// A parameter's value.
    static func value(of node: YAMLNode, as what: String, into sink: inout DiagnosticSink) -> Literal? {
        guard let literal = node.constant(as: what, into: &sink) else { return nil }
        if case .string(let text) = literal, node.scalar?.style == .plain, let duration = DurationText.parse(text) {
            return .duration(duration)
        }
        return literal
    }

    /// A duration in nanoseconds, written out or as `$name`; nil with a diagnostic when it is none.
    func duration(_ node: YAMLNode, as what: String, into sink: inout DiagnosticSink) -> Int64? {
        guard let text = node.text(as: what, into: &sink) else { return nil }
        if text.text.hasPrefix("$") {
            guard let value = parameter(text, into: &sink) else { return nil }
            if case .duration(let duration) = value, duration >= 0 { return duration }
            sink.error(
                .unknownParameter, "parameter `\(text.text)` is no duration", at: text.span,
                hint: "give it a value such as 10m, without quotes")
            return nil
        }
        if let duration = DurationText.parse(text.text), duration >= 0 { return duration }
        sink.error(
            .invalidDuration, "\(what) must be a duration, not `\(text.text)`", at: text.span,
            hint: "such as 90s, 1m30s, 500ms; units ns us ms s m h d w")
        return nil
    }

    /// A whole number of at least 1, written out or as `$name`.
    func count(_ node: YAMLNode, as what: String, into sink: inout DiagnosticSink) -> Int? {
        guard let text = node.text(as: what, into: &sink) else { return nil }
        var value = node.scalar?.literal
        if text.text.hasPrefix("$") {
            value = parameter(text, into: &sink)
            if value == nil { return nil }
        }
        if case .int(let number) = value, number >= 1, number <= 1_000_000_000 { return Int(number) }
        sink.error(.invalidValue, "\(what) must be a whole number from 1 to 1000000000", at: text.span)
        return nil
    }

    private func parameter(_ text: DSLText, into sink: inout DiagnosticSink) -> Literal? {
        let name = String(text.text.dropFirst())
        if let value = values[name] { return value }
        sink.error(
            .unknownParameter, "no parameter `\(name)` is declared in `params`", at: text.span,
            hint: NameSuggestion.hint(for: name, among: Array(values.keys)))
        return nil
    }
}

import RuleLanguage

/// Writes a rule as the YAML of section 2, with what the semantics depend on; and a stream as NDJSON.
public enum RulePrinter {
    /// The rule's document.
    public static func yaml(_ rule: Rule) -> String {
        let names = rule.events.map(\.name)
        let expressions = ExpressionPrinter(names: names)
        var lines = ["rule: \(rule.id)"]
        let streams = rule.events.filter { $0.streams != nil }
        if !streams.isEmpty {
            let parts = streams.map { "\($0.name): [\(($0.streams ?? []).joined(separator: ", "))]" }
            lines.append("from: { \(parts.joined(separator: ", ")) }")
        }
        if let filter = rule.filter { lines.append("where: \(quoted(expressions.text(filter)))") }
        if rule.keyWidth > 0 {
            if rule.hasPerNameKeys {
                lines.append("by: { \(rule.events.map { "\($0.name): \(key($0))" }.joined(separator: ", ")) }")
            } else {
                lines.append("by: \(key(rule.events[0]))")
            }
        }
        lines.append("events:")
        for event in rule.events { lines.append("  \(event.name): \(quoted(event.predicate.map { expressions.text($0) } ?? "true"))") }
        lines.append("pattern: \(quoted(PatternPrinter(names: names).text(rule.pattern)))")
        if let within = rule.within { lines.append("within: \(DurationText.text(within))") }
        if let until = rule.until { lines.append("until: \(names[until])") }
        if let having = rule.having { lines.append("having: \(quoted(expressions.text(having)))") }
        lines.append("skip: \(skip(rule.skip, names))")
        lines.append("emit: \(rule.emit.rawValue)")
        lines.append("prefer: \(rule.prefer.rawValue)")
        if rule.limit != Rule.Limit() {
            lines.append("limit: { attempts: \(rule.limit.attempts), when_full: \(rule.limit.whenFull.rawValue) }")
        }
        if rule.emitsTimeouts { lines.append("timeout: emit") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// One event a line: time in nanoseconds as `ts`, stream, position and fields.
    public static func ndjson(_ events: [ReferenceEvent]) -> String {
        events.map { event in
            let fields = event.fields.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \(json($0.value))" }
            let head = ["\"ts\": \(event.time)", "\"stream\": \"\(event.stream)\"", "\"position\": \(event.position)"]
            return "{\((head + fields).joined(separator: ", "))}\n"
        }.joined()
    }

    private static func json(_ value: ReferenceValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): String(value)
        case .int(let value): String(value)
        case .double(let value): String(value)
        case .string(let value): "\"\(value)\""
        }
    }

    private static func key(_ event: EventDefinition) -> String {
        let parts = event.key.map { ($0.allowsNull ? "?" : "") + $0.path.text }
        return "[\(parts.map { quoted($0) }.joined(separator: ", "))]"
    }

    private static func skip(_ skip: Rule.Skip, _ names: [String]) -> String {
        switch skip {
        case .pastLast: "past_last"
        case .toNext: "to_next"
        case .none: "none"
        case .toFirst(let variable): "to_first(\(names[variable]))"
        case .toLast(let variable): "to_last(\(names[variable]))"
        }
    }

    /// A YAML scalar that means just these characters.
    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}

import RuleLanguage

/// Writes an explanation as plain text of one fact a line.
struct TextReport {
    private let explanation: Explanation
    private let rule: Rule
    private let expressions: ExpressionText
    private var names: [String] { rule.events.map(\.name) }

    /// A report of `explanation`.
    init(_ explanation: Explanation) {
        self.explanation = explanation
        rule = explanation.rule
        expressions = ExpressionText(names: explanation.rule.events.map(\.name))
    }

    /// The whole report; every line ends with a line feed.
    func text() -> String {
        var lines = ["rule: \(rule.id)"]
        if !rule.title.isEmpty { lines.append("title: \(rule.title)") }
        lines.append("level: \(rule.level.rawValue)")
        lines.append("machine: \(explanation.machine)")
        lines.append("state: \(explanation.bound.summary)")
        lines += section("input", input)
        lines += section("policies", PolicyText(rule: rule).lines)
        lines += section("memory", memory)
        lines += section("loops", explanation.wording.legend)
        lines += steps()
        lines += states()
        return lines.map { TextTools.line($0) + "\n" }.joined()
    }

    private func section(_ title: String, _ rows: [(key: String, text: String)]) -> [String] {
        guard !rows.isEmpty else { return [] }
        let width = rows.map(\.key.count).max() ?? 0
        return ["", title] + rows.map { "  \(TextTools.padded($0.key, to: width))  \($0.text)" }
    }

    private var input: [(key: String, text: String)] {
        var rows = [(key: "pattern", text: PatternText(names: names).text(rule.pattern))]
        if let within = rule.within { rows.append(("within", DurationText.format(within))) }
        if rule.keyWidth > 0 {
            if rule.hasPerNameKeys {
                for event in rule.events { rows.append(("by", "\(event.name): \(key(event))")) }
            } else if let event = rule.events.first {
                rows.append(("by", key(event)))
            }
        }
        if let filter = rule.filter { rows.append(("where", expressions.text(filter))) }
        if let having = rule.having { rows.append(("having", expressions.text(having))) }
        return rows
    }

    private func key(_ event: EventDefinition) -> String {
        event.key.map { ($0.allowsNull ? "?" : "") + expressions.path($0.path, isHead: false) }.joined(separator: ", ")
    }

    private var memory: [(key: String, text: String)] {
        guard !explanation.isStateless else { return [] }
        let bound = explanation.bound
        let events = bound.boundEvents.map { "at most \(TextTools.grouped($0)) bound by a thread" } ?? "no bound on how many a thread binds"
        return [
            ("thread", "\(TextTools.grouped(bound.threadBytes)) bytes"),
            ("event", "\(StateBound.bindingBytes) bytes for each binding, and the event itself; \(events)"),
        ]
    }

    /// Every event variable with its predicate: first what steps bind, then what only negations and `until` name.
    private func steps() -> [String] {
        let automaton = explanation.automaton
        var lines = ["", "steps"]
        let names = automaton.steps.indices.map(explanation.name)
        let width = names.map(\.count).max() ?? 0
        for (index, step) in automaton.steps.enumerated() {
            lines.append("  \(TextTools.padded(names[index], to: width))  \(definition(step.variable))")
        }
        var seen = Set<Int>()
        let untils = automaton.groups.compactMap(\.until) + (rule.until.map { [$0] } ?? [])
        let others: [(key: String, text: String)] = (automaton.negations.map(\.variable) + untils).filter { seen.insert($0).inserted }
            .map { (rule.events[$0].name, definition($0)) }
        return lines + section("negated, or behind until", others)
    }

    private func definition(_ variable: Int) -> String {
        let event = rule.events[variable]
        let streams = event.streams.map { " from \($0.joined(separator: ", "))" } ?? ""
        return (event.predicate.map(expressions.text) ?? "any event") + streams
    }

    private func states() -> [String] {
        let automaton = explanation.automaton
        var lines = ["", "automaton: what each state awaits, the preferred first", "  start"]
        lines += edges(explanation.start, from: nil)
        for step in automaton.steps.indices {
            lines.append("  \(explanation.name(of: step))")
            lines += edges(explanation.follow(of: step), from: step)
        }
        return lines
    }

    private func edges(_ edges: [Automaton.Edge], from source: Int?) -> [String] {
        let heads = edges.map { edge -> String in
            let link = explanation.wording.link(edge, from: source)
            return edge.target.map { (link.isEmpty ? "" : link + " ") + explanation.name(of: $0) } ?? "match"
        }
        let width = min(heads.map(\.count).max() ?? 0, 32)
        return zip(edges, heads).map { edge, head in
            let details = explanation.wording.details(edge, from: source)
            return "    " + (details.isEmpty ? head : "\(TextTools.padded(head, to: width))  \(details.joined(separator: "; "))")
        }
    }
}

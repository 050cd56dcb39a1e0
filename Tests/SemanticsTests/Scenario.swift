import ReferenceMatcher
import RuleLanguage
import Testing

/// A rule over one-letter names and a stream in the design's notation: `a1 r2 a3` are events of type a, r, a at seconds 1, 2, 3.
struct Scenario {
    var rule: Rule

    /// A rule of that pattern; a name binds the events of its letter. `within` in seconds.
    init(_ text: String, within: Int64? = nil, until: Character? = nil, _ configure: (inout Rule) -> Void = { _ in }) {
        var (pattern, names) = CompactPattern.read(text)
        if let until, !names.contains(until) { names.append(until) }
        let span = pattern.span
        rule = Rule(id: "test", span: span, pattern: pattern)
        rule.events = names.map { EventDefinition(name: String($0), predicate: Self.isType(String($0), span), span: span) }
        rule.within = within
        rule.until = until.flatMap { names.firstIndex(of: $0) }
        configure(&rule)
    }

    private static func isType(_ name: String, _ span: SourceSpan) -> Expression {
        Expression(
            .compare(
                .equal, Expression(.reference(.current, .field(FieldPath([.key("type")]))), type: .any, span: span),
                Expression(.literal(.string(name)), type: .string, span: span), caseInsensitive: false), type: .bool, span: span)
    }

    /// The index of a variable.
    func variable(_ name: String) -> Int { rule.events.firstIndex { $0.name == name } ?? -1 }

    /// The stream that `text` stands for: `a1` or `a1/k` where k is the field `k`.
    static func events(_ text: String) -> [ReferenceEvent] {
        text.split(separator: " ").enumerated().map { index, word in
            let parts = word.split(separator: "/")
            var fields: [String: ReferenceValue] = ["type": .string(String(word.first ?? "?")), "id": .string(String(parts[0]))]
            if parts.count > 1 { fields["k"] = Int64(parts[1]).map { .int($0) } ?? .string(String(parts[1])) }
            return ReferenceEvent(time: Int64(parts[0].dropFirst()) ?? 0, fields: fields, position: index)
        }
    }

    /// What the reference gives, and the engine with it: each match as its events in the stream's notation, `@T` behind it where it ends later than its last event,
    /// `timeout:` in front of a timeout.
    func matches(_ text: String, end: ReferenceMatcher.End = .flush) -> [String] {
        let events = Self.events(text)
        let matches = ReferenceMatcher.run(rule, events, end: end).matches
        let ofEngine = try? EngineSubject.run(rule, events, end)
        #expect(DifferentialHarness.isSame(matches, ofEngine), "the engine gives \(ofEngine ?? []) on \(text)")
        return matches.map { match in
            let words = match.events.map { bound in
                let event = events[bound.position]
                let letter = if case .string(let type)? = event.fields["type"] { type } else { "" }
                return letter == bound.name ? "\(letter)\(event.time)" : "\(bound.name)=\(letter)\(event.time)"
            }
            let last = events[match.events[match.events.count - 1].position].time
            let end = match.end == last ? "" : " @\(match.end)"
            return (match.kind == .timeout ? "timeout: " : "") + words.joined(separator: " ") + end
        }
    }
}

/// A named event of a library.
struct LibraryEvent {
    /// Its name, without the library's.
    let name: String
    /// Its predicate; nil: every event.
    let text: DSLText?
    /// The library's parameters.
    let parameters: [String: Literal]
    /// Where it was declared.
    let span: SourceSpan
}

/// A named pattern of a library.
struct LibraryPattern {
    /// Its name, without the library's.
    let name: String
    /// Its parameters in order; those without default must be given.
    let parameters: [(name: String, default: Literal?)]
    /// The pattern.
    let text: DSLText
    /// Where it was declared.
    let span: SourceSpan
}

/// A library of named events, patterns and lists.
struct LibraryDefinition {
    /// Its name.
    var name: String
    /// Events by name.
    var events: [String: LibraryEvent] = [:]
    /// Patterns by name.
    var patterns: [String: LibraryPattern] = [:]
    /// Lists of constants by name.
    var lists: [String: [Literal]] = [:]
    /// Libraries whose names it may use.
    var uses: [String] = []
    /// Parameters that its events and patterns may use.
    var parameters: [String: Literal] = [:]
}

struct RuleScope {
    var parameters: [String: Literal]
    var events: [(name: String, text: DSLText?, span: SourceSpan)]
    var libraries: [String: LibraryDefinition]
}
struct RuleDSL {
    var scope: RuleScope
    var pattern: DSLText
    var filter: DSLText?
    var having: DSLText?
    var select: [(name: String, text: DSLText, span: SourceSpan)]
    var until: (name: String, span: SourceSpan)?
    var within: Int64?
    var hasLimit: Bool
    var emit: Rule.Emit
    func compile(id: String, span: SourceSpan, into sink: inout DiagnosticSink) -> Rule? {
        var steps: [Pattern] = []
        var names = pattern.text.split(whereSeparator: { " ->,".contains($0) }).map(String.init)
        if let until { names.append(until.name) }
        var rule = Rule(id: id, span: span, pattern: Pattern(.event(0), span: span))
        rule.events = scope.events.map { event in
            var expression: Expression?
            if let text = event.text {
                let parts = text.text.split(separator: " ").map(String.init)
                let field = Expression(
                    .reference(.current, .field(FieldPath([.key(parts[0])]))), type: .any, span: text.span)
                let value = Expression(
                    .literal(.string(parts.last!.trimmingQuotes)), type: .string, span: text.span)
                expression = Expression(.compare(.equal, field, value, caseInsensitive: false), type: .bool, span: text.span)
            }
            return EventDefinition(name: event.name, predicate: expression, span: event.span)
        }
        for name in names {
            guard let index = rule.events.firstIndex(where: { $0.name == name }) else {
                sink.error(.unknownEvent, "unknown event \(name)", at: pattern.span)
                return nil
            }
            steps.append(Pattern(.event(index), span: pattern.span))
        }
        rule.pattern = Pattern(.sequence(steps: steps, links: []), span: pattern.span)
        if let filter {
            let parts = filter.text.split(separator: " ").map(String.init)
            rule.filter = Expression(
                .compare(
                    .equal, Expression(.reference(.current, .field(FieldPath([.key(parts[0])]))), type: .any, span: span),
                    Expression(.literal(.string(parts.last!.trimmingQuotes)), type: .string, span: span), caseInsensitive: false),
                type: .bool, span: span)
        }
        rule.within = within
        rule.select = select.map { Measure(name: $0.name, expression: Expression(.literal(.null), type: .any, span: $0.span)) }
        return rule
    }
}
extension String {
    var trimmingQuotes: String { filter { $0 != "\"" } }
}
enum DurationText {
    static func parse(_ text: String) -> Int64? {
        let units: [String: Int64] = ["s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000, "ms": 1_000_000]
        var total: Int64 = 0
        var rest = Substring(text)
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix(while: \.isNumber)
            guard let value = Int64(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix(while: \.isLetter)
            guard let factor = units[String(unit)] else { return nil }
            rest = rest.dropFirst(unit.count)
            total += value * factor
        }
        return total
    }
}
extension FieldPath {
    init?(parsing text: String) {
        guard !text.isEmpty, text.allSatisfy({ $0.isLetter || $0.isNumber || "._@-".contains($0) }) else { return nil }
        self.init(text.split(separator: ".").map { .key(String($0)) })
    }
}

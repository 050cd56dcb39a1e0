@testable import RuleLanguage

/// A text as if it were a file of its own, so that columns in diagnostics are columns in the text.
func dslText(_ text: String, path: String = "t") -> DSLText {
    DSLText(text: text, file: SourceFile(path: path, text: text), offsets: Array(0...text.utf8.count))
}

/// Texts of one rule, without YAML.
struct DSLCase {
    var pattern = "a -> b"
    var events: [(String, String?)] = [("a", "x == 1"), ("b", "x == 2"), ("c", "x == 3"), ("d", nil)]
    var filter: String?
    var having: String?
    var select: [String] = []
    var until: String?
    var within: Int64? = 600_000_000_000
    var hasLimit = false
    var emit = Rule.Emit.final
    var parameters: [String: Literal] = [
        "n": .int(3), "gap": .duration(5_000_000_000), "gapText": .string("7s"), "name": .string("bob"), "yes": .bool(true),
    ]

    /// The library `lib`: events, patterns with parameters and lists.
    static let library = LibraryDefinition(
        name: "lib",
        events: [
            "fail": LibraryEvent(
                name: "fail", text: dslText("outcome == $bad", path: "lib"), parameters: ["bad": .string("no")],
                span: dslText("fail", path: "lib").span),
            "a": LibraryEvent(name: "a", text: nil, parameters: [:], span: dslText("a", path: "lib").span),
            "ok": LibraryEvent(
                name: "ok", text: dslText("user == fail.user", path: "lib"), parameters: [:], span: dslText("ok", path: "lib").span),
        ],
        patterns: [
            "brute": LibraryPattern(
                name: "brute", parameters: [("times", .int(5)), ("gap", nil)],
                text: dslText("fail{$times,}[->[<= $gap]] -> ok", path: "lib"),
                span: dslText("brute", path: "lib").span),
            "loop": LibraryPattern(
                name: "loop", parameters: [], text: dslText("fail -> lib.loop", path: "lib"), span: dslText("loop", path: "lib").span),
        ],
        lists: ["nets": [.string("10.0.0.0/8"), .string("fe80::/10")], "users": [.string("root"), .string("admin")]],
        uses: [], parameters: ["bad": .string("no")])

    /// The rule, and what was reported as `severity code line:column message`.
    func compile() -> (rule: Rule?, report: [String]) {
        let named = events.map { event in
            (name: event.0, text: event.1.map { dslText($0, path: event.0) }, span: dslText(event.0, path: event.0).span)
        }
        let scope = RuleScope(parameters: parameters, events: named, libraries: ["lib": Self.library])
        let dsl = RuleDSL(
            scope: scope, pattern: dslText(pattern, path: "pattern"), filter: filter.map { dslText($0, path: "where") },
            having: having.map { dslText($0, path: "having") },
            select: select.enumerated().map { ("m\($0)", dslText($1, path: "m\($0)"), dslText($1, path: "m\($0)").span) },
            until: until.map { ($0, dslText($0, path: "until").span) }, within: within, hasLimit: hasLimit, emit: emit)
        var sink = DiagnosticSink()
        let rule = dsl.compile(id: "r", span: dsl.pattern.span, into: &sink)
        let report = sink.diagnostics.map { diagnostic in
            let start = diagnostic.span.file.position(at: diagnostic.span.start)
            let end = diagnostic.span.file.position(at: diagnostic.span.end)
            return "\(diagnostic.code.rawValue) \(diagnostic.span.file.path):\(start.line):\(start.column)-\(end.column)"
        }
        return (rule, report)
    }

    /// The hints of what was reported.
    func hints() -> [String] {
        var copy = DiagnosticSink()
        let scope = RuleScope(
            parameters: parameters, events: events.map { ($0.0, $0.1.map { dslText($0) }, dslText($0.0).span) },
            libraries: ["lib": Self.library])
        let dsl = RuleDSL(
            scope: scope, pattern: dslText(pattern), filter: filter.map { dslText($0) }, having: having.map { dslText($0) }, select: [],
            until: nil,
            within: within, hasLimit: hasLimit, emit: emit)
        _ = dsl.compile(id: "r", span: dsl.pattern.span, into: &copy)
        return copy.diagnostics.map(\.hint)
    }
}

/// A pattern as an S-expression.
func dump(_ pattern: Pattern, _ names: [String]) -> String {
    func list(_ patterns: [Pattern]) -> String { patterns.map { dump($0, names) }.joined(separator: " ") }
    switch pattern.kind {
    case .event(let index): return names[index]
    case .sequence(let steps, let links):
        return "(" + dump(steps[0], names) + zip(links, steps.dropFirst()).map { " \(dump($0)) \(dump($1, names))" }.joined() + ")"
    case .alternation(let branches): return "(| \(list(branches)))"
    case .repetition(let child, let minimum, let maximum, let reluctant, let link):
        return
            "(rep \(minimum) \(maximum.map(String.init) ?? "∞")\(reluctant ? " reluctant" : "")\(link.map { " [\(dump($0))]" } ?? "") \(dump(child, names)))"
    case .group(let child, let until, let within):
        return
            "(group \(dump(child, names))\(until.map { " until \(names[$0])" } ?? "")\(within.map { " within \(DurationText.format($0))" } ?? ""))"
    case .permute(let branches): return "(permute \(list(branches)))"
    case .of(let count, let branches): return "(of \(count) \(list(branches)))"
    case .negation(let index, let duration): return "(! \(names[index])\(duration.map { " \(DurationText.format($0))" } ?? ""))"
    }
}

private func dump(_ link: Link) -> String {
    let bounds = (link.minimumGap.map(DurationText.format) ?? "") + ".." + (link.maximumGap.map(DurationText.format) ?? "")
    return link.contiguity.rawValue + (bounds == ".." ? "" : "[\(bounds)]")
}

/// An expression as an S-expression; the type follows a `:` at the outermost level only.
func dump(_ expression: Expression, _ names: [String]) -> String {
    func sub(_ expression: Expression) -> String { dump(expression, names) }
    func mark(_ insensitive: Bool) -> String { insensitive ? "~" : "" }
    switch expression.kind {
    case .literal(let literal): return dump(literal)
    case .reference(let event, let operand): return dump(event, names) + dump(operand)
    case .aggregate(let function, let event, let operand):
        return "(\(function.rawValue) \(names[event])\(operand.map { "." + dump($0) } ?? ""))"
    case .not(let inner): return "(not \(sub(inner)))"
    case .and(let parts): return "(and \(parts.map(sub).joined(separator: " ")))"
    case .or(let parts): return "(or \(parts.map(sub).joined(separator: " ")))"
    case .compare(let comparison, let left, let right, let insensitive):
        return "(\(comparison.rawValue)\(mark(insensitive)) \(sub(left)) \(sub(right)))"
    case .membership(let left, let values, let insensitive):
        return "(in\(mark(insensitive)) \(sub(left)) \(values.map(dump).joined(separator: " ")))"
    case .text(let symbol, let left, let patterns, let insensitive):
        return "(\(symbol.rawValue)\(mark(insensitive)) \(sub(left)) \(patterns.map { dump(.string($0)) }.joined(separator: " ")))"
    case .textDynamic(let symbol, let left, let right, let insensitive):
        return "(\(symbol.rawValue)\(mark(insensitive)) \(sub(left)) \(sub(right)))"
    case .isNull(let inner): return "(null? \(sub(inner)))"
    case .arithmetic(let symbol, let left, let right): return "(\(symbol.rawValue) \(sub(left)) \(sub(right)))"
    case .negate(let inner): return "(neg \(sub(inner)))"
    case .call(let function, let arguments): return "(\(function.rawValue)\(arguments.map { " " + sub($0) }.joined()))"
    case .cidr(let address, let blocks): return "(cidr \(sub(address)) \(blocks.joined(separator: " ")))"
    }
}

private func dump(_ literal: Literal) -> String {
    switch literal {
    case .null: return "null"
    case .bool(let value): return "\(value)"
    case .int(let value): return "\(value)"
    case .double(let value): return "\(value)"
    case .string(let value): return "'\(value)'"
    case .time(let value): return "t\(value)"
    case .duration(let value): return DurationText.format(value)
    }
}

private func dump(_ event: EventReference, _ names: [String]) -> String {
    switch event {
    case .current: return ""
    case .first(let index): return "first:\(names[index])."
    case .last(let index): return "last:\(names[index])."
    case .previous: return "prev."
    case .lag: return "lag."
    }
}

private func dump(_ operand: Operand) -> String {
    switch operand {
    case .field(let path): return path.text
    case .meta(let field): return "@\(field.rawValue)"
    }
}

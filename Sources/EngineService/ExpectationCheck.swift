import EventEngine
import RuleLanguage

/// Holds matches against what a rule's test expects.
struct ExpectationCheck {
    let program: EngineProgram

    /// Nil when exactly the expected matches came, in order; otherwise the difference, line by line.
    func failure(expected: [RuleTest.Expectation], got: [Match]) -> String? {
        var isEqual = expected.count == got.count
        var lines: [String] = []
        for index in 0..<max(expected.count, got.count) {
            guard index < got.count else {
                lines.append("- match \(index + 1): expected \(Self.text(expected[index])), got none")
                continue
            }
            let match = got[index]
            guard index < expected.count else {
                lines.append("+ match \(index + 1): not expected: \(summary(of: match))")
                lines += events(of: match)
                continue
            }
            let differences = expected[index].fields.filter { !agrees($0.value, value(of: $0.name, in: match)) }
            guard !differences.isEmpty else {
                lines.append("  match \(index + 1): as expected")
                continue
            }
            isEqual = false
            lines.append("! match \(index + 1):")
            for field in differences {
                lines.append("    \(field.name): expected \(Self.text(field.value)), got \(text(value(of: field.name, in: match)))")
            }
            lines += events(of: match)
        }
        if isEqual { return nil }
        return (["expected \(Self.count(expected.count)), got \(Self.count(got.count))"] + lines).joined(separator: "\n")
    }

    /// A key field, a measure, or one of the match's own fields; nil when the match has none of that name.
    private func value(of name: String, in match: Match) -> OwnedValue? {
        if let part = match.key.first(where: { $0.label == name }) { return part.value }
        if let measure = match.select.first(where: { $0.name == name }) { return measure.value }
        switch name {
        case "kind": return .string(match.kind.rawValue)
        case "rule": return .string(program.rules[match.rule].id)
        case "level": return .string(program.rules[match.rule].level)
        case "suppressed": return .int(Int64(match.suppressed))
        default: return keyValue(of: name, in: match)
        }
    }

    /// A key part by the name that another variable has for it.
    private func keyValue(of name: String, in match: Match) -> OwnedValue? {
        for variable in program.rules[match.rule].variables {
            guard let position = variable.key.firstIndex(where: { $0.label == name }), position < match.key.count else { continue }
            return match.key[position].value
        }
        return nil
    }

    /// Numbers agree by value, everything else by its text.
    private func agrees(_ expected: Literal, _ got: OwnedValue?) -> Bool {
        guard let got, got != .null else { return expected == .null }
        if case .int(let left) = expected, case .int(let right) = got { return left == right }
        if let left = Self.number(expected), let right = Self.number(got) { return left == right }
        switch (expected, got) {
        case (.null, _), (_, .list), (_, .object): return Self.plain(expected) == text(got)
        case (.time(let left), .time(let right)), (.duration(let left), .duration(let right)): return left == right
        case (.string(let left), .duration(let right)):
            return DurationText.parse(left) == right || left == Self.plain(got)
        case (.string(let left), .time(let right)): return Timestamp.parse(left) == right
        default: return Self.plain(expected) == Self.plain(got)
        }
    }

    private static func number(_ literal: Literal) -> Double? {
        switch literal {
        case .int(let value): return Double(value)
        case .double(let value): return value
        default: return nil
        }
    }

    private static func number(_ value: OwnedValue) -> Double? {
        switch value {
        case .int(let value): return Double(value)
        case .double(let value): return value
        default: return nil
        }
    }

    private static func owned(_ literal: Literal) -> OwnedValue {
        switch literal {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(value)
        case .double(let value): return .double(value)
        case .string(let value): return .string(value)
        case .time(let value): return .time(value)
        case .duration(let value): return .duration(value)
        }
    }

    /// A value without quotes.
    private static func plain(_ value: OwnedValue) -> String {
        if case .string(let text) = value { return text }
        var buffer = ByteBuffer()
        value.encode(to: &buffer)
        let text = buffer.text
        return text.hasPrefix("\"") ? String(text.dropFirst().dropLast()) : text
    }

    private static func plain(_ literal: Literal) -> String { plain(owned(literal)) }

    private func text(_ value: OwnedValue?) -> String {
        guard let value else { return "nothing" }
        var buffer = ByteBuffer()
        value.encode(to: &buffer)
        return buffer.text
    }

    private static func text(_ literal: Literal) -> String {
        var buffer = ByteBuffer()
        owned(literal).encode(to: &buffer)
        return buffer.text
    }

    private static func text(_ expectation: RuleTest.Expectation) -> String {
        "{" + expectation.fields.map { "\($0.name): \(text($0.value))" }.joined(separator: ", ") + "}"
    }

    private static func count(_ number: Int) -> String { "\(number) \(number == 1 ? "match" : "matches")" }

    private func summary(of match: Match) -> String {
        var parts = match.key.map { "\($0.label): \(text($0.value))" } + match.select.map { "\($0.name): \(text($0.value))" }
        if match.kind != .match { parts.append("kind: \(match.kind.rawValue)") }
        return "{" + parts.joined(separator: ", ") + "}"
    }

    /// The bound events, one on each line.
    private func events(of match: Match) -> [String] {
        let variables = program.rules[match.rule].variables
        let shown = match.events.prefix(20).map { "      \(variables[$0.variable].name) \(String(decoding: $0.raw, as: UTF8.self))" }
        return match.events.count > 20 ? shown + ["      and \(match.events.count - 20) more"] : shown
    }
}

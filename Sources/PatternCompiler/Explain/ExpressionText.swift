import EventEngine
import RuleLanguage

/// Writes expressions as text of the rule language that reads back as the same expression. What was replaced by its value when
/// the rule was read (parameters, lists, events of libraries) stays replaced.
struct ExpressionText {
    /// How tightly a form binds; a part that binds less tightly than its place asks for stands in parentheses.
    private enum Binding: Int, Comparable {
        case or, and, not, comparison, additive, multiplicative, unary, primary
        static func < (left: Binding, right: Binding) -> Bool { left.rawValue < right.rawValue }
    }

    /// Names of the event variables, by index.
    private let names: [String]
    private let nameSet: Set<String>

    /// A writer for expressions over event variables of these names.
    init(names: [String]) {
        self.names = names
        nameSet = Set(names)
    }

    /// The text of a whole expression.
    func text(_ expression: Expression) -> String { write(expression, at: .or) }

    private func write(_ expression: Expression, at place: Binding) -> String {
        let (text, binding) = form(expression)
        return binding < place ? "(\(text))" : text
    }

    private func form(_ expression: Expression) -> (String, Binding) {
        switch expression.kind {
        case .literal(let literal): return (Self.literal(literal), Self.isNegative(literal) ? .unary : .primary)
        case .reference(let event, let operand): return (reference(event, operand), .primary)
        case .aggregate(let function, let event, let operand):
            return ("\(function.rawValue)(\(names[event])\(operand.map { ".\(self.operand($0, isHead: false))" } ?? ""))", .primary)
        case .not(let inner): return negation(of: inner)
        case .and(let parts): return (parts.map { write($0, at: .not) }.joined(separator: " and "), .and)
        case .or(let parts): return (parts.map { write($0, at: .and) }.joined(separator: " or "), .or)
        case .compare(let comparison, let left, let right, let isInsensitive):
            let symbol = comparison.rawValue + (isInsensitive ? "~" : "")
            return ("\(write(left, at: .additive)) \(symbol) \(write(right, at: .additive))", .comparison)
        case .membership, .text, .textDynamic, .isNull: return (test(expression, negated: false), .comparison)
        case .arithmetic(let symbol, let left, let right):
            let isAdditive = symbol == .add || symbol == .subtract
            let own: Binding = isAdditive ? .additive : .multiplicative
            let tighter: Binding = isAdditive ? .multiplicative : .unary
            return ("\(write(left, at: own)) \(symbol.rawValue) \(write(right, at: tighter))", own)
        case .negate(let inner): return ("-\(write(inner, at: .primary))", .unary)
        case .call(let function, let arguments):
            return ("\(function.rawValue)(\(arguments.map(text).joined(separator: ", ")))", .primary)
        case .cidr(let address, let blocks):
            return ("cidr(\(([text(address)] + blocks.map(Self.quoted)).joined(separator: ", ")))", .primary)
        }
    }

    private func negation(of inner: Expression) -> (String, Binding) {
        switch inner.kind {
        case .membership, .text, .isNull, .textDynamic: return (test(inner, negated: true), .comparison)
        default: return ("not \(write(inner, at: .comparison))", .not)
        }
    }

    /// A test whose `not` stands inside it.
    private func test(_ expression: Expression, negated: Bool) -> String {
        let not = negated ? "not " : ""
        switch expression.kind {
        case .membership(let inner, let literals, let isInsensitive):
            let list = literals.map(Self.literal).joined(separator: ", ")
            return "\(write(inner, at: .additive)) \(not)in\(isInsensitive ? "~" : "") (\(list))"
        case .text(let symbol, let inner, let patterns, let isInsensitive):
            let list = patterns.map(Self.quoted).joined(separator: ", ")
            let right = patterns.count == 1 ? list : "(\(list))"
            return "\(write(inner, at: .additive)) \(not)\(symbol.rawValue)\(isInsensitive ? "~" : "") \(right)"
        case .textDynamic(let symbol, let left, let right, let isInsensitive):
            let operation = "\(not)\(symbol.rawValue)\(isInsensitive ? "~" : "")"
            return "\(write(left, at: .additive)) \(operation) \(write(right, at: .additive))"
        case .isNull(let inner): return "\(write(inner, at: .additive)) is \(not)null"
        default: return text(expression)
        }
    }

    private func reference(_ event: EventReference, _ operand: Operand) -> String {
        switch event {
        case .current: return self.operand(operand, isHead: true)
        case .first(let variable): return "first(\(names[variable])).\(self.operand(operand, isHead: false))"
        case .last(let variable): return "\(names[variable]).\(self.operand(operand, isHead: false))"
        case .previous: return "prev(\(self.operand(operand, isHead: true)))"
        case .lag: return "lag(\(self.operand(operand, isHead: true)))"
        }
    }

    private func operand(_ operand: Operand, isHead: Bool) -> String {
        switch operand {
        case .meta(let field): return "@\(field.rawValue)"
        case .field(let path): return self.path(path, isHead: isHead)
        }
    }

    /// A field's path; keys that are no names stand between backticks, and so does a head that would read as something else.
    func path(_ path: FieldPath, isHead: Bool = true) -> String {
        var result = ""
        for (index, segment) in path.segments.enumerated() {
            switch segment {
            case .key(let key):
                let isFirst = index == 0 && isHead
                let isPlain = Self.isWord(key) && !(isFirst && (Self.words.contains(key) || nameSet.contains(key)))
                result += (index == 0 ? "" : ".") + (isPlain ? key : "`\(key)`")
            case .anyElement: result += "[*]"
            case .element(let element): result += "[\(element)]"
            }
        }
        return result
    }

    private static let words: Set<String> = [
        "and", "or", "not", "in", "like", "matches", "contains", "startswith", "endswith", "is", "null", "true", "false",
    ]

    private static func isWord(_ key: String) -> Bool {
        guard let first = key.unicodeScalars.first, first == "_" || first.properties.isAlphabetic else { return false }
        return key.unicodeScalars.allSatisfy { $0 == "_" || $0.properties.isAlphabetic || $0.value >= 0x30 && $0.value <= 0x39 }
    }

    private static func isNegative(_ literal: Literal) -> Bool {
        switch literal {
        case .int(let value), .duration(let value): return value < 0
        case .double(let value): return value < 0
        case .null, .bool, .string, .time: return false
        }
    }

    private static func literal(_ literal: Literal) -> String {
        switch literal {
        case .null: return "null"
        case .bool(let value): return String(value)
        case .int(let value): return String(value)
        case .double(let value): return String(value)
        case .string(let value): return quoted(value)
        case .time(let value): return quoted(Timestamp.format(value))
        case .duration(let value): return DurationText.format(value)
        }
    }

    /// A text literal. A backslash is doubled only where the reader would take it for an escape, so that regular
    /// expressions and paths stay readable.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            switch scalar {
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\\":
                let next = index + 1 < scalars.count ? scalars[index + 1] : "\\"
                let isEscape = next.value < 0x20 || next.value == 0x7F || "\\\"'ntru".unicodeScalars.contains(next)
                result += isEscape ? "\\\\" : "\\"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7F {
                    let digits = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}

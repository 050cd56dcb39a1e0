import RuleLanguage

/// Writes the expressions that random rules use as the text of section 5.
public struct ExpressionPrinter {
    /// Names of the event variables, by index.
    private let names: [String]

    /// A printer for a rule's variables.
    public init(names: [String]) { self.names = names }

    /// The text, with parentheses around every part of a conjunction or disjunction.
    public func text(_ expression: Expression) -> String {
        switch expression.kind {
        case .literal(let literal): literalText(literal)
        case .reference(let reference, let operand): referenceText(reference, operandText(operand))
        case .aggregate(let function, let variable, let operand):
            "\(function.rawValue)(\(names[variable])\(operand.map { ".\(operandText($0))" } ?? ""))"
        case .not(let inner): "not (\(text(inner)))"
        case .and(let parts): parts.map { "(\(text($0)))" }.joined(separator: " and ")
        case .or(let parts): parts.map { "(\(text($0)))" }.joined(separator: " or ")
        case .compare(let comparison, let left, let right, _): "\(text(left)) \(comparison.rawValue) \(text(right))"
        case .membership(let inner, let literals, _): "\(text(inner)) in (\(literals.map { literalText($0) }.joined(separator: ", ")))"
        case .isNull(let inner): "\(text(inner)) is null"
        case .arithmetic, .negate, .text, .textDynamic, .call, .cidr:
            preconditionFailure("not an expression of random rules")
        }
    }

    private func referenceText(_ reference: EventReference, _ operand: String) -> String {
        switch reference {
        case .current: operand
        case .first(let variable): "first(\(names[variable])).\(operand)"
        case .last(let variable): "\(names[variable]).\(operand)"
        case .previous: "prev(\(operand))"
        case .lag: "lag(\(operand))"
        }
    }

    private func operandText(_ operand: Operand) -> String {
        switch operand {
        case .field(let path): path.text
        case .meta(let field): "@\(field.rawValue)"
        }
    }

    private func literalText(_ literal: Literal) -> String {
        switch literal {
        case .null: "null"
        case .bool(let value): String(value)
        case .int(let value), .time(let value): String(value)
        case .double(let value): String(value)
        case .string(let value): "\"\(value)\""
        case .duration(let value): DurationText.text(value)
        }
    }
}

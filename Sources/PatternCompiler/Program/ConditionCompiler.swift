import EventEngine
import RuleLanguage

/// Compiles the predicates of a rule part by part, so that it can be said which part of a conjunction fails.
struct ConditionCompiler {
    /// Most operands of a part that are looked at.
    private static let operandLimit = 4

    private let rule: Rule
    private let text: ExpressionText

    init(_ rule: Rule) {
        self.rule = rule
        text = ExpressionText(names: rule.events.map(\.name))
    }

    /// The rule's predicates in parts; programs are added to the compiler's pool.
    func conditions(_ compiler: inout ExpressionCompiler) -> RuleConditions {
        RuleConditions(
            filter: parts(of: rule.filter, &compiler), variables: rule.events.map { parts(of: $0.predicate, &compiler) },
            having: parts(of: rule.having, &compiler))
    }

    private func parts(of predicate: Expression?, _ compiler: inout ExpressionCompiler) -> [Condition] {
        var parts: [Condition] = []
        for part in predicate?.conjuncts ?? [] { parts.append(condition(part, &compiler)) }
        return parts
    }

    private func condition(_ part: Expression, _ compiler: inout ExpressionCompiler) -> Condition {
        var operands: [Expression] = []
        collect(part, &operands)
        var seen: Set<String> = []
        var compiled: [Condition.Operand] = []
        for operand in operands.prefix(Self.operandLimit) {
            let written = text.text(operand)
            if seen.insert(written).inserted { compiled.append(Condition.Operand(text: written, program: compiler.compile(operand))) }
        }
        var isEquality = false
        if case .compare(.equal, let left, let right, _) = part.kind {
            isEquality = left.constant == nil && right.constant == nil && compiled.count == 2
        }
        return Condition(
            text: text.text(part), program: compiler.compile(part), operands: compiled, isEquality: isEquality,
            isLocal: ExpressionCompiler.isLocal(part))
    }

    /// What the tests of an expression look at, constants left out.
    private func collect(_ expression: Expression, _ operands: inout [Expression]) {
        switch expression.kind {
        case .literal: return
        case .not(let inner): collect(inner, &operands)
        case .and(let parts), .or(let parts): for part in parts { collect(part, &operands) }
        case .compare, .membership, .text, .textDynamic, .isNull, .cidr:
            operands += expression.children.filter { $0.constant == nil }
        case .reference, .aggregate, .arithmetic, .negate, .call: operands.append(expression)
        }
    }
}

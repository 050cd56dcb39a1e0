import RuleLanguage

/// Section 5 by the letter, over dictionaries; only what test rules use.
struct ExpressionEvaluator {
    /// What a thread has bound: variable and event, in order.
    var bound: [(variable: Int, event: ReferenceEvent)]
    /// The event that a bare field reads.
    var current: ReferenceEvent
    /// The event bound before `current`.
    var previous: ReferenceEvent?
    /// The event before `current` in the keyed sequence.
    var lag: ReferenceEvent?

    /// True when the expression is true; null is not.
    func holds(_ expression: Expression) -> Bool { value(expression) == .bool(true) }

    private func value(_ expression: Expression) -> ReferenceValue {
        switch expression.kind {
        case .literal(let literal): return constant(literal)
        case .reference(let reference, let operand):
            guard let event = event(reference) else { return .null }
            return read(operand, of: event)
        case .aggregate(let function, let variable, let operand): return aggregate(function, variable, operand)
        case .not(let inner): return .bool(value(inner) != .bool(true))
        case .and(let parts): return .bool(parts.allSatisfy { holds($0) })
        case .or(let parts): return .bool(parts.contains { holds($0) })
        case .compare(let comparison, let left, let right, _): return .bool(compare(comparison, value(left), value(right)))
        case .membership(let inner, let literals, _):
            let tested = value(inner)
            return .bool(literals.contains { compare(.equal, tested, constant($0)) })
        case .isNull(let inner): return .bool(value(inner) == .null)
        case .arithmetic, .negate, .text, .textDynamic, .call, .cidr:
            preconditionFailure("not an expression of the reference matcher")
        }
    }

    private func event(_ reference: EventReference) -> ReferenceEvent? {
        switch reference {
        case .current: current
        case .first(let variable): bound.first { $0.variable == variable }?.event
        case .last(let variable): bound.last { $0.variable == variable }?.event
        case .previous: previous
        case .lag: lag
        }
    }

    private func read(_ operand: Operand, of event: ReferenceEvent) -> ReferenceValue {
        switch operand {
        case .field(let path): event.fields[path.text] ?? .null
        case .meta(.time): .int(event.time)
        case .meta(.stream): .string(event.stream)
        case .meta: preconditionFailure("not a meta field of the reference matcher")
        }
    }

    private func aggregate(_ function: AggregateFunction, _ variable: Int, _ operand: Operand?) -> ReferenceValue {
        let events = bound.filter { $0.variable == variable }.map(\.event)
        guard let operand else { return .int(Int64(events.count)) }
        let values = events.map { read(operand, of: $0) }.filter { $0 != .null }
        let numbers = values.compactMap(\.number)
        switch function {
        case .count: return .int(Int64(values.count))
        case .sum: return numbers.isEmpty ? .null : .double(numbers.reduce(0, +))
        case .avg: return numbers.isEmpty ? .null : .double(numbers.reduce(0, +) / Double(numbers.count))
        case .min: return numbers.min().map { .double($0) } ?? .null
        case .max: return numbers.max().map { .double($0) } ?? .null
        case .distinct: return .int(Int64(Set(values.compactMap(\.keyText)).count))
        }
    }

    private func constant(_ literal: Literal) -> ReferenceValue {
        switch literal {
        case .null: .null
        case .bool(let value): .bool(value)
        case .int(let value), .time(let value), .duration(let value): .int(value)
        case .double(let value): .double(value)
        case .string(let value): .string(value)
        }
    }

    private func compare(_ comparison: Comparison, _ left: ReferenceValue, _ right: ReferenceValue) -> Bool {
        if left == .null || right == .null { return false }
        if let left = left.number, let right = right.number { return ordered(comparison, left, right) }
        if case .string(let left) = left, case .string(let right) = right { return ordered(comparison, left, right) }
        switch comparison {
        case .equal: return left == right
        case .notEqual: return left != right
        default: return false
        }
    }

    private func ordered<T: Comparable>(_ comparison: Comparison, _ left: T, _ right: T) -> Bool {
        switch comparison {
        case .equal: left == right
        case .notEqual: left != right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        }
    }
}

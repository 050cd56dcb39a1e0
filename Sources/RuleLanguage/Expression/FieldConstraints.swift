/// What a conjunction asks of fields, as far as comparisons with constants show it.
struct FieldConstraints {
    private struct Field: Hashable {
        let event: EventReference
        let operand: Operand
    }

    private struct Constraint {
        var allowed: [Literal]?
        var excluded: [Literal] = []
        var mustBeNull = false
        var mustNotBeNull = false
        var lower: (value: Double, isOpen: Bool)?
        var upper: (value: Double, isOpen: Bool)?

        var isContradictory: Bool {
            if mustBeNull, mustNotBeNull { return true }
            if let lower, let upper, lower.value > upper.value || lower.value == upper.value && (lower.isOpen || upper.isOpen) {
                return true
            }
            return allowed.map { !$0.contains(where: admits) } ?? false
        }

        private func admits(_ value: Literal) -> Bool {
            if excluded.contains(where: { FieldConstraints.areEqual($0, value) }) { return false }
            guard let number = value.number else { return true }
            if let lower, number < lower.value || number == lower.value && lower.isOpen { return false }
            if let upper, number > upper.value || number == upper.value && upper.isOpen { return false }
            return true
        }
    }

    private var constraints: [Field: Constraint] = [:]

    /// Adds the parts of a condition; the first part that contradicts what is there already, nil when none does.
    mutating func firstContradiction(in condition: Expression) -> Expression? {
        if case .and(let parts) = condition.kind {
            for part in parts {
                if let found = firstContradiction(in: part) { return found }
            }
            return nil
        }
        return add(condition) ? nil : condition
    }

    private static func areEqual(_ left: Literal, _ right: Literal) -> Bool {
        if let a = left.number, let b = right.number { return a == b }
        return left == right
    }

    /// Adds one part; false when it contradicts the others.
    private mutating func add(_ part: Expression) -> Bool {
        switch part.kind {
        case .compare(let comparison, let left, let right, caseInsensitive: false):
            if case .literal(let value) = right.kind { return add(comparison, left, value) }
            if case .literal(let value) = left.kind { return add(comparison.mirrored, right, value) }
            return true
        case .membership(let operand, let values, caseInsensitive: false):
            return update(operand) { constraint in
                constraint.mustNotBeNull = true
                constraint.allowed = constraint.allowed.map { $0.filter { old in values.contains { Self.areEqual($0, old) } } } ?? values
            }
        case .isNull(let operand): return update(operand) { $0.mustBeNull = true }
        case .not(let inner):
            guard case .isNull(let operand) = inner.kind else { return true }
            return update(operand) { $0.mustNotBeNull = true }
        default: return true
        }
    }

    private mutating func add(_ comparison: Comparison, _ operand: Expression, _ value: Literal) -> Bool {
        update(operand) { constraint in
            constraint.mustNotBeNull = true
            switch comparison {
            case .equal: constraint.allowed = constraint.allowed.map { $0.filter { Self.areEqual($0, value) } } ?? [value]
            case .notEqual: constraint.excluded.append(value)
            case .less, .lessOrEqual:
                guard let number = value.number, number <= constraint.upper?.value ?? .infinity else { return }
                let wasOpen = constraint.upper.map { $0.value == number && $0.isOpen } ?? false
                constraint.upper = (number, comparison == .less || wasOpen)
            case .greater, .greaterOrEqual:
                guard let number = value.number, number >= constraint.lower?.value ?? -.infinity else { return }
                let wasOpen = constraint.lower.map { $0.value == number && $0.isOpen } ?? false
                constraint.lower = (number, comparison == .greater || wasOpen)
            }
        }
    }

    /// Fields with `[*]` have many values at once and contradict nothing.
    private mutating func update(_ operand: Expression, _ change: (inout Constraint) -> Void) -> Bool {
        guard case .reference(let event, let read) = operand.kind else { return true }
        if case .field(let path) = read, path.hasAnyElement { return true }
        let field = Field(event: event, operand: read)
        var constraint = constraints[field] ?? Constraint()
        change(&constraint)
        constraints[field] = constraint
        return !constraint.isContradictory
    }
}

extension Comparison {
    /// The comparison with its sides exchanged.
    var mirrored: Comparison {
        switch self {
        case .equal, .notEqual: return self
        case .less: return .greater
        case .lessOrEqual: return .greaterOrEqual
        case .greater: return .less
        case .greaterOrEqual: return .lessOrEqual
        }
    }
}

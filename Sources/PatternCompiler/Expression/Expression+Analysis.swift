import EventEngine
import RuleLanguage

extension Expression {
    /// The constant that it is, negative numbers and durations included; nil when it is none.
    var constant: Literal? {
        switch kind {
        case .literal(let literal):
            return literal
        case .negate(let inner):
            switch inner.constant {
            case .int(let value)? where value != .min: return .int(-value)
            case .double(let value)?: return .double(-value)
            case .duration(let value)? where value != .min: return .duration(-value)
            default: return nil
            }
        default:
            return nil
        }
    }

    /// True for a reference whose path has `[*]`.
    var hasAnyElement: Bool {
        if case .reference(_, let operand) = kind { return operand.hasAnyElement }
        return false
    }

    /// True when its value is always true or false, never null.
    var isPredicate: Bool {
        switch kind {
        case .not, .and, .or, .compare, .membership, .text, .textDynamic, .isNull, .cidr: true
        case .literal, .reference, .aggregate, .arithmetic, .negate, .call: false
        }
    }

    /// The expressions it is made of.
    var children: [Expression] {
        switch kind {
        case .literal, .reference, .aggregate: []
        case .not(let inner), .isNull(let inner), .negate(let inner): [inner]
        case .and(let parts), .or(let parts), .call(_, let parts): parts
        case .compare(_, let left, let right, _), .textDynamic(_, let left, let right, _), .arithmetic(_, let left, let right):
            [left, right]
        case .membership(let subject, _, _), .text(_, let subject, _, _), .cidr(let subject, _): [subject]
        }
    }

    /// The parts of its top-level conjunction; itself when it is none.
    var conjuncts: [Expression] {
        if case .and(let parts) = kind { return parts.flatMap(\.conjuncts) }
        return [self]
    }
}

extension Literal {
    /// A text that is a time as this time; anything else as it is. For comparison with what is known to be a time.
    var asTime: Literal {
        guard case .string(var text) = self else { return self }
        return text.withUTF8 { Timestamp.parse(UnsafeRawBufferPointer($0)) }.map(Literal.time) ?? self
    }
}

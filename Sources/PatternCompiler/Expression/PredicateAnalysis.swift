import EventEngine
import RuleLanguage

/// A condition on one slot that a predicate implies: its value equals one of the constants.
public struct EqualityGate: Sendable, Equatable {
    /// Slot in the schema.
    public var slot: Int
    /// Bools, numbers and texts, in order of writing.
    public var constants: [Literal]

    /// Makes a gate.
    public init(slot: Int, constants: [Literal]) {
        self.slot = slot
        self.constants = constants
    }
}

extension ExpressionCompiler {
    /// True when it reads the current event only: no bound event, `prev`, `lag` or aggregate. Its value then depends on
    /// the event alone and can be shared by all attempts and rules.
    public static func isLocal(_ expression: Expression) -> Bool {
        switch expression.kind {
        case .reference(.current, _): true
        case .reference, .aggregate: false
        default: expression.children.allSatisfy(isLocal)
        }
    }

    /// The parts of a predicate's conjunction: those over the current event alone, and those that depend on what the
    /// attempt has bound, each in order of writing. The predicate is true when all of both are.
    public static func split(_ predicate: Expression) -> (local: [Expression], dependent: [Expression]) {
        let parts = predicate.conjuncts
        return (parts.filter(isLocal), parts.filter { !isLocal($0) })
    }

    /// True when it reads the previous event of the keyed sequence.
    public static func readsLag(_ expression: Expression) -> Bool {
        if case .reference(.lag, _) = expression.kind { return true }
        return expression.children.contains(where: readsLag)
    }

    /// Equality conditions (`==`, `in`, and `or` of those over one field) each of which must hold for the predicate to
    /// be true; for a rule index. nil when there is none. Case-insensitive ones and those over `[*]` are not among them.
    public mutating func equalityGate(_ predicate: Expression) -> [EqualityGate]? {
        var gates: [EqualityGate] = []
        for part in predicate.conjuncts {
            if let gate = gate(part) { gates.append(gate) }
        }
        return gates.isEmpty ? nil : gates
    }

    private mutating func gate(_ part: Expression) -> EqualityGate? {
        switch part.kind {
        case .compare(.equal, let left, let right, caseInsensitive: false):
            if let constant = right.constant { return gate(left, [constant]) }
            return left.constant.flatMap { gate(right, [$0]) }
        case .membership(let subject, let members, caseInsensitive: false):
            return gate(subject, members)
        case .or(let parts):
            var union: EqualityGate?
            for part in parts {
                guard let gate = gate(part) else { return nil }
                guard let known = union else {
                    union = gate
                    continue
                }
                guard known.slot == gate.slot else { return nil }
                union = EqualityGate(slot: gate.slot, constants: known.constants + gate.constants)
            }
            return union
        default:
            return nil
        }
    }

    /// Times and durations are out: a text can equal a time.
    private mutating func gate(_ subject: Expression, _ constants: [Literal]) -> EqualityGate? {
        guard case .reference(.current, .field(let path)) = subject.kind, !path.hasAnyElement else { return nil }
        var kept: [Literal] = []
        for constant in constants {
            switch constant {
            case .null: continue
            case .time, .duration: return nil
            case .bool, .int, .double, .string: kept.append(constant)
            }
        }
        return EqualityGate(slot: slot(for: path), constants: kept)
    }

    /// The slots that retained events must keep for an expression: what it reads of bound events, `prev`, `lag` and
    /// aggregates; in `having` and `select` also what it reads of the current event, which is a bound one there.
    public mutating func retainedSlots(_ expression: Expression, isHavingOrSelect: Bool) -> Set<Int> {
        var slots: Set<Int> = []
        collectRetained(expression, isHavingOrSelect, &slots)
        return slots
    }

    private mutating func collectRetained(_ expression: Expression, _ isHavingOrSelect: Bool, _ slots: inout Set<Int>) {
        switch expression.kind {
        case .reference(let event, .field(let path)):
            if event != .current || isHavingOrSelect { slots.insert(slot(for: path)) }
        case .aggregate(_, _, .field(let path)?):
            slots.insert(slot(for: path))
        default:
            for child in expression.children { collectRetained(child, isHavingOrSelect, &slots) }
        }
    }
}

import RuleLanguage

/// What the rules of section 3 ask of a pattern's shape.
extension Pattern {
    /// The parts of this node.
    var parts: [Pattern] {
        switch kind {
        case .event, .negation: []
        case .sequence(let steps, _): steps
        case .alternation(let parts), .permute(let parts), .of(_, let parts): parts
        case .repetition(let body, _, _, _, _), .group(let body, _, _): [body]
        }
    }

    /// True when it can be passed without binding an event.
    var isNullable: Bool {
        switch kind {
        case .event: false
        case .negation: true
        case .sequence(let steps, _): steps.allSatisfy(\.isNullable)
        case .alternation(let alternatives): alternatives.contains(where: \.isNullable)
        case .repetition(let body, let minimum, _, _, _): minimum == 0 || body.isNullable
        case .group(let body, _, _): body.isNullable
        case .permute(let branches): branches.allSatisfy(\.isNullable)
        case .of(let count, let branches): branches.filter(\.isNullable).count >= count
        }
    }

    /// True when a negation stands anywhere in it.
    var containsNegation: Bool {
        if case .negation = kind { return true }
        return parts.contains(where: \.containsNegation)
    }

    /// True when a negation without `for` stands anywhere in it.
    var containsUnboundedNegation: Bool {
        if case .negation(_, nil) = kind { return true }
        return parts.contains(where: \.containsUnboundedNegation)
    }

    /// True when it keeps the rules for negations: never alone, quantified or inside `permute` or `of`, no gap into one, a leading one
    /// joined by `->` to a step that binds; and no loop or branch that can be passed without an event.
    var isValid: Bool { !isNegationAlone && isValid(isStart: true) }

    private var isNegationAlone: Bool { if case .negation = kind { true } else { false } }

    private func isValid(isStart: Bool) -> Bool {
        switch kind {
        case .event, .negation: return true
        case .sequence(let steps, let links):
            for index in links.indices where steps[index + 1].isNegationAlone && links[index] != links[index].withoutGap { return false }
            if isStart, steps[0].isNegationAlone {
                if steps[1].isNullable || steps[1].containsNegation || links[0].contiguity != .followedBy { return false }
            }
            if steps.allSatisfy(\.isNegationAlone) { return false }
            return steps.indices.allSatisfy { steps[$0].isValid(isStart: isStart && $0 == 0) }
        case .alternation(let alternatives):
            return alternatives.allSatisfy { !$0.isNegationAlone && $0.isValid(isStart: isStart) }
        case .group(let body, _, _): return !body.isNegationAlone && body.isValid(isStart: isStart)
        case .repetition(let body, _, _, _, _): return !body.isNegationAlone && !body.isNullable && body.isValid(isStart: isStart)
        case .permute(let branches), .of(_, let branches):
            return branches.allSatisfy { !$0.containsNegation && !$0.isNullable && $0.isValid(isStart: isStart) }
        }
    }
}

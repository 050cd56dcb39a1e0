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
    public var isNullable: Bool {
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

    /// The negations that can stand in front of the first bound event, and whether the end can be reached through one without any event.
    var leadingNegations: (variables: Set<Int>, canEndEmpty: Bool) {
        var choice = 0
        let items = PatternWalk.start(of: PatternTree.build(self), nextChoice: &choice)
        let canEndEmpty = items.contains { item in
            if case .accept = item.target { !item.path.negations.isEmpty } else { false }
        }
        return (Set(items.flatMap { $0.path.negations.map(\.variable) }), canEndEmpty)
    }
}

extension Rule {
    /// True when the pattern is valid, the state bounded, and what leading negations and `until` forbid looks at one event only.
    var isValidForTests: Bool {
        let leading = pattern.leadingNegations
        if !pattern.isValid || leading.canEndEmpty { return false }
        if within == nil, pattern.containsUnboundedNegation || limit == Limit() { return false }
        let local = leading.variables.union(until.map { [$0] } ?? [])
        return local.allSatisfy { events[$0].predicate?.isLocal ?? true }
    }
}

extension Expression {
    /// True when it reads nothing but the current event.
    var isLocal: Bool {
        switch kind {
        case .literal: true
        case .reference(let reference, _): reference == .current
        case .aggregate: false
        case .not(let inner), .isNull(let inner), .membership(let inner, _, _): inner.isLocal
        case .and(let parts), .or(let parts): parts.allSatisfy(\.isLocal)
        case .compare(_, let left, let right, _): left.isLocal && right.isLocal
        case .arithmetic, .negate, .text, .textDynamic, .call, .cidr: false
        }
    }
}

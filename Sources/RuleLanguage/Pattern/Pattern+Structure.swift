extension Pattern {
    /// The first negation in the text, at any depth.
    var firstNegation: Pattern? {
        if case .negation = kind { return self }
        for child in children {
            if let found = child.firstNegation { return found }
        }
        return nil
    }

    /// Its direct parts.
    var children: [Pattern] {
        switch kind {
        case .event, .negation: return []
        case .sequence(let steps, _): return steps
        case .alternation(let branches), .permute(let branches), .of(_, let branches): return branches
        case .repetition(let child, _, _, _, _), .group(let child, _, _): return [child]
        }
    }

    /// True when it can be passed without binding an event.
    var isNullable: Bool {
        switch kind {
        case .event: return false
        case .negation: return true
        case .sequence(let steps, _): return steps.allSatisfy(\.isNullable)
        case .alternation(let branches): return branches.contains(where: \.isNullable)
        case .permute(let branches): return branches.allSatisfy(\.isNullable)
        case .of(let count, let branches): return branches.count(where: \.isNullable) >= count
        case .repetition(let child, let minimum, _, _, _): return minimum == 0 || child.isNullable
        case .group(let child, _, _): return child.isNullable
        }
    }

    /// True when it can bind an event.
    var bindsEvents: Bool {
        switch kind {
        case .event: return true
        case .negation: return false
        default: return children.contains(where: \.bindsEvents)
        }
    }

    /// True when the most preferred way through it binds nothing.
    var prefersNothing: Bool {
        switch kind {
        case .event: return false
        case .negation: return true
        case .alternation(let branches): return branches[0].prefersNothing
        case .sequence, .permute, .of: return children.allSatisfy(\.prefersNothing)
        case .repetition(let child, let minimum, _, let reluctant, _): return reluctant && minimum == 0 || child.prefersNothing
        case .group(let child, _, _): return child.prefersNothing
        }
    }

    /// Calls `visit` with the indexes of the variables that it can bind.
    func forEachBoundVariable(_ visit: (Int) -> Void) {
        if case .event(let index) = kind { visit(index) }
        for child in children { child.forEachBoundVariable(visit) }
    }
}

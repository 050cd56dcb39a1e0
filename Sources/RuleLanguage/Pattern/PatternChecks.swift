/// Checks the structure of a pattern: where negations stand, and that its state is bounded.
struct PatternChecks {
    let rule: RuleCompilation
    let within: Int64?
    let hasLimit: Bool

    /// Reports what is wrong with `pattern`.
    func check(_ pattern: Pattern) {
        guard checkNegationsOnly(pattern) else { return }
        checkNegations(pattern, canBeFirst: true, canBeLast: true)
        guard !rule.sink.hasErrors, within == nil, !hasLimit, let span = unboundedPart(of: pattern, lead: nil, isJoined: false) else {
            return
        }
        rule.sink.error(
            .unboundedState, "nothing bounds how long an attempt may wait here", at: span,
            hint: "give the rule `within: 10m`, every link and loop a gap such as `->[<= 5m]`, or the rule a `limit`")
    }

    /// Reports alternatives, branches and groups that are made of negations only; false when there is one.
    private func checkNegationsOnly(_ pattern: Pattern) -> Bool {
        switch pattern.kind {
        case .event: return true
        case .negation:
            rule.sink.error(
                .misplacedNegation, "a negation cannot stand alone", at: pattern.span,
                hint: "an absence follows or precedes an event: `a -> !b for 5m`")
            return false
        case .sequence(let steps, _):
            guard pattern.bindsEvents else {
                rule.sink.error(
                    .emptyPattern, "a pattern of negations only binds no event", at: pattern.span, hint: "add the event that it starts from"
                )
                return false
            }
            var isFine = true
            for step in steps {
                if case .negation = step.kind { continue }
                isFine = checkNegationsOnly(step) && isFine
            }
            return isFine
        default: return pattern.children.reduce(true) { checkNegationsOnly($1) && $0 }
        }
    }

    /// Reports negations at the start or end of a match that nothing bounds, and links behind leading ones.
    private func checkNegations(_ pattern: Pattern, canBeFirst: Bool, canBeLast: Bool) {
        switch pattern.kind {
        case .event: return
        case .negation(_, let duration):
            guard duration == nil, within == nil, canBeFirst || canBeLast else { return }
            rule.sink.error(
                .negationNeedsBound, "a negation at the \(canBeLast ? "end" : "start") needs `for`, or the rule `within`", at: pattern.span,
                hint: "write `!\(name(of: pattern)) for 5m`")
        case .sequence(let steps, let links): checkSequence(steps, links, canBeFirst: canBeFirst, canBeLast: canBeLast)
        default:
            for child in pattern.children { checkNegations(child, canBeFirst: canBeFirst, canBeLast: canBeLast) }
        }
    }

    private func checkSequence(_ steps: [Pattern], _ links: [Link], canBeFirst: Bool, canBeLast: Bool) {
        let lastFirm = steps.lastIndex { !$0.isNullable } ?? -1
        var isFirst = canBeFirst
        var isLeading = canBeFirst
        for (index, step) in steps.enumerated() {
            checkNegations(step, canBeFirst: isFirst, canBeLast: canBeLast && index >= lastFirm)
            if case .negation = step.kind {
                if isLeading, index < links.count, links[index] != Link(.followedBy) {
                    let hasGap = links[index] != links[index].withoutGap
                    rule.sink.error(
                        hasGap ? .invalidGap : .misplacedNegation, "behind a negation at the start only `->` without a gap can stand",
                        at: step.span.union(steps[index + 1].span), hint: "write `!\(name(of: step)) for 5m -> …`")
                }
            } else {
                isLeading = false
            }
            isFirst = isFirst && step.isNullable
        }
    }

    private func name(of negation: Pattern) -> String {
        guard case .negation(let index, _) = negation.kind else { return "" }
        return rule.events[index].name
    }

    /// The first part whose state nothing bounds; nil when all is bounded. `lead` is the link that iterations take over;
    /// `isJoined` is true when an event may be bound before.
    private func unboundedPart(of pattern: Pattern, lead: Link?, isJoined: Bool) -> SourceSpan? {
        switch pattern.kind {
        case .event, .negation: return nil
        case .group(let child, _, let within): return within == nil ? unboundedPart(of: child, lead: lead, isJoined: isJoined) : nil
        case .alternation(let branches): return first(of: branches, lead: lead, isJoined: isJoined)
        case .permute(let branches), .of(_, let branches):
            let link = lead ?? Link(.followedBy)
            if branches.count > 1, !Self.isBounded(link) { return pattern.span }
            return first(of: branches, lead: link, isJoined: isJoined)
        case .repetition(let child, _, let maximum, _, let own):
            if maximum != 1 {
                let link = own ?? (lead ?? Link(.followedBy)).withoutGap
                if !Self.isBounded(link) || maximum == nil && link.maximumGap == nil { return pattern.span }
            }
            return unboundedPart(of: child, lead: lead, isJoined: isJoined)
        case .sequence(let steps, let links):
            var bindsBefore = isJoined
            for (index, step) in steps.enumerated() {
                var link = index > 0 ? links[index - 1] : lead
                // What leads into the first step of the whole pattern is the link that follows it.
                if index == 0, lead == nil { link = links[0] }
                if index > 0, bindsBefore, step.bindsEvents, let link, !Self.isBounded(link) { return step.span }
                if let span = unboundedPart(of: step, lead: link, isJoined: bindsBefore) { return span }
                bindsBefore = bindsBefore || step.bindsEvents
            }
            return nil
        }
    }

    private func first(of branches: [Pattern], lead: Link?, isJoined: Bool) -> SourceSpan? {
        for branch in branches {
            if let span = unboundedPart(of: branch, lead: lead, isJoined: isJoined) { return span }
        }
        return nil
    }

    private static func isBounded(_ link: Link) -> Bool { link.contiguity == .next || link.maximumGap != nil }
}

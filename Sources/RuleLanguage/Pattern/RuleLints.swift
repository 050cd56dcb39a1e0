/// Warns about what a sound rule most likely does not mean.
struct RuleLints {
    let rule: RuleCompilation
    let compiled: Rule

    /// Reports warnings.
    func check() {
        let pattern = compiled.pattern
        if compiled.emit == .final, pattern.prefersNothing {
            rule.sink.warning(
                .neverMatches, "under `emit: final` the preferred match of this pattern is the empty one, so it never matches",
                at: pattern.span,
                hint: "make a loop greedy, or ask for at least one iteration")
        }
        // What `having` refuses goes on to bind more.
        if compiled.emit == .first, compiled.having == nil { checkTrailingLoop(pattern) }
        walk(pattern)
        checkUnused()
        checkConditions()
    }

    /// A loop at the end is left as soon as its minimum is reached.
    private func checkTrailingLoop(_ pattern: Pattern) {
        switch pattern.kind {
        case .event, .negation, .permute, .of: return
        case .sequence(let steps, _): checkTrailingLoop(steps[steps.count - 1])
        case .alternation(let branches): branches.forEach(checkTrailingLoop)
        case .group(let child, _, _): checkTrailingLoop(child)
        case .repetition(let child, let minimum, let maximum, _, _):
            guard maximum != minimum else { return checkTrailingLoop(child) }
            let least = pattern.isNullable ? 0 : minimum
            rule.sink.warning(
                .trailingLoop, "under `emit: first` this loop at the end binds \(least == 0 ? "nothing" : "its minimum of \(least) only")",
                at: pattern.span,
                hint: least <= 1 ? "leave the quantifier out, or set `emit: final`" : "write `{\(least)}`, or set `emit: final`")
        }
    }

    private func walk(_ pattern: Pattern) {
        switch pattern.kind {
        case .alternation(let branches): checkCommonPrefix(branches)
        case .group(let child, let until?, _): checkUntil(child, until)
        case .sequence(let steps, let links):
            for (index, link) in links.enumerated() {
                guard let gap = link.minimumGap, let within = compiled.within, gap > within else { continue }
                rule.sink.warning(
                    .neverMatches,
                    "a gap of at least \(DurationText.format(gap)) does not fit into `within: \(DurationText.format(within))`",
                    at: steps[index + 1].span)
            }
        default: break
        }
        pattern.children.forEach(walk)
    }

    private func checkUntil(_ child: Pattern, _ until: Int) {
        var span: SourceSpan?
        func search(_ pattern: Pattern) {
            if case .event(until) = pattern.kind { span = span ?? pattern.span }
            pattern.children.forEach(search)
        }
        search(child)
        guard let span else { return }
        rule.sink.warning(.neverMatches, "an event that ends the group by `until` is never bound in it", at: span)
    }

    private func checkCommonPrefix(_ branches: [Pattern]) {
        var seen: Set<Int> = []
        for branch in branches {
            guard let first = Self.firstStep(of: branch), !seen.insert(first).inserted else { continue }
            rule.sink.warning(
                .commonPrefix, "two alternatives start with `\(rule.events[first].name)`: each binds it on its own", at: branch.span,
                hint: "`a -> b | a -> c` and `a -> (b | c)` are different patterns; take the one that you mean")
        }
    }

    private static func firstStep(of pattern: Pattern) -> Int? {
        switch pattern.kind {
        case .event(let index): return index
        case .sequence(let steps, _): return firstStep(of: steps[0])
        case .group(let child, _, _): return firstStep(of: child)
        case .repetition(let child, _, _, _, _): return firstStep(of: child)
        default: return nil
        }
    }

    private func checkUnused() {
        guard let order = rule.order else { return }
        for (index, entry) in rule.events.enumerated() where entry.library == nil && !order.used.contains(index) {
            rule.sink.warning(
                .unusedEvent, "the event `\(entry.name)` is declared and not used in the pattern", at: entry.span,
                hint: "use it or leave it out")
        }
    }

    /// Conditions that contradict themselves, and predicates that contradict `where`.
    private func checkConditions() {
        var filter = FieldConstraints()
        if let condition = compiled.filter, let part = filter.firstContradiction(in: condition) { warnFalse(part) }
        for (index, event) in compiled.events.enumerated() {
            guard let predicate = event.predicate else { continue }
            var own = FieldConstraints()
            if let part = own.firstContradiction(in: predicate) {
                warnFalse(part)
                continue
            }
            var both = filter
            guard let part = both.firstContradiction(in: predicate), let order = rule.order, order.used.contains(index) else { continue }
            if order.bound.contains(index) {
                rule.sink.warning(.neverMatches, "`where` lets no event through that `\(event.name)` asks for", at: part.span)
            } else {
                rule.sink.warning(
                    .whereHidesNegation, "`where` hides the events of `\(event.name)`, so the negation or `until` never sees one",
                    at: part.span,
                    hint: "widen `where`; it filters what negations see too")
            }
        }
        if let condition = compiled.having {
            var own = FieldConstraints()
            if let part = own.firstContradiction(in: condition) { warnFalse(part) }
        }
    }

    private func warnFalse(_ part: Expression) {
        rule.sink.warning(.constantCondition, "this contradicts what stands before it: the condition is always false", at: part.span)
    }
}

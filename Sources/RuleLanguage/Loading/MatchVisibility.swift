/// Tells which rules' matches a rule can see on the stream `matches`.
struct MatchVisibility {
    /// True when the rule names the stream `matches` in `from`.
    static func readsMatches(_ rule: Rule) -> Bool {
        rule.events.contains { $0.streams?.contains(StreamReader.matches) == true }
    }

    /// False when no match of `feeder` can have any effect on `rule`: its `where` is false of it, or no event's predicate can
    /// be true of it. With a strict link or `lag` every event of the keyed sequence has an effect.
    static func canSee(_ rule: Rule, matchesOf feeder: Rule) -> Bool {
        let evaluation = PartialEvaluation(fields: ["rule": .string(feeder.id), "level": .string(feeder.level.rawValue)])
        if let filter = rule.filter, evaluation.truth(filter) == false { return false }
        let readers = rule.usedEvents.map { rule.events[$0] }.filter { $0.streams?.contains(StreamReader.matches) == true }
        let seesEverything = rule.hasStrictLink || rule.expressions.contains(where: Self.usesLag)
        if seesEverything { return readsMatches(rule) }
        return readers.contains { event in event.predicate.map { evaluation.truth($0) != false } ?? true }
    }

    private static func usesLag(_ expression: Expression) -> Bool {
        if case .reference(.lag, _) = expression.kind { return true }
        return expression.children.contains(where: usesLag)
    }
}

extension Rule {
    /// Every expression of the rule.
    fileprivate var expressions: [Expression] {
        events.compactMap(\.predicate) + [filter, having].compactMap { $0 } + select.map(\.expression)
    }
}

extension Expression {
    /// The direct parts.
    fileprivate var children: [Expression] {
        switch kind {
        case .literal, .reference, .aggregate: []
        case .not(let inner), .membership(let inner, _, _), .text(_, let inner, _, _), .isNull(let inner), .negate(let inner),
            .cidr(let inner, _):
            [inner]
        case .and(let parts), .or(let parts), .call(_, let parts): parts
        case .compare(_, let left, let right, _), .textDynamic(_, let left, let right, _), .arithmetic(_, let left, let right):
            [left, right]
        }
    }
}

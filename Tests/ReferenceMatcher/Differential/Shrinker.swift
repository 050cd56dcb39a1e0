import RuleLanguage

/// Makes a failing case smaller, as long as it fails.
struct Shrinker {
    /// True when the case still fails.
    let fails: (Rule, [ReferenceEvent]) -> Bool

    /// The smallest failing case that single steps lead to.
    func shrink(_ rule: Rule, _ events: [ReferenceEvent]) -> (rule: Rule, events: [ReferenceEvent]) {
        var rule = rule
        var events = events
        var improved = true
        while improved {
            improved = false
            for index in events.indices.reversed() {
                var fewer = events
                fewer.remove(at: index)
                if fails(rule, fewer) {
                    events = fewer
                    improved = true
                }
            }
            for simpler in simplerRules(rule) where simpler.isValidForTests && fails(simpler, events) {
                rule = simpler
                improved = true
                break
            }
        }
        return (rule, events)
    }

    /// The rule with one thing less, what matters most first.
    private func simplerRules(_ rule: Rule) -> [Rule] {
        var result: [Rule] = simplerPatterns(rule.pattern).map { pattern in
            var simpler = rule
            simpler.pattern = pattern
            return simpler
        }
        func add(_ change: (inout Rule) -> Void) {
            var simpler = rule
            change(&simpler)
            result.append(simpler)
        }
        if rule.having != nil { add { $0.having = nil } }
        if rule.filter != nil { add { $0.filter = nil } }
        if rule.until != nil { add { $0.until = nil } }
        if rule.emitsTimeouts { add { $0.emitsTimeouts = false } }
        if rule.prefer != .earliest { add { $0.prefer = .earliest } }
        if rule.limit != Rule.Limit(), rule.within != nil { add { $0.limit = Rule.Limit() } }
        if rule.limit.attempts < 50 { add { $0.limit.attempts = 50 } }
        if rule.within != nil {
            add {
                $0.within = nil
                $0.limit.attempts = 50
            }
        }
        if rule.skip != .pastLast { add { $0.skip = .pastLast } }
        if rule.skip != .none, rule.skip != .pastLast { add { $0.skip = .none } }
        if rule.emit != .first { add { $0.emit = .first } }
        if rule.keyWidth > 0 {
            add {
                $0.keyWidth = 0
                $0.hasPerNameKeys = false
                for index in $0.events.indices { $0.events[index].key = [] }
            }
        }
        for index in rule.events.indices {
            if rule.events[index].streams != nil { add { $0.events[index].streams = nil } }
            if case .and(let parts)? = rule.events[index].predicate?.kind {
                for part in parts { add { $0.events[index].predicate = part } }
            }
            if case .not(let inner)? = rule.events[index].predicate?.kind { add { $0.events[index].predicate = inner } }
        }
        return result
    }

    /// The pattern with one thing less.
    private func simplerPatterns(_ pattern: Pattern) -> [Pattern] {
        let span = pattern.span
        var result: [Pattern] = pattern.parts
        func add(_ kind: Pattern.Kind) { result.append(Pattern(kind, span: span)) }
        switch pattern.kind {
        case .event: break
        case .negation(let variable, let duration): if duration != nil { add(.negation(variable, forDuration: nil)) }
        case .sequence(let steps, let links):
            for index in steps.indices where steps.count > 2 {
                var fewer = steps
                var fewerLinks = links
                fewer.remove(at: index)
                fewerLinks.remove(at: max(0, index - 1))
                add(.sequence(steps: fewer, links: fewerLinks))
            }
            for index in links.indices where links[index] != Link(.followedBy) {
                for simpler in [links[index].withoutGap, Link(.followedBy)] where simpler != links[index] {
                    var changed = links
                    changed[index] = simpler
                    add(.sequence(steps: steps, links: changed))
                }
            }
            for (index, part) in variants(steps) { add(.sequence(steps: replacing(steps, index, part), links: links)) }
        case .alternation(let parts):
            for index in parts.indices where parts.count > 2 { add(.alternation(removing(parts, index))) }
            for (index, part) in variants(parts) { add(.alternation(replacing(parts, index, part))) }
        case .permute(let parts):
            for index in parts.indices where parts.count > 2 { add(.permute(removing(parts, index))) }
            for (index, part) in variants(parts) { add(.permute(replacing(parts, index, part))) }
        case .of(let count, let parts):
            for index in parts.indices where parts.count > 2 && count < parts.count { add(.of(count: count, removing(parts, index))) }
            if count > 1 { add(.of(count: count - 1, parts)) }
            for (index, part) in variants(parts) { add(.of(count: count, replacing(parts, index, part))) }
        case .group(let body, let until, let within):
            if until != nil { add(.group(body, until: nil, within: within)) }
            if within != nil { add(.group(body, until: until, within: nil)) }
            for simpler in simplerPatterns(body) { add(.group(simpler, until: until, within: within)) }
        case .repetition(let body, let minimum, let maximum, let reluctant, let link):
            if link != nil { add(.repetition(body, minimum: minimum, maximum: maximum, reluctant: reluctant, link: nil)) }
            if reluctant { add(.repetition(body, minimum: minimum, maximum: maximum, reluctant: false, link: link)) }
            if minimum > 0 { add(.repetition(body, minimum: minimum - 1, maximum: maximum, reluctant: reluctant, link: link)) }
            if let maximum, maximum > max(1, minimum) {
                add(.repetition(body, minimum: minimum, maximum: maximum - 1, reluctant: reluctant, link: link))
            }
            for simpler in simplerPatterns(body) {
                add(.repetition(simpler, minimum: minimum, maximum: maximum, reluctant: reluctant, link: link))
            }
        }
        return result
    }

    private func variants(_ parts: [Pattern]) -> [(Int, Pattern)] {
        parts.indices.flatMap { index in simplerPatterns(parts[index]).map { (index, $0) } }
    }

    private func replacing(_ parts: [Pattern], _ index: Int, _ part: Pattern) -> [Pattern] {
        var changed = parts
        changed[index] = part
        return changed
    }

    private func removing(_ parts: [Pattern], _ index: Int) -> [Pattern] {
        var changed = parts
        changed.remove(at: index)
        return changed
    }
}

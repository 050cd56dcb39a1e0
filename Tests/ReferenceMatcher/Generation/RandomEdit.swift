import RuleLanguage

/// Random changes of a rule's pattern, as people make them: one or two, anywhere in it.
public struct RandomEdit {
    private let variables: [Int]
    private let span: SourceSpan
    /// Nodes that are passed before the one that is changed.
    private var rest = 0

    private init(_ rule: Rule) {
        // `n` and `q` stand behind the names that steps may have.
        variables = Array(0..<max(1, rule.events.count - 2))
        span = rule.pattern.span
    }

    /// The rule with another valid pattern; the same for the same numbers.
    public static func make(_ rule: Rule, _ random: inout SeededGenerator) -> Rule {
        while true {
            var changed = rule
            for _ in 0..<random.pick([1, 1, 2]) {
                var edit = RandomEdit(rule)
                edit.rest = random.number(0...count(changed.pattern) - 1)
                changed.pattern = edit.edit(changed.pattern, &random)
            }
            if changed.isValidForTests { return changed }
        }
    }

    /// The rule with one more step behind its pattern, which cannot be empty.
    public static func append(_ rule: Rule, _ random: inout SeededGenerator) -> Rule {
        while true {
            var changed = rule
            let edit = RandomEdit(rule)
            if rule.pattern.isNullable { return changed }
            changed.pattern = edit.appended(to: rule.pattern, &random)
            if changed.isValidForTests { return changed }
        }
    }

    private static func count(_ pattern: Pattern) -> Int { pattern.parts.reduce(1) { $0 + count($1) } }

    private mutating func edit(_ pattern: Pattern, _ random: inout SeededGenerator) -> Pattern {
        if rest == 0 {
            rest = -1
            return changed(pattern, &random)
        }
        rest -= 1
        if rest < -1 { return pattern }
        var kind = pattern.kind
        switch pattern.kind {
        case .event, .negation: break
        case .sequence(let steps, let links): kind = .sequence(steps: edit(steps, &random), links: links)
        case .alternation(let parts): kind = .alternation(edit(parts, &random))
        case .permute(let parts): kind = .permute(edit(parts, &random))
        case .of(let count, let parts): kind = .of(count: count, edit(parts, &random))
        case .repetition(let body, let minimum, let maximum, let reluctant, let link):
            kind = .repetition(edit(body, &random), minimum: minimum, maximum: maximum, reluctant: reluctant, link: link)
        case .group(let body, let until, let within): kind = .group(edit(body, &random), until: until, within: within)
        }
        return Pattern(kind, span: pattern.span)
    }

    private mutating func edit(_ parts: [Pattern], _ random: inout SeededGenerator) -> [Pattern] {
        var changed: [Pattern] = []
        for part in parts { changed.append(edit(part, &random)) }
        return changed
    }

    private func changed(_ pattern: Pattern, _ random: inout SeededGenerator) -> Pattern {
        if random.chance(15) { return appended(to: pattern, &random) }
        var kind = pattern.kind
        switch pattern.kind {
        case .event:
            switch random.number(0...3) {
            case 0: kind = .event(random.pick(variables))
            case 1: kind = .alternation([pattern, event(&random)])
            case 2: kind = .alternation([event(&random), pattern])
            default: kind = .repetition(pattern, minimum: random.number(0...2), maximum: nil, reluctant: random.chance(30), link: nil)
            }
        case .negation(let variable, let duration):
            kind = .negation(random.chance(50) ? random.pick(variables) : variable, forDuration: duration)
        case .sequence(let steps, let links): kind = changed(steps, links, &random)
        case .alternation(var parts):
            if random.chance(50) {
                parts.remove(at: random.number(0...parts.count - 1))
            } else {
                parts.insert(event(&random), at: random.number(0...parts.count))
            }
            if parts.count == 1 { return parts[0] }
            kind = .alternation(parts)
        case .permute(let parts): kind = random.chance(50) ? .of(count: parts.count - 1, parts) : .permute(parts + [event(&random)])
        case .of(let count, let parts):
            kind = random.chance(50) ? .of(count: random.number(1...parts.count), parts) : .of(count: count, parts + [event(&random)])
        case .repetition(let body, let minimum, let maximum, let reluctant, let link):
            switch random.number(0...3) {
            case 0:
                let least = random.number(0...4)
                kind = .repetition(body, minimum: least, maximum: maximum.map { max($0, least, 1) }, reluctant: reluctant, link: link)
            case 1:
                let most = random.chance(30) ? nil : Optional(random.number(max(1, minimum)...max(5, minimum)))
                kind = .repetition(body, minimum: minimum, maximum: most, reluctant: reluctant, link: link)
            case 2: kind = .repetition(body, minimum: minimum, maximum: maximum, reluctant: !reluctant, link: link)
            default: return body
            }
        case .group(let body, let until, let within):
            kind = .group(body, until: until == nil ? random.pick(variables) : nil, within: within)
        }
        return Pattern(kind, span: pattern.span)
    }

    private func changed(_ steps: [Pattern], _ links: [Link], _ random: inout SeededGenerator) -> Pattern.Kind {
        var steps = steps
        var links = links
        let place = random.number(0...links.count - 1)
        switch random.number(0...4) {
        case 0: links[place].contiguity = random.pick([.followedBy, .followedByAny, .next])
        case 1:
            steps.insert(event(&random), at: place + 1)
            links.insert(Link(random.pick([.followedBy, .followedBy, .next])), at: place + 1)
        case 2:
            steps.insert(Pattern(.negation(random.pick(variables), forDuration: nil), span: span), at: place + 1)
            links[place] = links[place].withoutGap
            links.insert(Link(.followedBy), at: place + 1)
        case 3 where steps.count > 2:
            steps.remove(at: place + 1)
            links.remove(at: place)
        default: steps[place + 1] = event(&random)
        }
        return .sequence(steps: steps, links: links)
    }

    private func appended(to pattern: Pattern, _ random: inout SeededGenerator) -> Pattern {
        guard case .sequence(let steps, let links) = pattern.kind else {
            // Another link would join the iterations of a loop in front, too.
            return Pattern(.sequence(steps: [pattern, event(&random)], links: [Link(.followedBy)]), span: span)
        }
        let link = Link(random.pick([.followedBy, .followedBy, .followedByAny, .next]))
        return Pattern(.sequence(steps: steps + [event(&random)], links: links + [link]), span: span)
    }

    private func event(_ random: inout SeededGenerator) -> Pattern { Pattern(.event(random.pick(variables)), span: span) }
}

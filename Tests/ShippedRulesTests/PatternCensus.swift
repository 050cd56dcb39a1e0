import RuleLanguage

/// Which operators and policies rules use.
struct PatternCensus {
    /// Everything that there is.
    static let all: Set<String> = [
        "->", "->>", ",", "[<=]", "[>=]", "[a..b]", "?", "??", "*", "*?", "+", "+?", "{n}", "{n,}", "{n,}?", "{,m}", "{,m}?", "{n,m}",
        "{n,m}?", "iteration ->", "iteration ->>", "iteration ,", "group", "|", "until group", "within group", "permute", "of",
        "negation first", "negation between", "negation between for", "negation last", "negation last for", "per-name key", "where",
        "rule until",
        "having", "select", "suppress", "timeout", "shadow", "prefer latest", "emit first", "emit final", "emit all", "skip past_last",
        "skip to_next", "skip none", "skip to_first", "skip to_last", "drop_oldest", "drop_newest", "matches",
    ]

    private(set) var found: Set<String> = []

    /// Adds what a pattern uses.
    mutating func count(_ pattern: Pattern) {
        switch pattern.kind {
        case .event, .negation: break
        case .sequence(let steps, let links):
            links.forEach { count($0) }
            for (index, step) in steps.enumerated() {
                if case .negation(_, let duration) = step.kind {
                    let place = index == 0 ? "first" : index == steps.count - 1 ? "last" : "between"
                    found.insert("negation " + place + (duration != nil && index > 0 ? " for" : ""))
                }
                count(step)
            }
        case .alternation(let branches):
            found.insert("|")
            branches.forEach { count($0) }
        case .repetition(let child, let minimum, let maximum, let reluctant, let link):
            found.insert(Self.quantifier(minimum, maximum) + (reluctant ? "?" : ""))
            if let link {
                found.insert("iteration " + link.contiguity.rawValue)
                count(gaps: link)
            }
            count(child)
        case .group(let child, let until, let within):
            found.insert("group")
            if until != nil { found.insert("until group") }
            if within != nil { found.insert("within group") }
            count(child)
        case .permute(let branches):
            found.insert("permute")
            branches.forEach { count($0) }
        case .of(_, let branches):
            found.insert("of")
            branches.forEach { count($0) }
        }
    }

    private mutating func count(_ link: Link) {
        found.insert(link.contiguity.rawValue)
        count(gaps: link)
    }

    private mutating func count(gaps link: Link) {
        switch (link.minimumGap, link.maximumGap) {
        case (nil, nil): break
        case (nil, _): found.insert("[<=]")
        case (_, nil): found.insert("[>=]")
        default: found.insert("[a..b]")
        }
    }

    private static func quantifier(_ minimum: Int, _ maximum: Int?) -> String {
        switch (minimum, maximum) {
        case (0, 1): "?"
        case (0, nil): "*"
        case (1, nil): "+"
        case (_, nil): "{n,}"
        case (0, _): "{,m}"
        case (minimum, let maximum?) where maximum == minimum: "{n}"
        default: "{n,m}"
        }
    }

    /// What a rule uses beside its pattern.
    static func policies(of rule: Rule) -> Set<String> {
        var found: Set<String> = ["emit \(rule.emit)", rule.limit.whenFull == .dropOldest ? "drop_oldest" : "drop_newest"]
        switch rule.skip {
        case .pastLast: found.insert("skip past_last")
        case .toNext: found.insert("skip to_next")
        case .none: found.insert("skip none")
        case .toFirst: found.insert("skip to_first")
        case .toLast: found.insert("skip to_last")
        }
        if rule.hasPerNameKeys { found.insert("per-name key") }
        if rule.filter != nil { found.insert("where") }
        if rule.until != nil { found.insert("rule until") }
        if rule.having != nil { found.insert("having") }
        if !rule.select.isEmpty { found.insert("select") }
        if rule.suppress != nil { found.insert("suppress") }
        if rule.emitsTimeouts { found.insert("timeout") }
        if rule.isShadow { found.insert("shadow") }
        if rule.prefer == .latest { found.insert("prefer latest") }
        if rule.events.contains(where: { $0.streams?.contains("matches") ?? false }) { found.insert("matches") }
        return found
    }
}

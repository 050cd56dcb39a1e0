import RuleLanguage

/// Writes patterns as text of the rule language.
struct PatternText {
    /// Names of the event variables, by index.
    let names: [String]

    /// The text of a whole pattern.
    func text(_ pattern: Pattern) -> String {
        guard case .alternation(let alternatives) = pattern.kind else { return sequence(pattern) }
        return alternatives.map(sequence).joined(separator: " | ")
    }

    /// The text of a part of a pattern, such as the body of a quantifier; parentheses where it needs them.
    func atom(_ pattern: Pattern) -> String {
        switch pattern.kind {
        case .event(let variable): return names[variable]
        case .negation(let variable, let duration):
            return "!\(names[variable])" + (duration.map { " for \(DurationText.format($0))" } ?? "")
        case .group(let body, let until, let within):
            let ends = (until.map { " until \(names[$0])" } ?? "") + (within.map { " within \(DurationText.format($0))" } ?? "")
            return "(\(text(body))\(ends))"
        case .permute(let branches): return "permute(\(arguments(branches)))"
        case .of(let count, let branches): return "\(count) of (\(arguments(branches)))"
        case .sequence, .alternation, .repetition: return "(\(text(pattern)))"
        }
    }

    /// The text of a step: an atom, or one with a quantifier.
    func step(_ pattern: Pattern) -> String {
        guard case .repetition(let body, let minimum, let maximum, let isReluctant, let between) = pattern.kind else {
            return atom(pattern)
        }
        return atom(body) + Self.quantifier(minimum, maximum) + (isReluctant ? "?" : "") + (between.map { "[\(Self.link($0))]" } ?? "")
    }

    /// A link with its gap.
    static func link(_ link: Link) -> String { link.contiguity.rawValue + gap(minimum: link.minimumGap, maximum: link.maximumGap) }

    /// A gap in brackets; empty when there is none.
    static func gap(minimum: Int64?, maximum: Int64?) -> String {
        switch (minimum, maximum) {
        case (nil, nil): return ""
        case (let minimum?, nil): return "[>= \(DurationText.format(minimum))]"
        case (nil, let maximum?): return "[<= \(DurationText.format(maximum))]"
        case (let minimum?, let maximum?): return "[\(DurationText.format(minimum))..\(DurationText.format(maximum))]"
        }
    }

    private func sequence(_ pattern: Pattern) -> String {
        switch pattern.kind {
        case .sequence(let steps, let links):
            var result = step(steps[0])
            for (index, link) in links.enumerated() { result += " \(Self.link(link)) \(step(steps[index + 1]))" }
            return result
        default: return step(pattern)
        }
    }

    /// In arguments a top-level `,` separates, so a strict link there needs parentheses.
    private func arguments(_ branches: [Pattern]) -> String {
        branches.map { branch in
            if case .sequence(_, let links) = branch.kind, links.contains(where: { $0.contiguity == .next }) { return "(\(text(branch)))" }
            if case .alternation = branch.kind { return "(\(text(branch)))" }
            return text(branch)
        }.joined(separator: ", ")
    }

    private static func quantifier(_ minimum: Int, _ maximum: Int?) -> String {
        switch (minimum, maximum) {
        case (0, 1): return "?"
        case (0, nil): return "*"
        case (1, nil): return "+"
        case (_, nil): return "{\(minimum),}"
        case (0, let maximum?): return "{,\(maximum)}"
        case (_, let maximum?): return minimum == maximum ? "{\(maximum)}" : "{\(minimum),\(maximum)}"
        }
    }
}

import RuleLanguage

/// Writes a pattern as the text of section 3.
public struct PatternPrinter {
    /// Names of the event variables, by index.
    private let names: [String]

    /// A printer for a rule's variables.
    public init(names: [String]) { self.names = names }

    /// The text of a whole pattern.
    public func text(_ pattern: Pattern) -> String {
        switch pattern.kind {
        case .alternation(let alternatives): alternatives.map { sequence($0) }.joined(separator: " | ")
        default: sequence(pattern)
        }
    }

    private func sequence(_ pattern: Pattern) -> String {
        switch pattern.kind {
        case .sequence(let steps, let links):
            zip(steps.dropFirst(), links).reduce(step(steps[0])) { $0 + " \(link($1.1)) " + step($1.0) }
        case .alternation: "(\(text(pattern)))"
        default: step(pattern)
        }
    }

    private func step(_ pattern: Pattern) -> String {
        guard case .repetition(let body, let minimum, let maximum, let reluctant, let between) = pattern.kind else { return atom(pattern) }
        let bracket = between.map { "[\(link($0))]" } ?? ""
        return atom(body) + quantifier(minimum, maximum) + (reluctant ? "?" : "") + bracket
    }

    private func quantifier(_ minimum: Int, _ maximum: Int?) -> String {
        switch (minimum, maximum) {
        case (0, 1): "?"
        case (0, nil): "*"
        case (1, nil): "+"
        case (_, nil): "{\(minimum),}"
        case (0, let maximum?): "{,\(maximum)}"
        case (_, let maximum?) where maximum == minimum: "{\(minimum)}"
        case (_, let maximum?): "{\(minimum),\(maximum)}"
        }
    }

    private func atom(_ pattern: Pattern) -> String {
        switch pattern.kind {
        case .event(let variable): names[variable]
        case .negation(let variable, let duration):
            "!\(names[variable])" + (duration.map { " for \(DurationText.text($0))" } ?? "")
        case .group(let body, let until, let within):
            "(\(text(body))" + (until.map { " until \(names[$0])" } ?? "")
                + (within.map { " within \(DurationText.text($0))" } ?? "") + ")"
        case .permute(let branches): "permute(\(arguments(branches)))"
        case .of(let count, let branches): "\(count) of (\(arguments(branches)))"
        case .sequence, .alternation, .repetition: "(\(text(pattern)))"
        }
    }

    /// In arguments a top-level `,` separates: a strict link there needs parentheses.
    private func arguments(_ branches: [Pattern]) -> String {
        branches.map { branch in
            if case .sequence(_, let links) = branch.kind, links.contains(where: { $0.contiguity == .next }) { return "(\(text(branch)))" }
            return sequence(branch)
        }.joined(separator: ", ")
    }

    private func link(_ link: Link) -> String {
        switch (link.minimumGap, link.maximumGap) {
        case (nil, nil): link.contiguity.rawValue
        case (let minimum?, nil): "\(link.contiguity.rawValue)[>=\(DurationText.text(minimum))]"
        case (nil, let maximum?): "\(link.contiguity.rawValue)[<=\(DurationText.text(maximum))]"
        case (let minimum?, let maximum?):
            "\(link.contiguity.rawValue)[\(DurationText.text(minimum))..\(DurationText.text(maximum))]"
        }
    }
}

/// Durations as rules write them.
enum DurationText {
    /// Whole seconds as `5s`, else nanoseconds as `5ns`.
    static func text(_ nanoseconds: Int64) -> String {
        nanoseconds % 1_000_000_000 == 0 ? "\(nanoseconds / 1_000_000_000)s" : "\(nanoseconds)ns"
    }
}

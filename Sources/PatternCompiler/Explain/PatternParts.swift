import RuleLanguage

/// How the parts of a pattern that an automaton knows by number read in the rule's text.
///
/// Loops, choices and groups are numbered as `PatternGraph` meets them: outer before inner, in order of the text.
struct PatternParts {
    /// A quantified part.
    struct Loop {
        /// What is repeated.
        let body: String
        /// The body with its quantifier.
        let text: String
        /// The steps in it.
        let steps: Range<Int>
    }

    /// A `permute` or `n of`.
    struct Choice {
        /// Its branches.
        let branches: [String]
        /// How many of them must be complete.
        let needed: Int
    }

    /// Quantified parts, by number of the automaton's loop.
    private(set) var loops: [Loop] = []
    /// Permutations and choices, by number.
    private(set) var choices: [Choice] = []

    private let printer: PatternText
    private var steps = 0

    /// Reads a pattern whose variables have these names.
    init(_ pattern: Pattern, names: [String]) {
        printer = PatternText(names: names)
        visit(pattern)
    }

    private mutating func visit(_ pattern: Pattern) {
        switch pattern.kind {
        case .event: steps += 1
        case .negation: break
        case .sequence(let parts, _), .alternation(let parts): parts.forEach { visit($0) }
        case .group(let body, _, _): visit(body)
        case .permute(let branches): visitChoice(branches, needed: branches.count)
        case .of(let count, let branches): visitChoice(branches, needed: count)
        case .repetition(let body, _, _, _, _):
            let number = loops.count
            let first = steps
            loops.append(Loop(body: "", text: "", steps: 0..<0))
            visit(body)
            // Nested loops would repeat long bodies level by level.
            let isShort = steps - first <= Self.longestBody
            loops[number] = Loop(
                body: isShort ? printer.atom(body) : "the loop", text: isShort ? printer.step(pattern) : "the loop", steps: first..<steps)
        }
    }

    private mutating func visitChoice(_ branches: [Pattern], needed: Int) {
        let number = choices.count
        choices.append(Choice(branches: [], needed: needed))
        var texts: [String] = []
        for (index, branch) in branches.enumerated() {
            let first = steps
            visit(branch)
            texts.append(steps - first <= Self.longestBody ? printer.text(branch) : "branch \(index + 1)")
        }
        choices[number] = Choice(branches: texts, needed: needed)
    }

    /// Bodies of more steps are not written out.
    private static let longestBody = 6
}

import RuleLanguage

/// How the parts of a pattern that an automaton knows by number read in the rule's text.
///
/// Loops, choices and groups are numbered as `PatternGraph` meets them: outer before inner, in order of the text.
struct PatternParts {
    /// A quantified part.
    struct Loop {
        /// What is repeated, in short.
        let body: String
        /// The body with its quantifier, in short.
        let text: String
        /// The whole of it, when `text` is a number only.
        let legend: String?
        /// The steps in it.
        let steps: Range<Int>
    }

    /// A `permute` or `n of`.
    struct Choice {
        /// Its branches, in short.
        let branches: [String]
        /// The steps in each of them.
        let steps: [Range<Int>]
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
            loops.append(Loop(body: "", text: "", legend: nil, steps: 0..<0))
            visit(body)
            let text = printer.step(pattern)
            let label = text.utf8.count <= Self.longestText ? nil : "loop \(number + 1)"
            loops[number] = Loop(
                body: label ?? printer.atom(body), text: label ?? text, legend: label == nil ? nil : text, steps: first..<steps)
        }
    }

    private mutating func visitChoice(_ branches: [Pattern], needed: Int) {
        let number = choices.count
        choices.append(Choice(branches: [], steps: [], needed: needed))
        var texts: [String] = []
        var ranges: [Range<Int>] = []
        for (index, branch) in branches.enumerated() {
            let first = steps
            visit(branch)
            ranges.append(first..<steps)
            let text = printer.text(branch)
            texts.append(text.utf8.count <= Self.longestText ? text : "branch \(index + 1)")
        }
        choices[number] = Choice(branches: texts, steps: ranges, needed: needed)
    }

    /// Longer texts, bytes, get a number instead.
    private static let longestText = 28
}

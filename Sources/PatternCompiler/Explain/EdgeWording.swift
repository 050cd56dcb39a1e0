import RuleLanguage

/// Says in words what an edge of the automaton asks for and does.
struct EdgeWording {
    private let automaton: Automaton
    private let names: [String]
    private let parts: PatternParts

    /// Words for the edges of a rule's automaton.
    init(_ rule: Rule, automaton: Automaton) {
        self.automaton = automaton
        names = rule.events.map(\.name)
        parts = PatternParts(rule.pattern, names: names)
    }

    /// Loops that the wording knows by number: the number's label and what it stands for.
    var legend: [(key: String, text: String)] { parts.loops.compactMap { loop in loop.legend.map { (loop.text, $0) } } }

    /// The link and gap by which the edge's target follows; empty for edges that start an attempt or accept.
    func link(_ edge: Automaton.Edge, from source: Int?) -> String {
        guard source != nil, edge.target != nil else { return "" }
        return edge.contiguity.rawValue + PatternText.gap(minimum: edge.minimumGap, maximum: edge.maximumGap)
    }

    /// True when a thread can await the edge at all: a branch that has been gone through is not open once more.
    func isPossible(_ edge: Automaton.Edge, from source: Int) -> Bool {
        edge.guards.allSatisfy { test in
            guard case .branchOpen(let choice, let branch) = test else { return true }
            return !parts.choices[choice].steps[branch].contains(source)
        }
    }

    /// Conditions and effects: guards, loops, negations, `until`, `within`, in this order. `source` is the step that
    /// the edge leaves, nil at the start. In brief, loops that begin or end go without saying.
    func details(_ edge: Automaton.Edge, from source: Int?, inBrief isBrief: Bool = false) -> [String] {
        var details: [String] = []
        let guards = edge.guards.map(condition)
        if !guards.isEmpty { details.append("when " + guards.joined(separator: " and ")) }
        details += isBrief ? repeated(edge) : loops(edge, from: source)
        for use in edge.negations { details.append(absence(use, isLast: edge.target == nil, isFirst: source == nil)) }
        guard let target = edge.target else { return details }
        for group in automaton.steps[target].groups {
            if let until = automaton.groups[group].until { details.append("until \(names[until])") }
            if let within = automaton.groups[group].within, !edge.groupsEntered.contains(group) {
                details.append("within \(DurationText.format(within)) of the group's first event")
            }
        }
        return details
    }

    private func condition(_ test: Automaton.Guard) -> String {
        switch test {
        case .atLeast(let loop, let count): return "\(parts.loops[loop].body) ≥ \(TextTools.count(count, "time"))"
        case .below(let loop, let count): return "\(parts.loops[loop].body) < \(TextTools.count(count, "time"))"
        case .branchOpen(let choice, let branch): return "\(parts.choices[choice].branches[branch]) is not done"
        case .complete(let choice):
            let properties = parts.choices[choice]
            let isAll = properties.needed == properties.branches.count
            return isAll ? "all \(properties.needed) branches are done" : "\(properties.needed) of \(properties.branches.count) are done"
        }
    }

    private func loops(_ edge: Automaton.Edge, from source: Int?) -> [String] {
        var texts: [String] = []
        for loop in edge.loopsLeft where !edge.loopsTaken.contains(loop) {
            let isInside = source.map { parts.loops[loop].steps.contains($0) } ?? false
            texts.append("\(isInside ? "leaves" : "passes") \(parts.loops[loop].text)")
        }
        for loop in edge.loopsTaken {
            texts.append("\(edge.loopsRepeated.contains(loop) ? "again" : "begins") \(parts.loops[loop].text)")
        }
        return texts
    }

    private func repeated(_ edge: Automaton.Edge) -> [String] {
        edge.loopsTaken.filter { edge.loopsRepeated.contains($0) }.map { "again \(parts.loops[$0].text)" }
    }

    private func absence(_ use: Automaton.NegationUse, isLast: Bool, isFirst: Bool) -> String {
        let negation = automaton.negations[use.negation]
        let name = names[negation.variable]
        let time = negation.duration.map { DurationText.format($0) }
        if isFirst {
            if let time { return "no \(name) in the \(time) before" }
            return "no \(name) before the first event, as far as `within` reaches back"
        }
        let strict = use.isStrict ? " as the very next event" : ""
        if let time { return isLast ? "after \(time) without \(name)\(strict)" : "only after \(time) without \(name)\(strict)" }
        return isLast ? "at the end of `within` without \(name)\(strict)" : "no \(name)\(use.isStrict ? strict : " meanwhile")"
    }
}

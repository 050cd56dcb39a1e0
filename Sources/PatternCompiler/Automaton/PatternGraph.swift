import RuleLanguage

/// The pattern as a graph of binding and non-binding nodes, built back to front. `EdgeFinder` walks it.
struct PatternGraph {
    /// A node; the numbers are indexes of nodes.
    enum Node {
        /// Binds an event, then goes on.
        case step(Int, next: Int)
        /// Ways in order of preference.
        case split([Int])
        /// Begins a sequence: until something is bound in it, its links do not count.
        case enterScope(Int, next: Int)
        /// The link to the next step of a sequence.
        case link(Link, scope: Int, next: Int)
        /// A negation.
        case negation(Int, next: Int)
        /// First iteration of a loop.
        case beginLoop(Int, next: Int)
        /// End of an iteration: again or out.
        case endIteration(Int, body: Int, link: Link, next: Int)
        /// Round a loop.
        case bypassLoop(Int, next: Int)
        /// End of the body of `?`, which is no loop.
        case endOptional(Int, next: Int)
        /// Begins a choice with any of its branches.
        case beginChoice(Int)
        /// A branch of the choice is complete.
        case endBranch(Int)
        /// Enters a group with `until` or `within`.
        case enterGroup(Int, next: Int)
        /// Leaves it.
        case exitGroup(Int, next: Int)
        /// The pattern is complete.
        case accept
    }

    /// How the branches of a choice follow each other, their entries, and what comes after.
    struct ChoiceWiring {
        var link: Link
        var branches: [Int]
        var next: Int
    }

    private(set) var nodes: [Node] = [.accept]
    private(set) var root = 0
    private(set) var automaton = Automaton()
    private(set) var choiceWiring: [ChoiceWiring] = []
    /// Node that follows each step.
    private(set) var afterStep: [Int] = []
    private var scopes = 0
    private var openGroups: [Int] = []
    private var openLoops: [Int] = []
    private var openChoices: [Int] = []

    /// Builds the graph of a valid pattern.
    init(_ pattern: Pattern) {
        root = build(pattern, next: 0, lead: nil, fallback: Link(.followedBy))
    }

    private mutating func add(_ node: Node) -> Int {
        nodes.append(node)
        return nodes.count - 1
    }

    /// Builds `pattern` in front of `next` and returns its entry. `lead` is the link that leads in, nil at the front
    /// of the whole pattern; there `fallback` joins iterations.
    private mutating func build(_ pattern: Pattern, next: Int, lead: Link?, fallback: Link) -> Int {
        switch pattern.kind {
        case .event(let variable):
            automaton.steps.append(Automaton.Step(variable: variable, groups: openGroups, loops: openLoops, choices: openChoices))
            afterStep.append(next)
            return add(.step(automaton.steps.count - 1, next: next))
        case .sequence(let steps, let links):
            return buildSequence(steps, links, next: next, lead: lead, fallback: fallback)
        case .alternation(let branches):
            return add(.split(branches.map { build($0, next: next, lead: lead, fallback: fallback) }))
        case .repetition(let body, let minimum, let maximum, let reluctant, let link):
            return buildRepetition(
                body, minimum, maximum, isGreedy: !reluctant, iteration: link ?? (lead ?? fallback).withoutGap, next: next,
                lead: lead, fallback: fallback)
        case .group(let body, let until, let within):
            if until == nil && within == nil { return build(body, next: next, lead: lead, fallback: fallback) }
            let group = automaton.groups.count
            automaton.groups.append(Automaton.Group(until: until, within: within))
            let exit = add(.exitGroup(group, next: next))
            openGroups.append(group)
            let entry = build(body, next: exit, lead: lead, fallback: fallback)
            openGroups.removeLast()
            return add(.enterGroup(group, next: entry))
        case .permute(let branches):
            return buildChoice(branches, needed: branches.count, next: next, lead: lead)
        case .of(let count, let branches):
            return buildChoice(branches, needed: count, next: next, lead: lead)
        case .negation(let variable, let duration):
            automaton.negations.append(Automaton.Negation(variable: variable, duration: duration))
            return add(.negation(automaton.negations.count - 1, next: next))
        }
    }

    private mutating func buildSequence(_ steps: [Pattern], _ links: [Link], next: Int, lead: Link?, fallback: Link) -> Int {
        let scope = scopes
        scopes += 1
        // Steps are numbered in order of the text although the graph grows from its end: build each onto a
        // placeholder, then join.
        var entries: [Int] = []
        var joints: [Int] = []
        for (index, step) in steps.enumerated() {
            let isLast = index == steps.count - 1
            let joint = isLast ? next : add(.link(links[index], scope: scope, next: 0))
            joints.append(joint)
            let stepLead = index == 0 ? lead : links[index - 1]
            entries.append(build(step, next: joint, lead: stepLead, fallback: index == 0 && lead == nil ? links[0].withoutGap : fallback))
        }
        for index in 0..<(steps.count - 1) {
            nodes[joints[index]] = .link(links[index], scope: scope, next: entries[index + 1])
        }
        return add(.enterScope(scope, next: entries[0]))
    }

    private mutating func buildRepetition(
        _ body: Pattern, _ minimum: Int, _ maximum: Int?, isGreedy: Bool, iteration: Link, next: Int, lead: Link?, fallback: Link
    ) -> Int {
        let canBeEmpty = body.canBeEmpty
        let loop = automaton.loops.count
        automaton.loops.append(Automaton.Loop(minimum: canBeEmpty ? 0 : minimum, maximum: maximum, isGreedy: isGreedy))
        let end = add(.endOptional(loop, next: next))
        openLoops.append(loop)
        let entry = build(body, next: end, lead: lead, fallback: fallback)
        openLoops.removeLast()
        if maximum != 1 { nodes[end] = .endIteration(loop, body: entry, link: iteration, next: next) }
        let begin = add(.beginLoop(loop, next: entry))
        if minimum > 0 && !canBeEmpty { return begin }
        let bypass = add(.bypassLoop(loop, next: next))
        return add(.split(isGreedy ? [begin, bypass] : [bypass, begin]))
    }

    private mutating func buildChoice(_ branches: [Pattern], needed: Int, next: Int, lead: Link?) -> Int {
        let choice = automaton.choices.count
        var empty: UInt64 = 0
        for (index, branch) in branches.enumerated() where branch.canBeEmpty { empty |= 1 << UInt64(index) }
        automaton.choices.append(Automaton.Choice(branches: branches.count, needed: needed, emptyBranches: empty))
        choiceWiring.append(ChoiceWiring(link: lead ?? Link(.followedBy), branches: [], next: next))
        let link = lead ?? Link(.followedBy)
        var entries: [Int] = []
        openChoices.append(choice)
        for branch in branches {
            let end = add(.endBranch(choice))
            entries.append(build(branch, next: end, lead: link, fallback: link))
        }
        openChoices.removeLast()
        choiceWiring[choice].branches = entries
        return add(.beginChoice(choice))
    }
}

extension Pattern {
    /// True when the pattern can be complete without binding an event.
    var canBeEmpty: Bool {
        switch kind {
        case .event: return false
        case .sequence(let steps, _): return steps.allSatisfy(\.canBeEmpty)
        case .alternation(let branches): return branches.contains(where: \.canBeEmpty)
        case .repetition(let body, let minimum, _, _, _): return minimum == 0 || body.canBeEmpty
        case .group(let body, _, _): return body.canBeEmpty
        case .permute(let branches): return branches.allSatisfy(\.canBeEmpty)
        case .of(let count, let branches): return branches.filter(\.canBeEmpty).count >= count
        case .negation: return true
        }
    }
}

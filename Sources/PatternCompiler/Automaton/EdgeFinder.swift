import RuleLanguage

/// Follows the non-binding paths of a `PatternGraph` from one place, depth first in order of preference, and turns
/// each that ends at a step or at acceptance into an edge.
struct EdgeFinder {
    /// What a path has gone through since the last bound event.
    fileprivate struct Path: Hashable {
        enum LoopPassage: Hashable { case began, again }
        var node: Int
        /// The link that will join the next step; nil until one is passed.
        var link: Link?
        var negations: [Automaton.NegationUse] = []
        /// Loops under way in which this path has not bound anything yet.
        var passages: [Int: LoopPassage] = [:]
        var guards: [Automaton.Guard] = []
        var updates: [Automaton.Update] = []
        var loopsLeft: Set<Int> = []
        /// Those of them in which something was bound.
        var loopsExited: Set<Int> = []
        var groupsEntered: [Int] = []
        /// Sequences begun in which nothing has been passed yet: their links do not count.
        var freshScopes: Set<Int> = []
        /// Branches begun in which nothing was bound: they may not end.
        var freshBranches: Set<Int> = []

        func moved(to node: Int) -> Path {
            var path = self
            path.node = node
            return path
        }

        mutating func leave(_ loop: Int) {
            passages[loop] = nil
            loopsLeft.insert(loop)
        }
    }

    /// Most loops and optional steps that one path may leave or go round.
    private static let longestBypass = 1000

    private let graph: PatternGraph
    private var visited: Set<Path> = []
    private var edges: [Automaton.Edge] = []
    private var known: Set<Automaton.Edge> = []
    /// What has been spent of the whole pattern's budget, over all places.
    private(set) var effort = 0
    private let budget: Int

    init(graph: PatternGraph, budget: Int) {
        self.graph = graph
        self.budget = budget
    }

    /// The ordered edges from `node`; nil when the budget is used up.
    mutating func edges(from node: Int) -> [Automaton.Edge]? {
        visited = []
        edges = []
        known = []
        var stack = [Path(node: node)]
        while let path = stack.popLast() {
            // A path costs more to copy the more it has gone round.
            effort += 1 + path.loopsLeft.count / 64
            if effort > budget || path.loopsLeft.count > Self.longestBypass { return nil }
            guard visited.insert(path).inserted else { continue }
            // The stack is last in, first out: the preferred way is pushed last.
            stack.append(contentsOf: step(path).reversed())
        }
        return edges
    }

    /// Takes one node: records an edge at a binding node, otherwise returns the ways on, the preferred first.
    private mutating func step(_ path: Path) -> [Path] {
        switch graph.nodes[path.node] {
        case .accept:
            record(path, target: nil)
            return []
        case .step(let step, _):
            record(path, target: step)
            return []
        case .split(let ways):
            return ways.map { path.moved(to: $0) }
        case .enterScope(let scope, let next):
            var path = path.moved(to: next)
            path.freshScopes.insert(scope)
            return [path]
        case .link(let link, let scope, let next):
            var path = path.moved(to: next)
            if !path.freshScopes.contains(scope) { path.link = link }
            return [path]
        case .negation(let negation, let next):
            var path = path.moved(to: next)
            path.negations.append(
                Automaton.NegationUse(
                    negation: negation, reach: path.link?.contiguity ?? .followedBy, loopsLeft: path.loopsExited.sorted()))
            path.freshScopes = []
            return [path]
        case .beginLoop(let loop, let next):
            var path = path.moved(to: next)
            path.passages[loop] = .began
            return [path]
        case .bypassLoop(let loop, let next), .endOptional(let loop, let next):
            var path = path.moved(to: next)
            path.leave(loop)
            return [path]
        case .endIteration(let loop, let body, let link, let next):
            return endIteration(path, loop, body: body, link: link, next: next)
        case .beginChoice(let choice):
            return beginChoice(path, choice)
        case .endBranch(let choice):
            return endBranch(path, choice)
        case .enterGroup(let group, let next):
            var path = path.moved(to: next)
            path.groupsEntered.append(group)
            return [path]
        case .exitGroup(let group, let next):
            var path = path.moved(to: next)
            path.groupsEntered.removeAll { $0 == group }
            return [path]
        }
    }

    private func endIteration(_ path: Path, _ loop: Int, body: Int, link: Link, next: Int) -> [Path] {
        var out = path.moved(to: next)
        let properties = graph.automaton.loops[loop]
        // An iteration that has bound nothing ends the loop, as in SQL:2016 and the usual regular expressions.
        let isEmpty = path.passages[loop] != nil
        if path.passages[loop] != .began { out.loopsExited.insert(loop) }
        out.leave(loop)
        if isEmpty { return [out] }
        if properties.minimum > 1 { out.guards.append(.atLeast(loop: loop, properties.minimum)) }
        var again = path.moved(to: body)
        again.passages[loop] = .again
        again.link = link
        return properties.isGreedy ? [again, out] : [out, again]
    }

    private func beginChoice(_ path: Path, _ choice: Int) -> [Path] {
        let properties = graph.automaton.choices[choice]
        let wiring = graph.choiceWiring[choice]
        var ways: [Path] = []
        for (branch, entry) in wiring.branches.enumerated() {
            var way = path.moved(to: entry)
            way.updates.append(.beginBranch(choice: choice, branch))
            way.freshBranches.insert(choice)
            ways.append(way)
        }
        if properties.emptyBranches.nonzeroBitCount >= properties.needed { ways.append(path.moved(to: wiring.next)) }
        return ways
    }

    private func endBranch(_ path: Path, _ choice: Int) -> [Path] {
        // A branch that can be empty counts as complete by itself; going through it empty is no way of its own.
        guard !path.freshBranches.contains(choice) else { return [] }
        let wiring = graph.choiceWiring[choice]
        var out = path.moved(to: wiring.next)
        out.guards.append(.complete(choice: choice))
        var ways: [Path] = []
        for (branch, entry) in wiring.branches.enumerated() {
            var way = path.moved(to: entry)
            way.guards.append(.branchOpen(choice: choice, branch))
            way.updates.append(.addBranch(choice: choice, branch))
            way.freshBranches.insert(choice)
            way.link = wiring.link
            ways.append(way)
        }
        return ways + [out]
    }

    private mutating func record(_ path: Path, target: Int?) {
        var guards = path.guards
        var updates: [Automaton.Update] = []
        for (loop, passage) in path.passages.sorted(by: { $0.key < $1.key }) {
            let properties = graph.automaton.loops[loop]
            switch passage {
            case .began:
                if properties.isCounted { updates.append(.begin(loop: loop)) }
            case .again:
                if let maximum = properties.maximum { guards.append(.below(loop: loop, maximum)) }
                if properties.isCounted { updates.append(.again(loop: loop)) }
            }
        }
        let link = target == nil ? Link(.followedBy) : path.link ?? Link(.followedBy)
        let edge = Automaton.Edge(
            target: target, contiguity: link.contiguity, minimumGap: link.minimumGap, maximumGap: link.maximumGap,
            guards: guards, updates: updates + path.updates, negations: path.negations,
            loopsTaken: path.passages.keys.filter { isLoop($0) }.sorted(),
            loopsRepeated: path.passages.filter { $0.value == .again }.keys.sorted(),
            loopsLeft: path.loopsLeft.filter { isLoop($0) }.sorted(), groupsEntered: path.groupsEntered)
        if known.insert(edge).inserted { edges.append(edge) }
    }

    /// `?` and `{1}` are no loops.
    private func isLoop(_ loop: Int) -> Bool { graph.automaton.loops[loop].maximum != 1 }
}

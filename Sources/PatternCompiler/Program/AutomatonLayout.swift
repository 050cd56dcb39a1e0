import EventEngine
import RuleLanguage

/// Lays an automaton out as the flat tables of the engine.
struct AutomatonLayout {
    private let automaton: Automaton
    private let emit: Rule.Emit
    private var tables = AutomatonProgram.Tables()
    /// Word of each counted loop, choice and timed group among a thread's counts.
    private var loopWord: [Int: Int] = [:]
    private var choiceWord: [Int: Int] = [:]
    private var groupWord: [Int: Int] = [:]
    private var leadingIndex: [Int: Int] = [:]
    /// What two awaited edges must share to be the same for `prefer: latest`, the counts aside.
    private struct Likeness: Hashable {
        var target: Int?
        var contiguity: Link.Contiguity
        var onceIterated: [Int]
        var words: [Int]
    }
    private var likenesses: [Likeness: Int32] = [:]

    /// `within` is the rule's, nanoseconds.
    static func tables(of automaton: Automaton, emit: Rule.Emit, within: Int64?) -> AutomatonProgram.Tables {
        var layout = AutomatonLayout(automaton: automaton, emit: emit)
        layout.assignWords()
        layout.assignLeading(within: within)
        let widest = automaton.follow.map(\.count).max() ?? 1
        layout.tables.maskWords = max(1, (widest + 63) / 64)
        layout.tables.start = layout.reachableStart().map { layout.edge($0, from: nil) }
        for edges in automaton.follow { layout.addState(edges) }
        return layout.tables
    }

    private init(automaton: Automaton, emit: Rule.Emit) {
        self.automaton = automaton
        self.emit = emit
    }

    /// Under `final` the empty match is preferred to whatever comes behind it, and no match may be empty.
    private func reachableStart() -> [Automaton.Edge] {
        guard emit == .final, let empty = automaton.start.firstIndex(where: { $0.target == nil }) else {
            return automaton.start.filter { $0.target != nil }
        }
        return Array(automaton.start[..<empty])
    }

    private mutating func assignWords() {
        var next = 0
        for (index, loop) in automaton.loops.enumerated() where loop.isCounted {
            loopWord[index] = next
            next += 1
        }
        for (index, choice) in automaton.choices.enumerated() {
            choiceWord[index] = next
            tables.choices[Int32(next)] = (needed: choice.needed, emptyBranches: choice.emptyBranches)
            next += 1
        }
        for (index, group) in automaton.groups.enumerated() where group.within != nil {
            groupWord[index] = next
            next += 1
        }
        tables.countWords = next
    }

    private mutating func assignLeading(within: Int64?) {
        for edge in automaton.start {
            for use in edge.negations where leadingIndex[use.negation] == nil {
                let negation = automaton.negations[use.negation]
                leadingIndex[use.negation] = tables.leadingVariables.count
                tables.leadingVariables.append(Int32(negation.variable))
                tables.leadingReach.append(negation.duration ?? within ?? .max)
            }
        }
    }

    private mutating func addState(_ edges: [Automaton.Edge]) {
        let first = tables.edges.count
        var anyMask: Set<Int> = []
        var strictMask: Set<Int> = []
        var pendingMask: Set<Int> = []
        for (index, source) in edges.enumerated() {
            var flat = edge(source, from: edges)
            if emit == .all { flat.restricts = restriction(of: source, among: edges) }
            tables.edges.append(flat)
            if source.target == nil {
                if flat.isPendingAccept { pendingMask.insert(index) }
                if source.negations.last?.reach == .followedByAny { anyMask.insert(index) }
                continue
            }
            if source.contiguity == .followedByAny { anyMask.insert(index) }
            if source.contiguity == .next { strictMask.insert(index) }
        }
        let negations = addNegations(edges)
        let state = AutomatonProgram.State(
            edges: AutomatonProgram.Run(start: first, count: edges.count), negations: negations, anyMask: addMask(anyMask),
            strictMask: addMask(strictMask), pendingMask: addMask(pendingMask))
        tables.states.append(state)
    }

    private mutating func addMask(_ bits: Set<Int>) -> Int {
        let start = tables.masks.count
        tables.masks += Array(repeating: 0, count: tables.maskWords)
        for bit in bits { tables.masks[start + bit / 64] |= 1 << UInt64(bit & 63) }
        return start
    }

    /// Mask of the edges that leave a greedy loop which `edge` begins or repeats; -1 when there are none.
    private mutating func restriction(of edge: Automaton.Edge, among edges: [Automaton.Edge]) -> Int32 {
        // A loop that the edge leaves and begins anew is another run of it.
        let greedy = Set(edge.loopsTaken.filter { automaton.loops[$0].isGreedy }).subtracting(edge.loopsLeft)
        if greedy.isEmpty { return -1 }
        let leaving = edges.indices.filter { !greedy.isDisjoint(with: edges[$0].loopsLeft) }
        return leaving.isEmpty ? -1 : Int32(addMask(Set(leaving)))
    }

    /// One entry for each negation, reach and set of loops that it covers.
    private mutating func addNegations(_ edges: [Automaton.Edge]) -> AutomatonProgram.Run {
        let start = tables.negations.count
        var seen: Set<Automaton.NegationUse> = []
        for use in edges.flatMap(\.negations) where seen.insert(use).inserted {
            let through = Set(edges.indices.filter { edges[$0].negations.contains(use) })
            let loops = Set(use.loopsLeft)
            let again = edges.indices.filter { !loops.isDisjoint(with: edges[$0].loopsRepeated) }
            let behind = edges.indices.filter { edges[$0].negations.contains { $0.negation == use.negation } }
            let negation = automaton.negations[use.negation]
            tables.negations.append(
                AutomatonProgram.NegationUse(
                    variable: negation.variable, isStrict: use.isStrict, duration: negation.duration ?? -1, behind: addMask(Set(behind)),
                    through: addMask(through), covers: addMask(through.union(again))))
        }
        return AutomatonProgram.Run(start: start, count: tables.negations.count - start)
    }

    private mutating func edge(_ source: Automaton.Edge, from siblings: [Automaton.Edge]?) -> AutomatonProgram.Edge {
        let contiguity: AutomatonProgram.Contiguity
        switch source.contiguity {
        case .followedBy: contiguity = .relaxed
        case .followedByAny: contiguity = .any
        case .next: contiguity = .strict
        }
        let variable = source.target.map { automaton.steps[$0].variable } ?? -1
        var flat = AutomatonProgram.Edge(target: source.target ?? -1, variable: variable, contiguity: contiguity)
        flat.minimumGap = source.minimumGap ?? 0
        flat.maximumGap = source.maximumGap ?? .max
        flat.guards = add(source.guards.map(operation))
        flat.updates = add(updates(of: source))
        if siblings == nil {
            flat.leading = addLeading(source.negations)
            flat.minimumGap = 0
            flat.maximumGap = .max
        } else {
            applyNegations(source, to: &flat)
        }
        addGroups(source, to: &flat)
        addLikeness(source, to: &flat)
        return flat
    }

    private func applyNegations(_ source: Automaton.Edge, to flat: inout AutomatonProgram.Edge) {
        for use in source.negations {
            let duration = automaton.negations[use.negation].duration
            if source.target != nil {
                if let duration { flat.delay = max(flat.delay, duration) }
            } else if let duration {
                flat.absence = max(flat.absence, duration)
            } else {
                flat.absenceToEnd = true
            }
        }
    }

    private mutating func addGroups(_ source: Automaton.Edge, to flat: inout AutomatonProgram.Edge) {
        guard let target = source.target else { return }
        let untilStart = tables.untils.count
        let withinStart = tables.withins.count
        for group in automaton.steps[target].groups {
            let enters = source.groupsEntered.contains(group)
            if let until = automaton.groups[group].until {
                tables.untils.append(
                    AutomatonProgram.UntilUse(variable: until, survives: enters && source.contiguity == .followedByAny))
            }
            if let within = automaton.groups[group].within, let word = groupWord[group], !enters {
                tables.withins.append(AutomatonProgram.WithinUse(word: word, duration: within))
            }
        }
        flat.untils = AutomatonProgram.Run(start: untilStart, count: tables.untils.count - untilStart)
        flat.withins = AutomatonProgram.Run(start: withinStart, count: tables.withins.count - withinStart)
    }

    /// Counts that matter to an awaited step: iterations begun of the loops around it, at most their minimum where they
    /// are unbounded, and branches taken. A loop that the edge begins has none yet.
    private mutating func addLikeness(_ source: Automaton.Edge, to flat: inout AutomatonProgram.Edge) {
        var likeness = Likeness(target: source.target, contiguity: source.contiguity, onceIterated: [], words: [])
        if let target = source.target {
            let begun = Set(source.loopsTaken).subtracting(source.loopsRepeated)
            for loop in automaton.steps[target].loops where !begun.contains(loop) {
                if let word = loopWord[loop] {
                    likeness.words.append(word)
                } else if automaton.loops[loop].maximum == nil && automaton.loops[loop].minimum == 1 {
                    likeness.onceIterated.append(loop)
                }
            }
            for choice in automaton.steps[target].choices { likeness.words.append(choiceWord[choice]!) }
        }
        flat.likeness = likenesses[likeness] ?? Int32(likenesses.count)
        likenesses[likeness] = flat.likeness
        flat.compared = AutomatonProgram.Run(start: tables.comparedWords.count, count: likeness.words.count)
        for word in likeness.words { tables.comparedWords.append(comparedWord(word, source)) }
    }

    /// A word as it is compared: of a choice with the branch that the edge takes, so that a thread before its branch's
    /// first event is like one behind it.
    private func comparedWord(_ word: Int, _ source: Automaton.Edge) -> AutomatonProgram.ComparedWord {
        var compared = AutomatonProgram.ComparedWord(word: word)
        for update in source.updates {
            switch update {
            case .beginBranch(let choice, let branch) where choiceWord[choice] == word:
                compared.kept = 0
                compared.added = 1 << UInt64(branch)
            case .addBranch(let choice, let branch) where choiceWord[choice] == word:
                compared.added = 1 << UInt64(branch)
            default: break
            }
        }
        return compared
    }

    private mutating func addLeading(_ uses: [Automaton.NegationUse]) -> AutomatonProgram.Run {
        let start = tables.leading.count
        for use in uses {
            tables.leading.append(
                AutomatonProgram.LeadingNegation(
                    index: leadingIndex[use.negation]!, duration: automaton.negations[use.negation].duration ?? -1))
        }
        return AutomatonProgram.Run(start: start, count: uses.count)
    }

    private mutating func add(_ operations: [AutomatonProgram.Operation]) -> AutomatonProgram.Run {
        let start = tables.operations.count
        tables.operations += operations
        return AutomatonProgram.Run(start: start, count: operations.count)
    }

    private func operation(_ test: Automaton.Guard) -> AutomatonProgram.Operation {
        switch test {
        case .atLeast(let loop, let count):
            return AutomatonProgram.Operation(.atLeast, index: loopWord[loop]!, value: Int64(count))
        case .below(let loop, let count):
            return AutomatonProgram.Operation(.below, index: loopWord[loop]!, value: Int64(count))
        case .branchOpen(let choice, let branch):
            return AutomatonProgram.Operation(.branchOpen, index: choiceWord[choice]!, value: Int64(branch))
        case .complete(let choice):
            return AutomatonProgram.Operation(.complete, index: choiceWord[choice]!, value: 0)
        }
    }

    private func updates(of edge: Automaton.Edge) -> [AutomatonProgram.Operation] {
        var operations: [AutomatonProgram.Operation] = []
        for update in edge.updates {
            switch update {
            case .begin(let loop):
                operations.append(AutomatonProgram.Operation(.set, index: loopWord[loop]!, value: 1))
            case .again(let loop):
                let properties = automaton.loops[loop]
                let most = Int64(properties.maximum ?? properties.minimum)
                operations.append(AutomatonProgram.Operation(.increment, index: loopWord[loop]!, value: most))
            case .beginBranch(let choice, let branch):
                operations.append(AutomatonProgram.Operation(.setBranch, index: choiceWord[choice]!, value: Int64(branch)))
            case .addBranch(let choice, let branch):
                operations.append(AutomatonProgram.Operation(.addBranch, index: choiceWord[choice]!, value: Int64(branch)))
            }
        }
        for group in edge.groupsEntered {
            if let word = groupWord[group] { operations.append(AutomatonProgram.Operation(.startGroup, index: word, value: 0)) }
        }
        return operations
    }
}

/// Walks two patterns side by side from the start, place by place, and finds where they differ (`PatternMapping`).
struct PlaceExplorer {
    /// Patterns of more places let nothing go on.
    private static let mostPlaces = 20_000
    /// Words that the names of all places may have.
    private static let mostWords = 4_000_000

    /// Names a place: states and counts in both patterns.
    private struct Name: Hashable {
        var state: Int
        var counts: [UInt64]
        var newState: Int
        var newCounts: [UInt64]
    }

    /// A way on that the old pattern has at a place.
    private struct Way {
        var edge: Int
        /// The same edge of the new pattern, and where it leads; nil: it has none.
        var new: (edge: Int, place: Int)?
    }

    private let old: RuleShape
    private let new: RuleShape
    private let variables: [String: Int]
    private let counts: (old: Int, new: Int)
    let hasSameInput: Bool
    /// What becomes of a thread depends on no other.
    let isIndependent: Bool
    private(set) var places: [PatternMapping.Place] = []
    private(set) var begins: [(old: Int, new: Int, step: PatternMapping.Step)] = []
    private var names: [Name: Int] = [:]
    private var pending: [Name] = []
    private var ways: [[Way]] = []
    /// Places from which a thread may come to where the patterns differ.
    private var isLeaking: [Bool] = []

    /// `counts` is how many words for counts a thread has in each pattern.
    init(_ old: RuleShape, _ new: RuleShape, counts: (Int, Int), variables: [String]) {
        self.old = old
        self.new = new
        self.counts = counts
        self.variables = Dictionary(zip(variables, variables.indices), uniquingKeysWith: { first, _ in first })
        hasSameInput = old.streams == new.streams
        isIndependent = old.emitsAll && !new.emitsTimeouts
    }

    /// Finds everything; false when there are too many places.
    mutating func explore() -> Bool {
        let zeros = (Array(repeating: UInt64(0), count: counts.old), Array(repeating: UInt64(0), count: counts.new))
        let pairs = Self.pairs(old.start, Array(old.start.indices), new.start, Array(new.start.indices))
        let first: [Way] = old.start.indices.map { edge in
            let pair = pairs.first { $0.old == edge }
            return Way(edge: edge, new: pair.map { ($0.new, place(old.start[edge], new.start[$0.new], zeros)) })
        }
        while names.count > places.count {
            guard names.count <= Self.mostPlaces, names.count * (counts.old + counts.new) <= Self.mostWords else { return false }
            visit(pending[places.count])
        }
        findLeaks()
        for place in places.indices { connect(place) }
        let added = new.start.indices.filter { edge in !pairs.contains { $0.new == edge } }
        for way in first {
            let isAlone = isIndependent || added.allSatisfy { isApart(new.start[$0], old.start[way.edge], new) }
            guard let next = way.new, isAlone, isClosed(way, among: first, old.start, isLoose: false) else { continue }
            begins.append((way.edge, next.edge, step(next.place, new.start[next.edge])))
        }
        return true
    }

    /// The place that both edges lead to.
    private mutating func place(_ edge: RuleShape.Edge, _ newEdge: RuleShape.Edge, _ counts: (old: [UInt64], new: [UInt64])) -> Int {
        let name = Name(
            state: edge.target ?? 0, counts: edge.updates.reduce(into: counts.old) { $1.apply(to: &$0, time: 0) },
            newState: newEdge.target ?? 0, newCounts: newEdge.updates.reduce(into: counts.new) { $1.apply(to: &$0, time: 0) })
        if let known = names[name] { return known }
        names[name] = names.count
        pending.append(name)
        return names.count - 1
    }

    private mutating func visit(_ name: Name) {
        let state = old.states[name.state]
        let newState = new.states[name.newState]
        let awaited = old.awaited(state, name.counts)
        let fresh = new.awaited(newState, name.newCounts)
        let pairs = Self.pairs(state.edges, awaited, newState.edges, fresh)
        let likeness = likeness(state, awaited, newState, fresh, pairs)
        let canAccept = awaited.contains { state.edges[$0].isPlainAccept } || fresh.contains { newState.edges[$0].isPlainAccept }
        places.append(
            PatternMapping.Place(
                state: name.state, counts: name.counts, newState: name.newState, likeness: likeness, edges: pairs,
                fresh: fresh.filter { !newState.edges[$0].isPlainAccept }, canAccept: canAccept))
        var onward: [Way] = []
        // No attempt is beyond the end.
        let isEnd = old.endsAtAccept && awaited.contains { state.edges[$0].isPlainAccept }
        if likeness != .other && !isEnd {
            for edge in awaited where state.edges[edge].target != nil {
                let pair = pairs.first { $0.old == edge }
                let next = pair.map {
                    (edge: $0.new, place: place(state.edges[edge], newState.edges[$0.new], (name.counts, name.newCounts)))
                }
                onward.append(Way(edge: edge, new: next))
            }
        }
        ways.append(onward)
        isLeaking.append(!isEnd && (likeness == .other || onward.contains { $0.new == nil }))
    }

    private func likeness(
        _ state: RuleShape.State, _ awaited: [Int], _ newState: RuleShape.State, _ fresh: [Int], _ pairs: [(old: Int, new: Int)]
    ) -> PatternMapping.Likeness {
        if !hasSameInput {
            // The very next event of the other input is not known.
            let isStrict = awaited.contains { state.edges[$0].isStrict } || state.hasStrictNegation
            if isStrict { return .other }
        }
        guard state.ties.isEmpty && newState.ties.isEmpty else {
            // What ties edges together names them by number.
            let isSame = state.ties == newState.ties && state.edges.map(\.look) == newState.edges.map(\.look) && awaited == fresh
            return isSame && pairs.allSatisfy { $0.old == $0.new } ? .same : .other
        }
        guard pairs.count == fresh.count else { return .other }
        if pairs.count == awaited.count { return .same }
        let isPlain = !old.emitsAll && awaited.allSatisfy { edge in !state.edges[edge].isAny }
        let removed = awaited.filter { edge in !pairs.contains { $0.old == edge } }
        return isPlain && removed.allSatisfy { state.edges[$0].target != nil } ? .fewer : .other
    }

    /// Edges that look the same, in the order of both.
    private static func pairs(
        _ edges: [RuleShape.Edge], _ awaited: [Int], _ newEdges: [RuleShape.Edge], _ fresh: [Int]
    ) -> [(old: Int, new: Int)] {
        var pairs: [(old: Int, new: Int)] = []
        var rest = fresh[...]
        for edge in awaited {
            guard let found = rest.firstIndex(where: { newEdges[$0].look == edges[edge].look }) else { continue }
            pairs.append((edge, rest[found]))
            rest = rest[(found + 1)...]
        }
        return pairs
    }

    /// Spreads leaks against the ways.
    private mutating func findLeaks() {
        var before: [[Int]] = Array(repeating: [], count: places.count)
        for place in places.indices { for way in ways[place] { if let next = way.new { before[next.place].append(place) } } }
        var pending = places.indices.filter { isLeaking[$0] }
        while let place = pending.popLast() {
            for other in before[place] where !isLeaking[other] {
                isLeaking[other] = true
                pending.append(other)
            }
        }
    }

    /// Gives a place the steps that are safe to have taken.
    private mutating func connect(_ place: Int) {
        let edges = old.states[places[place].state].edges
        let newEdges = new.states[places[place].newState].edges
        let isLoose = old.emitsAll || ways[place].contains { edges[$0.edge].isAny }
        places[place].canWait = isIndependent || !isLoose || !ways[place].contains(where: leaks)
        for way in ways[place] {
            guard let next = way.new, let target = edges[way.edge].target, isClosed(way, among: ways[place], edges, isLoose: isLoose)
            else { continue }
            places[place].steps[target, default: []].append(step(next.place, newEdges[next.edge]))
        }
    }

    /// True when no thread can have gone where the patterns differ at a place that was left by `taken`.
    private func isClosed(_ taken: Way, among ways: [Way], _ edges: [RuleShape.Edge], isLoose: Bool) -> Bool {
        isIndependent
            || ways.allSatisfy { other in
                guard leaks(other) else { return true }
                // The same step may have taken an earlier event before.
                if other.edge == taken.edge { return !isLoose || !(old.emitsAll || edges[taken.edge].isAny) }
                return !isLoose && isApart(edges[other.edge], edges[taken.edge], old)
            }
    }

    private func leaks(_ way: Way) -> Bool { way.new.map { isLeaking[$0.place] } ?? true }

    private func isApart(_ one: RuleShape.Edge, _ other: RuleShape.Edge, _ shape: RuleShape) -> Bool {
        guard let one = one.variable, let other = other.variable else { return false }
        return shape.apart.contains(RuleShape.Pair(one, other))
    }

    private func step(_ place: Int, _ edge: RuleShape.Edge) -> PatternMapping.Step {
        PatternMapping.Step(place: place, variable: edge.variable.flatMap { variables[$0] } ?? 0, updates: edge.updates)
    }
}

extension RuleShape {
    /// The edges that a thread with these counts awaits, by number.
    fileprivate func awaited(_ state: State, _ counts: [UInt64]) -> [Int] {
        state.edges.indices.filter { index in state.edges[index].guards.allSatisfy { passes($0, counts) } }
    }

    /// As `RuleMachine.passes`.
    private func passes(_ test: Operation, _ counts: [UInt64]) -> Bool {
        let word = counts[test.word]
        switch test.operation {
        case .atLeast: return Int64(bitPattern: word) >= test.value
        case .below: return Int64(bitPattern: word) < test.value
        case .branchOpen: return word >> UInt64(test.value) & 1 == 0 && !isComplete(test.word, word)
        case .complete: return isComplete(test.word, word)
        case .set, .increment, .setBranch, .addBranch, .startGroup: return true
        }
    }

    private func isComplete(_ word: Int, _ bits: UInt64) -> Bool {
        guard let choice = choices[word] else { return true }
        return Int64((bits | choice.emptyBranches).nonzeroBitCount) >= choice.needed
    }
}

extension RuleShape.Operation {
    /// As `RuleMachine.apply`.
    func apply(to counts: inout [UInt64], time: Int64) {
        switch operation {
        case .set: counts[word] = UInt64(bitPattern: value)
        case .increment: if Int64(bitPattern: counts[word]) < value { counts[word] &+= 1 }
        case .setBranch: counts[word] = 1 << UInt64(value)
        case .addBranch: counts[word] |= 1 << UInt64(value)
        case .startGroup: counts[word] = UInt64(bitPattern: time)
        case .atLeast, .below, .branchOpen, .complete: break
        }
    }
}

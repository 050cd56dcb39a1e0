/// Finds how many more events a thread needs at least, by breadth-first search over steps and counts. Remembers what it has found.
final class RemainingSteps {
    private struct Place: Hashable {
        var state: Int32
        var counts: [UInt64]
    }

    /// Most places that one search looks at.
    private static let effort = 4096
    /// Most places that are remembered.
    private static let memory = 65_536

    private unowned let machine: RuleMachine
    /// Words that hold times of groups: they do not bear on what is awaited.
    private let timeWords: Set<Int>
    private var known: [Place: Int?] = [:]
    private let scratch: UnsafeMutablePointer<UInt64>

    init(_ machine: RuleMachine) {
        self.machine = machine
        timeWords = Set(machine.automaton.operations.filter { $0.operation == .startGroup }.map { Int($0.index) })
        scratch = .allocate(capacity: max(1, machine.automaton.countWords))
    }

    deinit { scratch.deallocate() }

    /// Of a thread that awaits `edges` of its state with these counts; 0 when acceptance is awaited, nil when it is too far away.
    func remaining(state: Int32, edges: [Int], counts: UnsafePointer<UInt64>) -> Int? {
        let whole = machine.automaton.states[Int(state)]
        var least: Int?
        for index in edges {
            let edge = machine.automaton.edges[Int(whole.edges.start) + index]
            guard edge.target >= 0 else { return 0 }
            if let behind = remaining(
                place(behind: edge, counts: Array(UnsafeBufferPointer(start: counts, count: machine.automaton.countWords))))
            {
                least = min(least ?? .max, behind + 1)
            }
        }
        return least
    }

    /// From the start: what a whole match needs at least.
    var fromStart: Int? {
        let zero = [UInt64](repeating: 0, count: machine.automaton.countWords)
        return machine.automaton.start.filter { $0.target >= 0 }.compactMap { remaining(place(behind: $0, counts: zero)) }.min().map {
            $0 + 1
        }
    }

    private func place(behind edge: AutomatonProgram.Edge, counts: [UInt64]) -> Place {
        for (index, count) in counts.enumerated() { scratch[index] = timeWords.contains(index) ? 0 : count }
        machine.apply(edge.updates, to: scratch, time: 0)
        return Place(state: edge.target, counts: Array(UnsafeBufferPointer(start: scratch, count: counts.count)))
    }

    private func remaining(_ place: Place) -> Int? {
        if let found = known[place] { return found }
        let result = search(from: place)
        if known.count >= Self.memory { known.removeAll() }
        known[place] = .some(result)
        return result
    }

    private func search(from start: Place) -> Int? {
        var seen: Set<Place> = [start]
        var level = [start]
        var depth = 0
        while !level.isEmpty, seen.count < Self.effort {
            var next: [Place] = []
            for place in level {
                let state = machine.automaton.states[Int(place.state)]
                for index in 0..<Int(state.edges.count) {
                    let edge = machine.automaton.edges[Int(state.edges.start) + index]
                    for (word, count) in place.counts.enumerated() { scratch[word] = count }
                    if edge.guards.count > 0, !machine.passes(edge.guards, scratch) { continue }
                    guard edge.target >= 0 else { return depth }
                    let behind = self.place(behind: edge, counts: place.counts)
                    if seen.insert(behind).inserted { next.append(behind) }
                }
            }
            level = next
            depth += 1
        }
        return nil
    }
}

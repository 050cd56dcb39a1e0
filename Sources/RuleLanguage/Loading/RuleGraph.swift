/// A directed graph over the rules of a set: an edge from each rule to the rules that can see its matches.
public struct RuleGraph: Sendable {
    /// Of each rule, by index, the rules that it feeds, in rising order.
    public let edges: [[Int]]

    /// Makes a graph; every target must be an index of `edges`.
    public init(edges: [[Int]]) {
        self.edges = edges
    }

    /// The graph of rules that see each other's matches.
    public init(rules: [Rule]) {
        let consumers = rules.indices.filter { MatchVisibility.readsMatches(rules[$0]) }
        edges = rules.map { feeder in consumers.filter { MatchVisibility.canSee(rules[$0], matchesOf: feeder) } }
    }

    /// Every index once, feeders before those they feed, otherwise in rising order; nil when there is a circle.
    public var topologicalOrder: [Int]? {
        var incoming = [Int](repeating: 0, count: edges.count)
        for target in edges.joined() { incoming[target] += 1 }
        var ready = Set(edges.indices.filter { incoming[$0] == 0 })
        var order: [Int] = []
        while let next = ready.min() {
            ready.remove(next)
            order.append(next)
            for target in edges[next] {
                incoming[target] -= 1
                if incoming[target] == 0 { ready.insert(target) }
            }
        }
        return order.count == edges.count ? order : nil
    }

    /// The circles: for each set of rules that reach each other (or a rule that feeds itself) one shortest path from its
    /// first rule back to it, that rule at both ends.
    public var cycles: [[Int]] {
        var covered: Set<Int> = []
        return edges.indices.compactMap { start in
            guard !covered.contains(start), let path = shortestCycle(through: start) else { return nil }
            let forward = reachable(from: start)
            covered.formUnion(forward.filter { reachable(from: $0).contains(start) })
            return path
        }
    }

    private func reachable(from start: Int) -> Set<Int> {
        var found: Set<Int> = []
        var open = [start]
        while let next = open.popLast() {
            for target in edges[next] where found.insert(target).inserted { open.append(target) }
        }
        return found
    }

    private func shortestCycle(through start: Int) -> [Int]? {
        var previous: [Int: Int] = [:]
        var queue = [start]
        var head = 0
        while head < queue.count {
            let next = queue[head]
            head += 1
            for target in edges[next] {
                if target == start {
                    var path = [start]
                    var step = next
                    while step != start {
                        path.insert(step, at: 0)
                        step = previous[step]!
                    }
                    return [start] + path
                }
                guard previous[target] == nil else { continue }
                previous[target] = next
                queue.append(target)
            }
        }
        return nil
    }
}

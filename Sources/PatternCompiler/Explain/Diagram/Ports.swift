/// Where arrows touch the upper and lower edges of boxes: in order of where they come from, a little apart.
struct Ports {
    /// By edge of the diagram: the x of its ends.
    private(set) var ends: [Int: (upper: Double, lower: Double)] = [:]

    private static let distance = 12.0

    /// Ports for the routes of a graph whose items stand at `x`.
    init(_ graph: LayeredGraph, _ x: [Double], _ boxes: [DiagramLayout.Box]) {
        var leaving: [Int: [(edge: Int, x: Double)]] = [:]
        var entering: [Int: [(edge: Int, x: Double)]] = [:]
        for route in graph.routes {
            guard let first = route.points.first, let last = route.points.last else { continue }
            leaving[route.upper, default: []].append((route.edge, x[first]))
            entering[route.lower, default: []].append((route.edge, x[last]))
            ends[route.edge] = (x[first], x[last])
        }
        for (node, arrows) in leaving {
            for (edge, port) in Self.place(arrows, on: boxes[node]) { ends[edge]?.upper = port }
        }
        for (node, arrows) in entering {
            for (edge, port) in Self.place(arrows, on: boxes[node]) { ends[edge]?.lower = port }
        }
    }

    private static func place(_ arrows: [(edge: Int, x: Double)], on box: DiagramLayout.Box) -> [(edge: Int, port: Double)] {
        let sorted = arrows.sorted { ($0.x, $0.edge) < ($1.x, $1.edge) }
        let reach = max(0, box.width / 2 - distance)
        let desired = sorted.map { min(max($0.x, box.center.x - reach), box.center.x + reach) }
        let gap = min(distance, 2 * reach / Double(max(1, sorted.count - 1)))
        let placed = Spacing.place(
            desired: desired, weights: Array(repeating: 1, count: sorted.count), separations: Array(repeating: gap, count: sorted.count))
        let overhang = max(0, (placed.last ?? 0) - box.center.x - reach) - max(0, box.center.x - reach - (placed.first ?? 0))
        return zip(sorted, placed).map { ($0.edge, $1 - overhang) }
    }
}

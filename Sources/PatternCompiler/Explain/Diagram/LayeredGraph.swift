/// A diagram cut into layers from top to bottom (after Sugiyama, Tagawa, Toda: "Methods for visual understanding of
/// hierarchical system structures", 1981): nodes on even layers, and on every layer that an arrow crosses a point of its
/// own, the one next to the arrow's source as wide as its label.
struct LayeredGraph {
    /// A node, or a point of an arrow.
    struct Item {
        /// Layer from the top.
        let layer: Int
        /// Room to the left of its anchor, pixels.
        let left: Double
        /// Room to the right of its anchor, pixels.
        let right: Double
        let height: Double
        /// Neighbours in the layer above and their weights.
        var above: [(item: Int, weight: Double)] = []
        /// Neighbours in the layer below and their weights.
        var below: [(item: Int, weight: Double)] = []
    }

    /// An arrow between two layers.
    struct Route {
        let edge: Int
        /// Its points from top to bottom, without the nodes at its ends.
        let points: [Int]
        /// The point that carries the label; nil when it has none.
        let label: Int?
        let upper: Int
        let lower: Int
        /// True when it leads upwards.
        let isBack: Bool
    }

    /// Nodes of the diagram, then points of arrows.
    private(set) var items: [Item] = []
    /// Arrows between different layers.
    private(set) var routes: [Route] = []
    /// Edges that stay in one layer: from a node to itself, mostly.
    private(set) var level: [Int] = []
    /// Items of each layer, from left to right.
    var layers: [[Int]] = []

    /// More items than this are not worth a layered picture.
    private static let largest = 1500

    /// Cuts a diagram into layers; nil when it is too large for that.
    init?(_ diagram: Diagram, sizes: [(width: Double, height: Double)]) {
        guard diagram.nodes.count <= Self.largest / 5, diagram.edges.count <= Self.largest else { return nil }
        let ranks = Self.ranks(diagram)
        let crossed = diagram.edges.reduce(0) { $0 + max(0, 2 * abs(ranks[$1.source] - ranks[$1.target]) - 1) }
        guard diagram.nodes.count + crossed <= Self.largest else { return nil }
        for (node, size) in sizes.enumerated() {
            let loops = diagram.edges.filter { $0.source == node && $0.target == node }.flatMap(DiagramLayout.lines)
            let isLooped = diagram.edges.contains { $0.source == node && $0.target == node }
            let label = loops.map(TextMetrics.small).max() ?? 0
            items.append(
                Item(
                    layer: 2 * ranks[node], left: size.width / 2 + 14, right: size.width / 2 + 14 + (isLooped ? label + 44 : 0),
                    height: max(size.height, Double(loops.count) * TextMetrics.lineHeight)))
        }
        for (index, edge) in diagram.edges.enumerated() { add(edge, index, ranks) }
        layers = Array(repeating: [], count: (items.map(\.layer).max() ?? 0) + 1)
        for (index, item) in items.enumerated() { layers[item.layer].append(index) }
    }

    /// Longest path from the start along the edges that lead forward in the text.
    private static func ranks(_ diagram: Diagram) -> [Int] {
        var ranks = [Int](repeating: 0, count: diagram.nodes.count)
        for edge in diagram.edges where edge.target > edge.source { ranks[edge.target] = max(ranks[edge.target], ranks[edge.source] + 1) }
        return ranks
    }

    private mutating func add(_ edge: Diagram.Edge, _ index: Int, _ ranks: [Int]) {
        let isBack = ranks[edge.source] > ranks[edge.target]
        guard isBack || ranks[edge.source] < ranks[edge.target] else { return level.append(index) }
        let upper = isBack ? edge.target : edge.source
        let lower = isBack ? edge.source : edge.target
        let lines = DiagramLayout.lines(edge)
        var points: [Int] = []
        var label: Int?
        var last = upper
        let labelLayer = isBack ? 2 * ranks[lower] - 1 : 2 * ranks[upper] + 1
        for layer in (2 * ranks[upper] + 1)..<(2 * ranks[lower]) {
            let hasLabel = layer == labelLayer && !lines.isEmpty
            let width = hasLabel ? (lines.map(TextMetrics.small).max() ?? 0) + 12 : 0
            let height = hasLabel ? Double(lines.count) * TextMetrics.lineHeight + 4 : 4
            if hasLabel { label = items.count }
            points.append(items.count)
            items.append(Item(layer: layer, left: 9, right: 9 + width, height: height))
            join(last, points[points.count - 1], weight: last == upper ? 2 : 1000)
            last = points[points.count - 1]
        }
        join(last, lower, weight: 2)
        routes.append(Route(edge: index, points: points, label: label, upper: upper, lower: lower, isBack: isBack))
    }

    private mutating func join(_ upper: Int, _ lower: Int, weight: Double) {
        items[upper].below.append((lower, weight))
        items[lower].above.append((upper, weight))
    }
}

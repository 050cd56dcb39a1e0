/// Lays a diagram out in layers from top to bottom.
struct LayeredLayout {
    private let diagram: Diagram
    private let sizes: [(width: Double, height: Double)]
    private var graph: LayeredGraph
    /// Anchor of each item.
    private var x: [Double]
    private var top: [Double] = []
    private var layerHeight: [Double] = []

    private static let layerGap = 16.0
    private static let rounds = 12

    /// The layout; nil when the diagram is too large for a layered one.
    static func layout(_ diagram: Diagram) -> DiagramLayout? {
        let sizes = diagram.nodes.map(DiagramLayout.size)
        guard var graph = LayeredGraph(diagram, sizes: sizes) else { return nil }
        LayerOrdering.order(&graph)
        var layout = LayeredLayout(diagram, sizes, graph)
        layout.placeLayers()
        layout.placeItems()
        return layout.result()
    }

    private init(_ diagram: Diagram, _ sizes: [(width: Double, height: Double)], _ graph: LayeredGraph) {
        self.diagram = diagram
        self.sizes = sizes
        self.graph = graph
        x = Array(repeating: 0, count: graph.items.count)
    }

    private mutating func placeLayers() {
        var y = 0.0
        for layer in graph.layers {
            let height = layer.map { graph.items[$0].height }.max() ?? 0
            top.append(y)
            layerHeight.append(height)
            y += height + Self.layerGap
        }
    }

    /// Draws each item to its neighbours, layer by layer, down and up in turn. Ends downwards: then the points of an arrow
    /// stand straight below each other, since they draw each other more than anything else does.
    private mutating func placeItems() {
        for layer in graph.layers {
            var right = 0.0
            for item in layer {
                x[item] = right + graph.items[item].left
                right = x[item] + graph.items[item].right
            }
        }
        for round in 0...Self.rounds {
            let isDown = round.isMultiple(of: 2)
            for layer in isDown ? Array(graph.layers.indices) : graph.layers.indices.reversed() {
                place(graph.layers[layer], isDown)
            }
        }
        let left = graph.items.indices.map { x[$0] - graph.items[$0].left }.min() ?? 0
        for item in x.indices { x[item] -= left }
    }

    private mutating func place(_ layer: [Int], _ isDown: Bool) {
        var desired: [Double] = []
        var weights: [Double] = []
        var separations: [Double] = []
        for (index, item) in layer.enumerated() {
            let neighbours = isDown ? graph.items[item].above : graph.items[item].below
            let weight = neighbours.reduce(0) { $0 + $1.weight }
            desired.append(weight == 0 ? x[item] : neighbours.reduce(0) { $0 + $1.weight * x[$1.item] } / weight)
            weights.append(max(weight, 0.5))
            separations.append(index == 0 ? 0 : graph.items[layer[index - 1]].right + graph.items[item].left)
        }
        for (item, position) in zip(layer, Spacing.place(desired: desired, weights: weights, separations: separations)) {
            x[item] = position
        }
    }

    private func result() -> DiagramLayout {
        let boxes = diagram.nodes.indices.map { node -> DiagramLayout.Box in
            let layer = graph.items[node].layer
            let center = DiagramLayout.Point(x: x[node], y: top[layer] + layerHeight[layer] / 2)
            return DiagramLayout.Box(center: center, width: sizes[node].width, height: sizes[node].height)
        }
        let ports = Ports(graph, x, boxes)
        let arrows = graph.routes.map { arrow($0, boxes, ports) } + levelArrows(boxes)
        return DiagramLayout(
            boxes: boxes, arrows: arrows, width: graph.items.indices.map { x[$0] + graph.items[$0].right }.max() ?? 0,
            height: (top.last ?? 0) + (layerHeight.last ?? 0))
    }

    private func arrow(_ route: LayeredGraph.Route, _ boxes: [DiagramLayout.Box], _ ports: Ports) -> DiagramLayout.Arrow {
        let upper = boxes[route.upper]
        let lower = boxes[route.lower]
        let ends = ports.ends[route.edge] ?? (upper: upper.center.x, lower: lower.center.x)
        var points = [DiagramLayout.Point(x: ends.upper, y: upper.center.y + upper.height / 2)]
        for point in route.points {
            let layer = graph.items[point].layer
            points.append(DiagramLayout.Point(x: x[point], y: top[layer]))
            points.append(DiagramLayout.Point(x: x[point], y: top[layer] + layerHeight[layer]))
        }
        points.append(DiagramLayout.Point(x: ends.lower, y: lower.center.y - lower.height / 2))
        var label = points[0]
        if let point = route.label {
            let layer = graph.items[point].layer
            // Next to the arrow's source: at the foot of the layer when the arrow comes from below.
            let slack = layerHeight[layer] - graph.items[point].height
            label = DiagramLayout.Point(x: x[point] + 8, y: top[layer] + 12 + (route.isBack ? slack : 0))
        }
        return DiagramLayout.Arrow(
            edges: [route.edge], shape: .through(route.isBack ? points.reversed() : points),
            lines: DiagramLayout.lines(diagram.edges[route.edge]), label: label, isBack: route.isBack)
    }

    /// Arcs at the right of a node for edges back to it, one for all of them; arcs to others of the same layer without label.
    private func levelArrows(_ boxes: [DiagramLayout.Box]) -> [DiagramLayout.Arrow] {
        var arrows: [DiagramLayout.Arrow] = []
        var arrowOfNode: [Int: Int] = [:]
        for index in graph.level {
            let edge = diagram.edges[index]
            let source = boxes[edge.source]
            let target = boxes[edge.target]
            let right = source.center.x + source.width / 2
            let isLoop = edge.source == edge.target
            if isLoop, let known = arrowOfNode[edge.source] {
                arrows[known].edges.append(index)
                arrows[known].lines += DiagramLayout.lines(edge)
                continue
            }
            if isLoop { arrowOfNode[edge.source] = arrows.count }
            let from = DiagramLayout.Point(x: right, y: source.center.y + 9)
            let to = DiagramLayout.Point(x: target.center.x + target.width / 2, y: target.center.y - 9)
            arrows.append(
                DiagramLayout.Arrow(
                    edges: [index], shape: .arc(from: from, to: to, x: max(from.x, to.x) + 36),
                    lines: isLoop ? DiagramLayout.lines(edge) : [], label: DiagramLayout.Point(x: right + 36, y: source.center.y),
                    isBack: true))
        }
        for index in arrows.indices {
            arrows[index].label.y -= Double(arrows[index].lines.count) * TextMetrics.lineHeight / 2 - 11
        }
        return arrows
    }
}

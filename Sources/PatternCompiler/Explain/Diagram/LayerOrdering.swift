/// Orders the items of each layer so that few arrows cross: barycentre sweeps down and up, the best order kept.
enum LayerOrdering {
    private static let sweeps = 12

    /// Reorders `graph.layers`.
    static func order(_ graph: inout LayeredGraph) {
        var best = graph.layers
        var fewest = crossings(graph)
        for sweep in 0..<sweeps where fewest > 0 {
            let isDown = sweep.isMultiple(of: 2)
            let order = isDown ? Array(graph.layers.indices) : graph.layers.indices.reversed()
            var position = positions(graph)
            for layer in order {
                sort(&graph, layer, isDown, position)
                for (place, item) in graph.layers[layer].enumerated() { position[item] = Double(place) }
            }
            let count = crossings(graph)
            if count < fewest {
                fewest = count
                best = graph.layers
            }
        }
        graph.layers = best
    }

    private static func positions(_ graph: LayeredGraph) -> [Double] {
        var position = [Double](repeating: 0, count: graph.items.count)
        for layer in graph.layers {
            for (place, item) in layer.enumerated() { position[item] = Double(place) }
        }
        return position
    }

    /// Items without neighbours on that side stay where they are; equal ones keep their order.
    private static func sort(_ graph: inout LayeredGraph, _ layer: Int, _ isDown: Bool, _ position: [Double]) {
        let keyed = graph.layers[layer].enumerated().map { place, item -> (item: Int, key: Double, place: Int) in
            let neighbours = isDown ? graph.items[item].above : graph.items[item].below
            guard !neighbours.isEmpty else { return (item, Double(place), place) }
            return (item, neighbours.reduce(0) { $0 + position[$1.item] } / Double(neighbours.count), place)
        }
        graph.layers[layer] = keyed.sorted { ($0.key, $0.place) < ($1.key, $1.place) }.map(\.item)
    }

    private static func crossings(_ graph: LayeredGraph) -> Int {
        let position = positions(graph)
        var count = 0
        for layer in graph.layers {
            var lower: [Double] = []
            for item in layer {
                let ends = graph.items[item].below.map { position[$0.item] }
                for end in ends { count += lower.count { $0 > end } }
                lower += ends
            }
        }
        return count
    }
}

/// Where the parts of a diagram stand, in pixels from its upper left corner.
struct DiagramLayout {
    /// A point.
    struct Point: Equatable {
        var x: Double
        var y: Double
    }

    /// The box of a node.
    struct Box {
        /// Middle of the box.
        var center: Point
        var width: Double
        var height: Double
    }

    /// An arrow and its label.
    struct Arrow {
        /// Which edges of the diagram it draws.
        var edges: [Int]
        /// How it runs.
        var shape: Shape
        /// Lines beside it.
        var lines: [String]
        /// Left end of the first line's base line.
        var label: Point
        /// True when it leads back to an earlier step.
        var isBack: Bool
    }

    /// How an arrow runs.
    enum Shape {
        /// Smoothly down or up through the points, vertical at each; between two points of the same x straight.
        case through([Point])
        /// An arc that leaves a box at its right side and enters one there, bulging out to `x`.
        case arc(from: Point, to: Point, x: Double)
    }

    /// One for each node of the diagram.
    var boxes: [Box]
    /// Arrows, at least one for each pair of nodes with an edge.
    var arrows: [Arrow]
    /// Extent of all of it.
    var width: Double
    /// Extent of all of it.
    var height: Double

    /// Longest line of a label or predicate, characters.
    static let longestLine = 44

    /// The size of a node's box.
    static func size(of node: Diagram.Node) -> (width: Double, height: Double) {
        let detail = TextTools.line(node.detail, limit: longestLine)
        let name = TextTools.line(node.name, limit: longestLine)
        let width = max(TextMetrics.name(name), TextMetrics.small(detail)) + 28
        return (max(width, 72), node.kind == .step ? 46 : 30)
    }

    /// Lines of a label, cut to what fits.
    static func lines(_ edge: Diagram.Edge) -> [String] { edge.lines.map { TextTools.line($0, limit: longestLine) } }
}

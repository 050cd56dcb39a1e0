/// A layout for patterns too large for a layered one: all nodes in one column, in order of the text.
enum LinearLayout {
    /// Arrows to other nodes than the next one that a node may have; the text form lists all of them.
    private static let farArrows = 4

    /// Lays `diagram` out in time linear in its nodes and edges.
    static func layout(_ diagram: Diagram) -> DiagramLayout {
        let sizes = diagram.nodes.map(DiagramLayout.size)
        let column = (sizes.map(\.width).max() ?? 0)
        var boxes: [DiagramLayout.Box] = []
        var y = 0.0
        for size in sizes {
            let center = DiagramLayout.Point(x: column / 2, y: y + size.height / 2)
            boxes.append(DiagramLayout.Box(center: center, width: size.width, height: size.height))
            y += size.height + 46
        }
        var arrows: [DiagramLayout.Arrow] = []
        var far = [Int](repeating: 0, count: diagram.nodes.count)
        var right = column
        for (index, edge) in diagram.edges.enumerated() {
            let source = boxes[edge.source]
            let target = boxes[edge.target]
            if edge.target == edge.source + 1 {
                let x = source.center.x
                let points = [
                    DiagramLayout.Point(x: x, y: source.center.y + source.height / 2),
                    DiagramLayout.Point(x: x, y: target.center.y - target.height / 2),
                ]
                let line = TextTools.line(edge.lines.joined(separator: "; "), limit: DiagramLayout.longestLine)
                right = max(right, x + 10 + TextMetrics.small(line))
                arrows.append(
                    DiagramLayout.Arrow(
                        edges: [index], shape: .through(points), lines: line.isEmpty ? [] : [line],
                        label: DiagramLayout.Point(x: x + 10, y: points[0].y + 24), isBack: false))
                continue
            }
            far[edge.source] += 1
            guard far[edge.source] <= farArrows else { continue }
            let distance = Double(abs(edge.target - edge.source))
            let bulge = column + 24 + 40 * min(distance.squareRoot(), 12)
            let from = DiagramLayout.Point(x: source.center.x + source.width / 2, y: source.center.y + Double(far[edge.source]) * 4 - 8)
            let to = DiagramLayout.Point(x: target.center.x + target.width / 2, y: target.center.y + (edge.target == edge.source ? -10 : 8))
            right = max(right, bulge)
            arrows.append(
                DiagramLayout.Arrow(
                    edges: [index], shape: .arc(from: from, to: to, x: bulge), lines: [], label: from, isBack: edge.target <= edge.source))
        }
        return DiagramLayout(boxes: boxes, arrows: arrows, width: right + 8, height: y - 46)
    }
}

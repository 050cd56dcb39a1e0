/// Draws a diagram as SVG.
struct SVGWriter {
    private let diagram: Diagram
    private let layout: DiagramLayout
    private var body: [String] = []
    private var y = 0.0
    private var width = 0.0

    private static let margin = 20.0

    /// A document of its own.
    static func text(_ diagram: Diagram) -> String {
        var writer = SVGWriter(diagram: diagram, layout: LayeredLayout.layout(diagram) ?? LinearLayout.layout(diagram))
        return writer.document()
    }

    private init(diagram: Diagram, layout: DiagramLayout) {
        self.diagram = diagram
        self.layout = layout
    }

    private mutating func document() -> String {
        width = max(layout.width, 420)
        y = Self.margin
        writeHead()
        let graphTop = y
        body.append("<g transform=\"translate(\(SVGPath.number(Self.margin + (width - layout.width) / 2)) \(SVGPath.number(graphTop)))\">")
        for arrow in layout.arrows { write(arrow) }
        for (node, box) in zip(diagram.nodes, layout.boxes) { write(node, box) }
        for arrow in layout.arrows { writeLabel(arrow) }
        body.append("</g>")
        y += layout.height + 26
        for note in diagram.notes { writeWrapped(note, class: "note", limit: 6) }
        let size = (width: SVGPath.number(width + 2 * Self.margin), height: SVGPath.number(y + Self.margin - 8))
        let head = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(size.width)\" height=\"\(size.height)\" "
                + "viewBox=\"0 0 \(size.width) \(size.height)\" role=\"img\">",
            "<title>\(Self.escaped(diagram.heading))</title>", SVGStyle.text, SVGStyle.markers,
            "<rect class=\"page\" width=\"100%\" height=\"100%\"/>",
        ]
        return (head + body).joined(separator: "\n") + "\n</svg>\n"
    }

    private mutating func writeHead() {
        y += 8
        writeWrapped(diagram.heading, class: "heading", limit: 2)
        if !diagram.title.isEmpty { writeWrapped(diagram.title, class: "note", limit: 2) }
        writeWrapped(diagram.pattern, class: "pattern", limit: 6)
        y += 8
    }

    /// A text of at most `limit` lines as wide as the picture.
    private mutating func writeWrapped(_ text: String, class style: String, limit: Int) {
        let columns = Int(width / (style == "heading" ? 9.4 : 7.2))
        for line in Self.wrapped(text, columns: max(columns, 20), limit: limit) {
            writeText(line, class: style, x: Self.margin, y: y)
            y += style == "heading" ? 22 : 18
        }
    }

    private mutating func write(_ arrow: DiagramLayout.Arrow) {
        let style = arrow.isBack ? "arrow back" : "arrow"
        let marker = arrow.isBack ? "back-head" : "head"
        let details = arrow.edges.map { diagram.edges[$0].lines.joined(separator: "; ") }.filter { !$0.isEmpty }.joined(separator: " | ")
        let title = details.isEmpty ? "" : "<title>\(Self.escaped(details))</title>"
        body.append("<path class=\"\(style)\" marker-end=\"url(#\(marker))\" d=\"\(SVGPath.text(arrow.shape))\">\(title)</path>")
    }

    private mutating func writeLabel(_ arrow: DiagramLayout.Arrow) {
        for (index, line) in arrow.lines.enumerated() {
            let y = arrow.label.y + Double(index) * TextMetrics.lineHeight
            writeText(line, class: "label", x: arrow.label.x, y: y)
        }
    }

    private mutating func writeText(_ text: String, class style: String, x: Double, y: Double) {
        let place = "x=\"\(SVGPath.number(x))\" y=\"\(SVGPath.number(y))\""
        body.append("<text class=\"\(style)\" \(place)>\(Self.escaped(text))</text>")
    }

    private mutating func write(_ node: Diagram.Node, _ box: DiagramLayout.Box) {
        let style = node.kind == .step ? "step" : node.kind == .start ? "start" : "match"
        let left = SVGPath.number(box.center.x - box.width / 2)
        let top = SVGPath.number(box.center.y - box.height / 2)
        let radius = node.kind == .step ? 8 : box.height / 2
        body.append("<g class=\"\(style)\">")
        if !node.detail.isEmpty { body.append("<title>\(Self.escaped("\(node.name): \(node.detail)"))</title>") }
        body.append(
            "<rect x=\"\(left)\" y=\"\(top)\" width=\"\(SVGPath.number(box.width))\" height=\"\(SVGPath.number(box.height))\" rx=\"\(SVGPath.number(Double(radius)))\"/>"
        )
        let name = TextTools.line(node.name, limit: DiagramLayout.longestLine)
        let x = SVGPath.number(box.center.x)
        let base = node.detail.isEmpty ? box.center.y + 4.5 : box.center.y - 4
        body.append("<text class=\"name\" x=\"\(x)\" y=\"\(SVGPath.number(base))\">\(Self.escaped(name))</text>")
        if !node.detail.isEmpty {
            let detail = TextTools.line(node.detail, limit: DiagramLayout.longestLine)
            body.append("<text class=\"predicate\" x=\"\(x)\" y=\"\(SVGPath.number(base + 17))\">\(Self.escaped(detail))</text>")
        }
        body.append("</g>")
    }

    /// Breaks a text at spaces, words longer than a line anywhere.
    private static func wrapped(_ text: String, columns: Int, limit: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        var length = 0
        for word in text.split(separator: " ") {
            var rest = word
            if length > 0, length + 1 + rest.count > columns {
                lines.append(line)
                line = ""
                length = 0
            }
            while rest.count > columns, lines.count <= limit {
                lines.append(String(rest.prefix(columns)))
                rest = rest.dropFirst(columns)
            }
            line += (length > 0 ? " " : "") + rest
            length = line.count
            if lines.count > limit { break }
        }
        if length > 0 { lines.append(line) }
        guard lines.count > limit else { return lines }
        return lines.prefix(limit - 1) + [TextTools.line(lines[limit - 1], limit: columns - 1) + " …"]
    }

    /// Text for XML 1.0: markup escaped, characters that XML cannot hold replaced.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default:
                let isAllowed = scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
                result.unicodeScalars.append(isAllowed ? scalar : "\u{FFFD}")
            }
        }
        return result
    }
}

/// Writes a diagram in the language of Graphviz.
enum DOTWriter {
    /// A digraph of its own, one node or edge a line.
    static func text(_ diagram: Diagram) -> String {
        let label = [diagram.heading, diagram.title, diagram.pattern].filter { !$0.isEmpty } + diagram.notes
        var lines = [
            "digraph rule {", "  rankdir=LR;", "  labelloc=t;", "  label=\(quoted(label));",
            "  node [shape=box, style=rounded, fontname=\"sans-serif\"];", "  edge [fontname=\"sans-serif\", fontsize=11];",
        ]
        for (index, node) in diagram.nodes.enumerated() {
            let text = [node.name] + (node.detail.isEmpty ? [] : [TextTools.line(node.detail, limit: 60)])
            let shape: String
            switch node.kind {
            case .start: shape = ", shape=circle"
            case .step: shape = ""
            case .match: shape = ", shape=doublecircle"
            }
            lines.append("  n\(index) [label=\(quoted(text))\(shape)];")
        }
        for edge in diagram.edges {
            let label = edge.lines.isEmpty ? "" : " [label=\(quoted(edge.lines))]"
            lines.append("  n\(edge.source) -> n\(edge.target)\(label);")
        }
        return lines.joined(separator: "\n") + "\n}\n"
    }

    /// Lines as one quoted string; a backslash before anything but the line ends that are ours stands for itself.
    private static func quoted(_ lines: [String]) -> String {
        let escaped = lines.map { line in
            line.map { character -> String in
                switch character {
                case "\\": return "\\\\"
                case "\"": return "\\\""
                default: return String(character)
                }
            }.joined()
        }
        return "\"" + escaped.joined(separator: "\\n") + "\""
    }
}

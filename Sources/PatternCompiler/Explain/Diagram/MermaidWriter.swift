/// Writes a diagram as a Mermaid flowchart.
enum MermaidWriter {
    /// A flowchart from left to right with the rule as its title.
    static func text(_ diagram: Diagram) -> String {
        let title = [diagram.heading, diagram.title].filter { !$0.isEmpty }.joined(separator: ": ")
        var lines = ["---", "title: \"\(titleText(title))\"", "---", "flowchart LR"]
        for (index, node) in diagram.nodes.enumerated() {
            let label = label([node.name] + (node.detail.isEmpty ? [] : [TextTools.line(node.detail, limit: 60)]))
            switch node.kind {
            case .start: lines.append("  n\(index)([\(label)])")
            case .step: lines.append("  n\(index)[\(label)]")
            case .match: lines.append("  n\(index)(((\(label))))")
            }
        }
        for edge in diagram.edges {
            let text = edge.lines.isEmpty ? "" : "|\(label(edge.lines))|"
            lines.append("  n\(edge.source) -->\(text) n\(edge.target)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func label(_ lines: [String]) -> String { "\"" + lines.map(escaped).joined(separator: "<br/>") + "\"" }

    /// Whatever is neither letter nor digit nor harmless becomes Mermaid's entity `#code;`.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            let isHarmless =
                scalar.value >= 0x80 || scalar.properties.isAlphabetic || " 0123456789._,:=+-/()≥".unicodeScalars.contains(scalar)
            if isHarmless { result.unicodeScalars.append(scalar) } else { result += "#\(scalar.value);" }
        }
        return result
    }

    /// The title is YAML.
    private static func titleText(_ text: String) -> String {
        text.map { $0 == "\\" ? "\\\\" : $0 == "\"" ? "\\\"" : String($0) }.joined()
    }
}

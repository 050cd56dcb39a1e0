import EventEngine
import PatternCompiler

/// Pictures of automata as JSON.
enum AutomatonJSON {
    /// Writes the fields of a picture.
    ///
    /// - Parameter threads: by step, those that stand at it; nil: not known.
    static func append(_ picture: AutomatonPicture, threads: [Int]?, to json: inout JSONWriter) {
        json.field("heading", picture.heading)
        json.field("title", picture.title)
        json.field("pattern", picture.pattern)
        json.field("machine", picture.machine)
        json.list("notes", texts: picture.notes)
        json.field("width", picture.width)
        json.field("height", picture.height)
        json.field("lineHeight", AutomatonPicture.lineHeight)
        json.list("nodes", picture.nodes.enumerated()) { json, entry in
            let (index, node) = entry
            json.field("kind", node.kind.rawValue)
            json.field("name", node.name)
            json.field("event", node.event)
            json.field("detail", node.detail)
            json.field("x", node.x)
            json.field("y", node.y)
            json.field("width", node.width)
            json.field("height", node.height)
            json.field("threads", node.kind == .step && threads.map { index <= $0.count } == true ? threads?[index - 1] : nil)
        }
        json.list("arrows", picture.arrows) { json, arrow in
            json.field("from", arrow.source)
            json.field("to", arrow.target)
            json.field("path", arrow.path)
            json.list("lines", texts: arrow.lines)
            json.field("labelX", arrow.labelX)
            json.field("labelY", arrow.labelY)
            json.field("back", arrow.isBack)
        }
        json.list("edges", picture.arrows) { json, arrow in
            json.field("from", arrow.source)
            json.field("to", arrow.target)
            json.field("event", picture.nodes[arrow.target].event)
        }
    }
}

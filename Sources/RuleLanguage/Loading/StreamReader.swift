/// Reads `from`: one stream, a list of streams, or one of these for each event name.
struct StreamReader {
    /// The stream on which matches of rules are events.
    static let matches = "matches"

    /// Sets the streams of the rule's events. Names that a mapping leaves out read every stream but `matches`.
    static func read(_ node: YAMLNode?, names: EventNames, into rule: inout Rule, _ sink: inout DiagnosticSink) {
        guard let node else { return }
        guard case .mapping(let pairs) = node.kind else {
            let streams = streams(node, into: &sink)
            for index in rule.events.indices { rule.events[index].streams = streams }
            return
        }
        for pair in pairs {
            let streams = streams(pair.value, into: &sink)
            if let index = names.index(of: pair.key, in: "from", at: pair.keySpan, into: &sink) { rule.events[index].streams = streams }
        }
    }

    private static func streams(_ node: YAMLNode, into sink: inout DiagnosticSink) -> [String] {
        let texts = node.texts(as: "`from`", into: &sink)
        for text in texts where text.text.isEmpty || text.text.contains(" ") {
            sink.error(.invalidValue, "`\(text.text)` is no stream's name", at: text.span)
        }
        if texts.isEmpty, case .sequence = node.kind {
            sink.error(.invalidValue, "`from` names no stream", at: node.span, hint: "leave it out to read every stream")
        }
        return texts.map(\.text)
    }
}

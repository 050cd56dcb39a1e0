@testable import RuleLanguage

/// What `check` prints for one rule text named `r.yaml`.
func report(_ text: String, libraries: [String: String] = [:]) -> String {
    DiagnosticRenderer().text(RuleLoader.load(text: text, path: "r.yaml", libraries: libraries).diagnostics)
}

/// A sound rule with further lines, each a key of the rule.
func rule(_ lines: String = "", id: String = "t", from: String = "auth") -> String {
    """
    rule: \(id)
    from: \(from)
    by: user
    events:
      a: action == "x"
      b: action == "y"
    pattern: a -> b
    within: 10m
    tests: []

    """ + lines
}

/// The diagnostics of reading YAML, printed, and the documents.
func readYAML(_ bytes: [UInt8]) -> (documents: [YAMLNode], report: String) {
    var sink = DiagnosticSink()
    let documents = YAMLReader.documents(of: SourceFile(path: "y.yaml", bytes: bytes), into: &sink)
    return (documents, DiagnosticRenderer().text(sink.diagnostics))
}

/// The same of a text.
func readYAML(_ text: String) -> (documents: [YAMLNode], report: String) {
    readYAML(Array(text.utf8))
}

extension YAMLNode {
    /// A value of a mapping.
    subscript(_ key: String) -> YAMLNode? {
        guard case .mapping(let pairs) = kind else { return nil }
        return pairs.first { $0.key == key }?.value
    }

    /// The elements of a sequence; empty for anything else.
    var items: [YAMLNode] {
        if case .sequence(let items) = kind { return items }
        return []
    }

    /// The bytes of the file it was written with.
    var source: String { String(decoding: span.file.bytes[span.start..<span.end], as: UTF8.self) }
}

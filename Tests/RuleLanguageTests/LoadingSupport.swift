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

/// SplitMix64: small, and the same everywhere for one seed, so that a failing case can be run again.
struct SeededGenerator: RandomNumberGenerator {
    /// The seed, then what follows from it.
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

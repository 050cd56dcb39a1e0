/// Reads a library: named events, patterns and lists that rules `use`.
///
///     library: auth                    # may be left out; must be the file's name
///     title: Logins
///     description: …
///     use: [net]                       # other libraries
///     params: { noise: "scanner" }     # $noise below
///     events:
///       fail: action == "login" and outcome == "failure"
///     patterns:
///       twice: fail -> fail
///       many: { params: { n: 5 }, pattern: "fail{$n,}" }
///     lists:
///       admins: [root, admin]
struct LibraryReader {
    /// Every key of a library document.
    static let keys = ["library", "title", "description", "use", "params", "events", "patterns", "lists"]

    /// A library as read, and the libraries it uses.
    struct Contents {
        let name: String
        var events: [String: LibraryEvent] = [:]
        var patterns: [String: LibraryPattern] = [:]
        var lists: [String: [Literal]] = [:]
        var parameters: [String: Literal] = [:]
        var uses: [DSLText] = []
        /// True when the file had errors: no rule that uses it is loaded.
        var isBroken = false

        /// The library as rules see it.
        var definition: LibraryDefinition {
            LibraryDefinition(
                name: name, events: events, patterns: patterns, lists: lists, uses: uses.map(\.text), parameters: parameters)
        }
    }

    /// Reads the documents of the file of library `name`; further documents add to the first.
    static func contents(_ documents: [YAMLNode], name: String, into sink: inout DiagnosticSink) -> Contents {
        var contents = Contents(name: name)
        for document in documents {
            guard let mapping = MappingReader(document, what: "a library", known: keys, into: &sink) else { continue }
            read(mapping, into: &contents, &sink)
        }
        return contents
    }

    private static func read(_ mapping: MappingReader, into contents: inout Contents, _ sink: inout DiagnosticSink) {
        let name = contents.name
        if let stated = mapping.text("library", into: &sink), stated.text != name {
            sink.error(.invalidValue, "library `\(stated.text)` stands in the file of `\(name)`", at: stated.span, hint: "write `\(name)`")
        }
        _ = mapping.text("title", into: &sink)
        _ = mapping.text("description", into: &sink)
        contents.uses += mapping["use"]?.texts(as: "`use`", into: &sink) ?? []
        let parameters = ParameterReader.parameters(mapping["params"], as: "`params`", into: &sink)
        let values = Dictionary(parameters.map { ($0.pair.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        contents.parameters.merge(values) { first, _ in first }
        for pair in mapping["events"]?.entries(as: "`events`", into: &sink) ?? []
        where NameSyntax.check(pair.key, as: "an event", at: pair.keySpan, into: &sink) {
            let text = pair.value.isNull ? nil : pair.value.text(as: "the predicate of `\(pair.key)`", into: &sink)
            contents.events[pair.key] = LibraryEvent(name: pair.key, text: text, parameters: values, span: pair.keySpan)
        }
        for pair in mapping["patterns"]?.entries(as: "`patterns`", into: &sink) ?? []
        where NameSyntax.check(pair.key, as: "a pattern", at: pair.keySpan, into: &sink) {
            contents.patterns[pair.key] = pattern(pair, into: &sink)
        }
        for pair in mapping["lists"]?.entries(as: "`lists`", into: &sink) ?? []
        where NameSyntax.check(pair.key, as: "a list", at: pair.keySpan, into: &sink) {
            contents.lists[pair.key] = list(pair, into: &sink)
        }
    }

    private static func pattern(_ pair: YAMLNode.Pair, into sink: inout DiagnosticSink) -> LibraryPattern? {
        var parameters: [(name: String, default: Literal?)] = []
        var text: DSLText?
        if case .mapping = pair.value.kind {
            guard let mapping = MappingReader(pair.value, what: "a pattern", known: ["params", "pattern"], into: &sink) else { return nil }
            if let node = mapping["params"], case .mapping(let pairs) = node.kind {
                for parameter in pairs where NameSyntax.check(parameter.key, as: "a parameter", at: parameter.keySpan, into: &sink) {
                    let value = ParameterReader.value(of: parameter.value, as: "parameter `\(parameter.key)`", into: &sink)
                    parameters.append((parameter.key, value == .null ? nil : value))
                }
            } else if let node = mapping["params"] {
                _ = node.entries(as: "`params`", into: &sink)
            }
            text = mapping.required("pattern", of: "a pattern", at: pair.keySpan, into: &sink)?.text(as: "`pattern`", into: &sink)
        } else {
            text = pair.value.text(as: "pattern `\(pair.key)`", into: &sink)
        }
        return text.map { LibraryPattern(name: pair.key, parameters: parameters, text: $0, span: pair.keySpan) }
    }

    private static func list(_ pair: YAMLNode.Pair, into sink: inout DiagnosticSink) -> [Literal] {
        guard case .sequence(let items) = pair.value.kind else {
            sink.error(.wrongKind, "list `\(pair.key)` must be a list, not \(pair.value.kindName)", at: pair.value.span)
            return []
        }
        return items.compactMap { $0.constant(as: "an element of `\(pair.key)`", into: &sink) }
    }
}

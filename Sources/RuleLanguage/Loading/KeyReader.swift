/// Reads `by`: one field, a list of fields, or one of these for each event name.
struct KeyReader {
    /// Sets the keys of the rule's events, its key's width and whether names have different keys.
    static func read(_ node: YAMLNode?, names: EventNames, into rule: inout Rule, _ sink: inout DiagnosticSink) {
        guard let node else { return }
        guard case .mapping(let pairs) = node.kind else {
            let key = parts(node, into: &sink)
            rule.keyWidth = key.count
            for index in rule.events.indices { rule.events[index].key = key }
            return
        }
        rule.hasPerNameKeys = true
        readPerName(pairs, at: node.span, names: names, into: &rule, &sink)
    }

    /// The field names that each part of the key is known by, without `?`, in order of the events.
    static func names(of rule: Rule) -> [[String]] {
        (0..<rule.keyWidth).map { part in
            var names: [String] = []
            for event in rule.events where part < event.key.count && !names.contains(event.key[part].path.text) {
                names.append(event.key[part].path.text)
            }
            return names
        }
    }

    private static func readPerName(
        _ pairs: [YAMLNode.Pair], at span: SourceSpan, names: EventNames, into rule: inout Rule, _ sink: inout DiagnosticSink
    ) {
        var width: (count: Int, name: String)?
        var hasErrors = false
        for pair in pairs {
            let key = parts(pair.value, into: &sink)
            guard let index = names.index(of: pair.key, in: "by", at: pair.keySpan, into: &sink) else {
                hasErrors = true
                continue
            }
            if let width, width.count != key.count {
                sink.error(
                    .invalidValue, "the key of `\(pair.key)` has \(key.count) fields, that of `\(width.name)` has \(width.count)",
                    at: pair.value.span, hint: "every name's key needs as many fields, in the same order")
                hasErrors = true
                continue
            }
            width = width ?? (key.count, pair.key)
            rule.events[index].key = key
        }
        rule.keyWidth = width?.count ?? 0
        guard !hasErrors else { return }
        for index in rule.usedEvents where rule.events[index].key.isEmpty {
            let name = rule.events[index].name
            sink.error(
                .missingKey, "`by` has no key for the event `\(name)`", at: span,
                hint: "add `\(name): FIELD`; negated and `until` names need keys too")
        }
    }

    private static func parts(_ node: YAMLNode, into sink: inout DiagnosticSink) -> [KeyPart] {
        var parts: [KeyPart] = []
        for text in node.texts(as: "`by`", into: &sink) {
            let allowsNull = text.text.hasPrefix("?")
            guard let path = FieldPath(parsing: allowsNull ? String(text.text.dropFirst()) : text.text) else {
                sink.error(.invalidValue, "`\(text.text)` is no field", at: text.span, hint: "such as user, actor.user or ?session")
                parts.append(KeyPart(path: FieldPath([.key(text.text)]), allowsNull: allowsNull))
                continue
            }
            if path.hasAnyElement {
                sink.error(
                    .invalidValue, "`\(text.text)` has many values and a key needs one", at: text.span,
                    hint: "name one element, such as `\(text.text.replacing("[*]", with: "[0]"))`")
            } else if parts.contains(where: { $0.path == path }) {
                sink.error(.invalidValue, "`\(path.text)` stands twice in the key", at: text.span, hint: "remove one of them")
            }
            parts.append(KeyPart(path: path, allowsNull: allowsNull))
        }
        return parts
    }
}

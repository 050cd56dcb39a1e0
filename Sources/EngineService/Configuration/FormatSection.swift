import Connectors
import RuleLanguage

/// Reads of a source how its bytes become events: `format`, `columns`, `expression` and `time`.
struct FormatSection {
    private enum Name: String, CaseIterable { case ndjson, csv, text }

    /// The source.
    let mapping: MappingReader
    /// Where its name stands.
    let span: SourceSpan

    /// The format and the fields of the time; nil with a diagnostic when the format is not known.
    ///
    /// - Parameter path: of files; its ending is the format where none is given.
    func read(path: String?, into context: inout ConfigurationContext) -> (format: SourceFormat, timeFields: [String])? {
        let given = context.choice(mapping["format"], as: "`format`", among: Name.allCases.map(\.rawValue))
        if given == nil, mapping["format"] != nil { return nil }
        let name = given.flatMap { Name(rawValue: $0) } ?? (path?.lowercased().hasSuffix(".csv") == true ? .csv : .ndjson)
        for (key, owner) in [("columns", Name.csv), ("expression", .text)] where owner != name {
            guard let pair = mapping.pair(key), !pair.value.isNull else { continue }
            context.sink.error(
                .invalidValue, "`\(key)` belongs to `format: \(owner)`; this source's is `\(name)`", at: pair.keySpan)
        }
        switch name {
        case .ndjson: return (.ndjson, TimeSection.fields(mapping["time"], into: &context))
        case .csv: return (.csv(columns: columns(into: &context)), TimeSection.fields(mapping["time"], into: &context))
        case .text: return text(into: &context)
        }
    }

    private func columns(into context: inout ConfigurationContext) -> [String]? {
        guard let node = mapping["columns"] else { return nil }
        if case .sequence(let items) = node.kind, items.isEmpty {
            context.sink.error(.invalidValue, "`columns` names no column", at: node.span, hint: "leave it out to read them from the file")
        }
        return context.texts(node, as: "`columns`").map(\.value)
    }

    private func text(into context: inout ConfigurationContext) -> (format: SourceFormat, timeFields: [String])? {
        let node = mapping.required("expression", of: "a source of `format: text`", at: span, into: &context.sink)
        guard let expression = context.text(node, as: "`expression`") else { return nil }
        if let message = RegexChecker.error(in: expression.value, caseInsensitive: false) {
            // RE2 quotes the expression, in which a secret may stand.
            let detail = expression.value == expression.written ? ": " + message : ""
            context.sink.error(.invalidRegex, "RE2 does not accept `expression`" + detail, at: expression.span)
            return nil
        }
        let groups = NamedGroups.names(in: expression.value)
        if groups.isEmpty {
            context.sink.error(
                .invalidValue, "`expression` has no named group, so its events would have no fields", at: expression.span,
                hint: "such as (?P<user>\\w+)")
            return nil
        }
        var format = TextFormat(expression: expression.value)
        let fields = TimeSection.read(mapping["time"], groups: groups, into: &format, &context)
        return (.text(format), fields)
    }
}

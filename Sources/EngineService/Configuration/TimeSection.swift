import Connectors
import RuleLanguage

/// Reads `time` of a source: `ts`, `[ts, time]` or `{ field: when, format: "%b %e %H:%M:%S", year: 2026, zone: "+02:00" }`.
struct TimeSection {
    private static let years = 1678...2261

    /// The fields that give event time; none for the usual ones.
    static func fields(_ node: YAMLNode?, into context: inout ConfigurationContext) -> [String] {
        guard let node else { return [] }
        guard case .mapping(let pairs) = node.kind else { return context.texts(node, as: "`time`").map(\.value) }
        for pair in pairs where ["format", "year", "zone"].contains(pair.key) {
            context.sink.error(
                .invalidValue, "`\(pair.key)` of `time` belongs to `format: text`", at: pair.keySpan,
                hint: "times of other formats are RFC 3339 or numbers")
        }
        let known = ["field", "format", "year", "zone"]
        guard let mapping = MappingReader(node, what: "`time`", known: known, into: &context.sink) else { return [] }
        let field = mapping.required("field", of: "`time`", at: node.span, into: &context.sink)
        return context.texts(field, as: "`field`").map(\.value)
    }

    /// The same of lines of text, where fields are groups of the expression; how the time is written is set in `format`.
    static func read(
        _ node: YAMLNode?, groups: [String], into format: inout TextFormat, _ context: inout ConfigurationContext
    ) -> [String] {
        guard let node else { return [] }
        var fields: [ConfigurationContext.Text] = []
        if case .mapping = node.kind {
            let known = ["field", "format", "year", "zone"]
            guard let mapping = MappingReader(node, what: "`time`", known: known, into: &context.sink) else { return [] }
            let field = mapping.required("field", of: "`time`", at: node.span, into: &context.sink)
            if let field = context.text(field, as: "`field`") { fields = [field] }
            format.timeFormat = context.text(mapping["format"], as: "`format` of `time`")?.value
            format.year = context.number(mapping["year"], as: "`year`", in: years)
            if format.timeFormat == nil, mapping["format"] == nil, let year = mapping.pair("year"), !year.value.isNull {
                context.sink.error(.invalidValue, "`year` is for a `format` that has none", at: year.keySpan, hint: "add `format`")
            }
            if let zone = context.text(mapping["zone"], as: "`zone`") { format.zone = offset(zone, into: &context) }
            do throws(SourceFormatError) {
                try format.checkTime()
            } catch {
                context.sink.error(
                    .invalidValue, "\(error)", at: mapping["format"]?.span ?? node.span, hint: "as of strptime, such as %Y-%m-%d %H:%M:%S")
            }
        } else {
            fields = context.texts(node, as: "`time`")
        }
        for field in fields where !groups.contains(field.value) {
            var hint = NameSuggestion.hint(for: field.written, among: groups)
            if hint.isEmpty { hint = "its groups: " + groups.joined(separator: ", ") }
            context.sink.error(.invalidValue, "`expression` has no group named `\(field.written)`", at: field.span, hint: hint)
        }
        if fields.count == 1 { format.timeGroup = fields[0].value }
        return fields.map(\.value)
    }

    private static func offset(_ zone: ConfigurationContext.Text, into context: inout ConfigurationContext) -> Int {
        if let offset = seconds(of: zone.value) { return offset }
        context.sink.error(
            .invalidValue, "`zone` must be an offset from UTC, not `\(zone.written)`", at: zone.span,
            hint: "UTC, or such as +02:00; names of regions are not known")
        return 0
    }

    /// Seconds east of UTC of `UTC`, `Z`, `±HH`, `±HHMM` or `±HH:MM`; nil for anything else.
    static func seconds(of zone: String) -> Int? {
        if zone == "UTC" || zone == "Z" { return 0 }
        guard let sign = zone.first, sign == "+" || sign == "-" else { return nil }
        let digits = zone.dropFirst().filter { $0 != ":" }
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), zone.utf8.count == digits.count + (zone.contains(":") ? 2 : 1),
            digits.count == 4 || digits.count == 2 && !zone.contains(":"),
            !zone.contains(":") || Array(zone)[3] == ":",
            let hours = Int(digits.prefix(2)), let minutes = Int("0" + digits.dropFirst(2)), hours <= 18, minutes < 60
        else { return nil }
        return (hours * 3600 + minutes * 60) * (sign == "-" ? -1 : 1)
    }
}

/// A configuration with one mistake, and all that is said of it.
struct ConfigurationSample: Sendable, CustomStringConvertible {
    let yaml: String
    /// `line:column severity[code]`.
    let place: String
    /// What the carets stand under.
    let under: String
    let message: String
    let hint: String

    var description: String { "\(place) \(message)" }

    private static let rules = "rules: [rule.yaml]\n"
    /// A sound source and sound rules.
    static let sound = "sources: { s: { path: in.ndjson } }\n" + rules

    /// A mistake in the source `s`.
    static func source(_ source: String, _ place: String, under: String, _ message: String, hint: String = "") -> Self {
        Self(yaml: "sources:\n  s: \(source)\n\(rules)", place: place, under: under, message: message, hint: hint)
    }

    /// A mistake behind a sound source and sound rules.
    static func section(_ section: String, _ place: String, under: String, _ message: String, hint: String = "") -> Self {
        Self(yaml: sound + section + "\n", place: place, under: under, message: message, hint: hint)
    }

    /// A mistake in the whole.
    static func whole(_ yaml: String, _ place: String, under: String, _ message: String, hint: String = "") -> Self {
        Self(yaml: yaml + "\n", place: place, under: under, message: message, hint: hint)
    }

    /// As it is shown: headline, line, carets, hint.
    var shown: String {
        let numbers = place.split(separator: " ")[0].split(separator: ":").compactMap { Int($0) }
        let line = yaml.split(separator: "\n", omittingEmptySubsequences: false)[numbers[0] - 1]
        let headline = place.replacing(" ", with: ": ", maxReplacements: 1)
        let carets = String(repeating: " ", count: numbers[1] - 1) + "^" + String(repeating: "~", count: under.count - 1)
        return "c.yaml:\(headline): \(message)\n  \(line)\n  \(carets)\n" + (hint.isEmpty ? "" : "  hint: \(hint)\n")
    }
}

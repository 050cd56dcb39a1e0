import EventEngine
import RuleLanguage
import StateStore

/// What can be said against a silence when it is set. It may be for rules that come later, so it is no error that it covers nothing.
public enum SilenceCheck {
    /// A rule that alerts may come of.
    public struct KnownRule: Sendable {
        let id: String
        /// Names of the parts of its key.
        let key: [String]

        /// A rule with the parts of its key.
        public init(id: String, key: [String]) {
            self.id = id
            self.key = key
        }
    }

    /// What `isPattern` says yes to, as a regular expression of JSON Schema.
    public static let patternExpression = #"^([^\[\\]|\\[\s\S]|\[([!^][\s\S]|[^!^])[^\]]*\])+$"#

    /// True for ids and well-formed patterns of ids: brackets are closed and have something in them, a backslash stands before a
    /// character.
    public static func isPattern(_ text: String) -> Bool {
        var rest = text.unicodeScalars[...]
        while let character = rest.popFirst() {
            switch character {
            case "\\": if rest.popFirst() == nil { return false }
            case "[":
                // The first character of a set is one of it, also when it is `]`.
                guard let first = rest.popFirst(), !"!^".unicodeScalars.contains(first) || rest.popFirst() != nil,
                    let end = rest.firstIndex(of: "]")
                else { return false }
                rest = rest[rest.index(after: end)...]
            default: break
            }
        }
        return !text.isEmpty
    }

    /// Why a silence covers no alert of these rules; nil when it may cover one, or none are known.
    public static func warning(_ silence: Silence, rules: [KnownRule]) -> String? {
        guard !rules.isEmpty else { return nil }
        let covered = rules.filter { silence.covers(rule: $0.id) }
        guard !covered.isEmpty else {
            if silence.rule.contains(where: { "*?[\\".contains($0) }) { return "no rule that runs has an id like `\(silence.rule)`" }
            return "no rule that runs has the id `\(silence.rule)`" + hint(for: silence.rule, among: rules.map(\.id))
        }
        let names = silence.fields.map(\.name)
        if covered.contains(where: { rule in names.allSatisfy(rule.key.contains) }) { return nil }
        guard let missing = names.first(where: { name in !covered.contains { $0.key.contains(name) } }) else {
            return "no rule that it covers has all of \(names.map { "`\($0)`" }.joined(separator: ", ")) in its key"
        }
        return "no rule that it covers has `\(missing)` in its key" + hint(for: missing, among: Array(Set(covered.flatMap(\.key))))
    }

    /// The rules that ran last on a store; none on one that no service has used.
    public static func rules(_ store: any StateStore) throws(StateStoreError) -> [KnownRule] {
        var rules: [KnownRule] = []
        try store.records(StateTables.rules) { id, record in
            rules.append(KnownRule(id: id, key: RuleLayout(fields: record.fields)?.keyLabels ?? []))
        }
        return rules
    }

    private static func hint(for name: String, among candidates: [String]) -> String {
        let hint = NameSuggestion.hint(for: name, among: candidates)
        return hint.isEmpty ? "" : "; " + hint
    }
}

/// Finds a rule's events by the names its author uses: an event of a library has its own name, and `library.name`.
struct EventNames {
    /// The rule's events.
    let events: [EventDefinition]
    /// The libraries in its scope, by name.
    let libraries: [String: LibraryDefinition]

    /// The event's index in `Rule.events`; nil for what is no event of the rule.
    func index(of name: String) -> Int? {
        if let index = events.firstIndex(where: { $0.name == name }) { return index }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let event = libraries[parts[0]]?.events[parts[1]] else { return nil }
        return events.firstIndex { $0.name == event.name && $0.span == event.span }
    }

    /// The index; nil with a diagnostic, in which `key` is the rule's key that names the event.
    func index(of name: String, in key: String, at span: SourceSpan, into sink: inout DiagnosticSink) -> Int? {
        if let index = index(of: name) { return index }
        let hint = NameSuggestion.hint(for: name, among: events.map(\.name))
        sink.error(.unknownEvent, "`\(key)` names the event `\(name)`, which is not declared", at: span, hint: hint)
        return nil
    }
}

/// What the parsers of one rule share: diagnostics, event variables, budgets.
final class RuleCompilation {
    /// What was reported.
    var sink = DiagnosticSink()
    /// What the rule's texts can name.
    let scope: RuleScope
    /// The rule's event variables.
    var events: [EventEntry] = []
    /// Steps that the pattern may still have.
    var remainingSteps = 20_000
    /// Predicates that expressions may still inline.
    var remainingInlines = 1_000
    /// What can be bound before what; nil while the pattern is not known.
    var order: BindingOrder?
    private var indexByName: [String: Int] = [:]
    private var indexByLibraryName: [String: Int] = [:]
    private var reported: Set<String> = []

    /// An event variable before its predicate is read.
    struct EventEntry {
        /// The name it has in matches and expressions.
        let name: String
        /// The library it comes from; nil: the rule's own.
        let library: String?
        /// Its predicate; nil: every event.
        let text: DSLText?
        /// Where it was declared.
        let span: SourceSpan
    }

    /// Starts with the rule's own events.
    init(scope: RuleScope) {
        self.scope = scope
        for event in scope.events {
            if ReservedWords.isReserved(event.name) {
                sink.error(
                    .invalidName, "`\(event.name)` is a word of the language and no name for an event", at: event.span,
                    hint: "reserved are \(ReservedWords.all.joined(separator: " "))")
            }
            indexByName[event.name] = indexByName[event.name] ?? events.count
            events.append(EventEntry(name: event.name, library: nil, text: event.text, span: event.span))
        }
    }

    /// The variable that `name` means in expressions of the namespace; nil when none does.
    func variable(named name: String, in names: Namespace) -> Int? {
        if let library = names.library { return variable(named: name, of: library.name) }
        return indexByName[name]
    }

    /// The variable of a library's event; nil when the pattern does not use it.
    func variable(named name: String, of library: String) -> Int? { indexByLibraryName["\(library).\(name)"] }

    /// The library that `name` means, where the namespace may use it.
    func library(_ name: String, in names: Namespace) -> LibraryDefinition? {
        if let own = names.library, own.name != name, !own.uses.contains(name) { return nil }
        return scope.libraries[name]
    }

    /// Makes a library's event a variable of the rule, once. Another variable of the same name is a clash.
    func use(_ event: LibraryEvent, of library: LibraryDefinition, at span: SourceSpan) -> Int {
        let key = "\(library.name).\(event.name)"
        if let index = indexByLibraryName[key] { return index }
        if let other = indexByName[event.name] {
            let origin = events[other].library.map { "`\($0).\(event.name)`" } ?? "the rule's own event `\(event.name)`"
            sink.error(
                .nameClash, "`\(key)` and \(origin) would both be called `\(event.name)`", at: span,
                hint: "declare an event of another name with the predicate `\(key)`")
        }
        let index = events.count
        events.append(EventEntry(name: event.name, library: library.name, text: event.text, span: event.span))
        indexByName[event.name] = indexByName[event.name] ?? index
        indexByLibraryName[key] = index
        return index
    }

    /// Names of events that can be meant in a namespace.
    func eventNames(in names: Namespace) -> [String] {
        if let library = names.library { return Array(library.events.keys) }
        return events.filter { $0.library == nil }.map(\.name)
            + scope.libraries.values.flatMap { library in library.events.keys.map { "\(library.name).\($0)" } }
    }

    /// Reports a name that is not declared, each only once.
    func reportUnknownEvent(_ name: String, in names: Namespace, at span: SourceSpan, candidates: [String]? = nil) {
        guard reported.insert(name).inserted else { return }
        sink.error(
            .unknownEvent, "no event `\(name)` is declared", at: span,
            hint: NameSuggestion.hint(for: name, among: candidates ?? eventNames(in: names)))
    }

    /// Reports a parameter that is not declared.
    func reportUnknownParameter(_ name: String, in names: Namespace, at span: SourceSpan) {
        sink.error(
            .unknownParameter, "no parameter `\(name)` is declared", at: span,
            hint: NameSuggestion.hint(for: name, among: Array(names.parameters.keys)))
    }
}

/// Words that cannot be names of events.
enum ReservedWords {
    /// All of them.
    static let all = ["of", "permute", "within", "until", "for", "and", "or", "not", "in", "like", "matches", "contains"]

    /// True for one of them.
    static func isReserved(_ name: String) -> Bool { all.contains(name) }
}

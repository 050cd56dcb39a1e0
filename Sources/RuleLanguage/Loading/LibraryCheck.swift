/// Checks the patterns and predicates of a library, also those that no rule uses.
///
/// Each is compiled as if a rule consisted of it alone. What depends on the rule around it is left to the rules that use it:
/// bounds on state, where a negation stands, what is bound before, and patterns whose parameters have no default.
struct LibraryCheck {
    private static let left: Set<DiagnosticCode> = [.misplacedNegation, .negationNeedsBound, .unboundedState, .emptyPattern, .notBoundYet]

    /// Reports the errors of library `name`; `libraries` are it and those it uses.
    static func report(_ name: String, of libraries: [String: LibraryDefinition], into sink: inout DiagnosticSink) {
        guard let library = libraries[name] else { return }
        var places = library.events.values.map { ($0.name, $0.span) }
        places += library.patterns.values.filter { $0.parameters.allSatisfy { $0.default != nil } }.map { ($0.name, $0.span) }
        for (item, span) in places.sorted(by: { $0.1.start < $1.1.start }) {
            let text = name + "." + item
            let pattern = DSLText(text: text, file: span.file, offsets: Array(repeating: span.start, count: text.utf8.count + 1))
            let dsl = RuleDSL(
                scope: RuleScope(parameters: [:], events: [], libraries: libraries), pattern: pattern, filter: nil, having: nil, select: [],
                until: nil, within: nil, hasLimit: true, emit: .first)
            var own = DiagnosticSink()
            _ = dsl.compile(id: text, span: span, into: &own)
            sink.append(contentsOf: own.diagnostics.filter { $0.severity == .error && !left.contains($0.code) })
        }
    }
}

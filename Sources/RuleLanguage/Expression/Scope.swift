/// A named event of a library.
struct LibraryEvent {
    /// Its name, without the library's.
    let name: String
    /// Its predicate; nil: every event.
    let text: DSLText?
    /// The library's parameters.
    let parameters: [String: Literal]
    /// Where it was declared.
    let span: SourceSpan
}

/// A named pattern of a library.
struct LibraryPattern {
    /// Its name, without the library's.
    let name: String
    /// Its parameters in order; those without default must be given.
    let parameters: [(name: String, default: Literal?)]
    /// The pattern.
    let text: DSLText
    /// Where it was declared.
    let span: SourceSpan
}

/// A library of named events, patterns and lists.
struct LibraryDefinition {
    /// Its name.
    var name: String
    /// Events by name.
    var events: [String: LibraryEvent] = [:]
    /// Patterns by name.
    var patterns: [String: LibraryPattern] = [:]
    /// Lists of constants by name.
    var lists: [String: [Literal]] = [:]
    /// Libraries whose names it may use.
    var uses: [String] = []
    /// Parameters that its events and patterns may use.
    var parameters: [String: Literal] = [:]
}

/// What the texts of a rule can name.
struct RuleScope {
    /// `$name`.
    var parameters: [String: Literal]
    /// The rule's own events in order of declaration; no text: every event.
    var events: [(name: String, text: DSLText?, span: SourceSpan)]
    /// The libraries that the rule uses, and those that they use, by name.
    var libraries: [String: LibraryDefinition]
}

/// Whose text is read: it decides which parameters and names are seen.
struct Namespace {
    /// The library; nil: the rule.
    let library: LibraryDefinition?
    /// `$name`.
    let parameters: [String: Literal]
}

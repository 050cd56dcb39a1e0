/// What came of loading rule files: the rules that can run, and everything there is to say about the files.
public struct RuleSet: Sendable {
    /// The rules without errors of their own, in order of file and document.
    public var rules: [Rule]
    /// Errors and warnings, in order of file and place.
    public var diagnostics: [Diagnostic]
    /// The files that were read, rules and libraries, in order of reading.
    public var files: [String]

    /// Makes a set.
    public init(rules: [Rule] = [], diagnostics: [Diagnostic] = [], files: [String] = []) {
        self.rules = rules
        self.diagnostics = diagnostics
        self.files = files
    }

    /// True when at least one error was found.
    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

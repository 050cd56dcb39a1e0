import EventEngine
import PatternCompiler
import RuleLanguage

/// Rules read and compiled, and everything there is to say about them.
public struct LoadedRuleSet: Sendable {
    /// The rules that can run.
    public let rules: [Rule]
    /// Of the reader and of the compiler, in this order.
    public let diagnostics: [Diagnostic]
    /// What the engine runs; nil when a rule cannot be compiled.
    public let program: EngineProgram?

    /// Reads files and directories, and compiles what they hold.
    ///
    /// - Parameter patternDirectories: directories of libraries; empty: those in, beside and above the rules.
    public init(paths: [String], patternDirectories: [String]) {
        self.init(RuleLoader.load(paths: paths, patternDirectories: patternDirectories.isEmpty ? nil : patternDirectories))
    }

    /// Compiles rules that have been read.
    public init(_ set: RuleSet) {
        let compiled = RuleSetCompiler.compile(set.rules)
        rules = set.rules
        diagnostics = set.diagnostics + compiled.diagnostics
        program = compiled.program
    }

    /// True when at least one error was found.
    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

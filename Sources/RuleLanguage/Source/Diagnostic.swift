/// What a rule author did wrong, or had better look at: where, what was expected, and a hint.
public struct Diagnostic: Sendable {
    /// How much it matters: an error keeps the rule from loading, a warning does not.
    public enum Severity: String, Sendable {
        /// The rule cannot run.
        case error
        /// The rule runs; it probably does not do what its author meant.
        case warning
    }

    /// Error or warning.
    public let severity: Severity
    /// The stable code and its short title.
    public let code: DiagnosticCode
    /// One sentence: what is wrong here, and what was expected.
    public let message: String
    /// Where.
    public let span: SourceSpan
    /// What to do about it; empty when there is nothing to add.
    public let hint: String

    /// Makes a diagnostic.
    public init(_ severity: Severity, _ code: DiagnosticCode, _ message: String, at span: SourceSpan, hint: String = "") {
        self.severity = severity
        self.code = code
        self.message = Self.clipped(message)
        self.span = span
        self.hint = Self.clipped(hint)
    }

    /// Messages quote names, which can be as long as a file.
    private static func clipped(_ text: String) -> String {
        text.utf8.count <= 1000 ? text : text.prefix(300) + " … " + text.suffix(300)
    }
}

/// Collects diagnostics while a file is read; readers go on after an error as far as that makes sense.
public struct DiagnosticSink {
    /// What was reported so far, in order of report.
    public private(set) var diagnostics: [Diagnostic] = []

    /// An empty sink.
    public init() {}

    /// True when at least one error was reported.
    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// Reports an error.
    public mutating func error(_ code: DiagnosticCode, _ message: String, at span: SourceSpan, hint: String = "") {
        diagnostics.append(Diagnostic(.error, code, message, at: span, hint: hint))
    }

    /// Reports a warning (a lint).
    public mutating func warning(_ code: DiagnosticCode, _ message: String, at span: SourceSpan, hint: String = "") {
        diagnostics.append(Diagnostic(.warning, code, message, at: span, hint: hint))
    }

    /// Adds what another reader reported.
    public mutating func append(contentsOf other: [Diagnostic]) { diagnostics += other }
}

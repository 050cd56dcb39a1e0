import RuleLanguage

/// What came of reading a configuration.
public struct LoadedConfiguration: Sendable {
    /// What the service runs; nil when there were errors.
    public let configuration: ServiceConfiguration?
    /// Errors and warnings in order of place.
    public let diagnostics: [Diagnostic]
    /// What must not be printed, also when there were errors.
    public let secrets: Secrets

    /// True when at least one error was found.
    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
    /// True when the file itself could not be read.
    public var isUnreadable: Bool {
        diagnostics.contains { $0.code == .unreadableFile && $0.span.file.bytes.isEmpty }
    }
}

/// How records of the log are written.
public enum LogFormat: String, Sendable, CaseIterable {
    /// `2026-01-01T00:00:00.000Z info message key=value`.
    case text
    /// One JSON object.
    case json
}

import Glibc
import Logging

/// Writes each record of the log as one line.
///
/// Whatever a message or a value holds, it stays within its line and its field: control characters are escaped, so that an
/// event that is quoted cannot forge a record. Secrets of the configuration are replaced by their references.
public struct LineLogHandler: LogHandler {
    /// What is less grave is not logged.
    public var logLevel: Logger.Level
    /// What each record carries.
    public var metadata: Logger.Metadata = [:]
    /// What else each record carries, from its surroundings.
    public var metadataProvider: Logger.MetadataProvider?

    private let format: LogFormat
    private let secrets: Secrets
    private let output: LogOutput
    /// Nanoseconds since 1970 UTC.
    private let now: @Sendable () -> Int64

    /// A handler that writes to standard error unless told.
    public init(level: Logger.Level = .info, format: LogFormat = .text, secrets: Secrets = Secrets(), output: LogOutput = .standardError) {
        self.init(level: level, format: format, secrets: secrets, output: output, now: Self.wallClock)
    }

    init(level: Logger.Level, format: LogFormat, secrets: Secrets, output: LogOutput, now: @escaping @Sendable () -> Int64) {
        logLevel = level
        self.format = format
        self.secrets = secrets
        self.output = output
        self.now = now
    }

    /// A value that each record carries.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a record.
    public func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let own = event.metadata { all.merge(own) { $1 } }
        if let error = event.error { all["error"] = "\(error)" }
        let record = LogRecord(
            time: now(), level: event.level, message: secrets.redact("\(event.message)"),
            fields: all.sorted { $0.key < $1.key }.map { ($0.key, redacted($0.value)) })
        output.write(Array((format == .json ? record.json : record.text).utf8) + [UInt8(ascii: "\n")])
    }

    private func redacted(_ value: Logger.Metadata.Value) -> Logger.Metadata.Value {
        switch value {
        case .string(let text): .string(secrets.redact(text))
        case .stringConvertible(let value): .string(secrets.redact(value.description))
        case .array(let values): .array(values.map(redacted))
        case .dictionary(let values): .dictionary(values.mapValues(redacted))
        }
    }

    private static func wallClock() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

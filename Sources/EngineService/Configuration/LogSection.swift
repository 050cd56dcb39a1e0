import Logging
import RuleLanguage

/// Reads `log`.
struct LogSection {
    /// The section; what is left out or wrong is at its default.
    static func log(_ node: YAMLNode?, into context: inout ConfigurationContext) -> ServiceConfiguration.Log {
        var log = ServiceConfiguration.Log()
        guard let node, let mapping = MappingReader(node, what: "`log`", known: ["level", "format"], into: &context.sink) else {
            return log
        }
        let level = context.choice(mapping["level"], as: "`level`", among: Logger.Level.allCases.map(\.rawValue))
        if let level = level.flatMap({ Logger.Level(rawValue: $0) }) { log.level = level }
        let format = context.choice(mapping["format"], as: "`format`", among: LogFormat.allCases.map(\.rawValue))
        if let format = format.flatMap({ LogFormat(rawValue: $0) }) { log.format = format }
        return log
    }
}

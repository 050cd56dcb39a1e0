import EventEngine
import Glibc

/// A message of RFC 5424.
struct SyslogMessage {
    /// 0 to 23.
    let facility: Int
    /// The rule's level, from which the severity follows.
    let level: String
    /// Nanoseconds since 1970 UTC.
    let time: Int64
    let hostname: String
    let application: String
    /// The match's id.
    let id: String
    let rule: [UInt8]
    let text: [UInt8]

    /// The message on one line, without end or frame.
    var bytes: [UInt8] {
        let head =
            "<\(facility * 8 + Self.severity(ofLevel: level))>1 \(Timestamp.format(time / 1000 * 1000)) \(hostname) \(application) "
            + "\(getpid()) alert [fluxcore@32473 match_id=\"\(id)\" rule=\""
        return Array(head.utf8) + Self.escaped(rule) + Array("\"] ".utf8) + text
    }

    /// Severity of RFC 5424: 2 critical, 3 error, 4 warning, 5 notice, 6 informational.
    static func severity(ofLevel level: String) -> Int {
        switch level {
        case "critical": 2
        case "high": 3
        case "medium": 4
        case "low": 5
        default: 6
        }
    }

    /// A value between quotes: quotes, backslashes and brackets stand behind a backslash.
    private static func escaped(_ value: [UInt8]) -> [UInt8] {
        value.flatMap { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "]") ? [UInt8(ascii: "\\"), $0] : [$0] }
    }
}

import Foundation

/// A rule that is changed while attempts of it are under way: what the plan must say of it, and what must come of them.
///
/// The rule's file is `rules/NAME.yaml`; its events have the name in the field `t`. Their times are seconds since the start.
struct ReloadCase: Sendable {
    let name: String
    /// The rule's body; nil: the rule is not there.
    let before: String?
    let after: String?
    /// Words of the plan behind the rule's name; nil: the plan does not name it.
    var plan: String?
    /// What the plan says of a rule of the file that comes or goes with the name `other`.
    var others: [String] = []
    /// `SECOND USER KIND VALUE HOST`, of which the last two may be left out.
    let first: [String]
    let then: [String]
    /// As `ReloadAlert` has them, in order.
    let alerts: [String]

    /// The text of the file; `body` nil: no file.
    func file(_ body: String?) -> String? {
        guard let body else { return nil }
        let lines = body.hasPrefix("rule:") ? body : "rule: \(name)\n" + body
        return lines + "\ntests: []\n"
    }

    static let start = 1_767_225_600

    /// One event as a line of JSON.
    func line(_ event: String) -> String {
        let words = event.split(separator: " ")
        var line = "{\"ts\":\(Self.start + (Int(words[0]) ?? 0)),\"t\":\"\(name)\",\"user\":\"\(words[1])\",\"k\":\"\(words[2])\""
        if words.count > 3 { line += ",\"v\":\(words[3])" }
        if words.count > 4 { line += ",\"host\":\"\(words[4])\"" }
        return line + "}\n"
    }
}

/// An alert in few words: `USER EVENT@SECOND… =END`, then the kind, `select` and what was suppressed, where there is any.
enum ReloadAlert {
    static func text(_ line: Substring) -> (rule: String, text: String)? {
        guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
            let rule = object["rule"] as? String, let key = object["key"] as? [String: Any], let level = object["level"] as? String,
            let end = object["end"] as? String
        else { return nil }
        var words = key.sorted { $0.key < $1.key }.map { "\($0.value)" }
        for case let event as [String: Any] in object["events"] as? [Any] ?? [] {
            let time = (event["event"] as? [String: Any])?["ts"] as? Int
            words.append("\(event["name"] ?? "")" + (time.map { "@\($0 - ReloadCase.start)" } ?? ""))
        }
        words.append("=" + end.dropFirst("2026-01-01T00:".count))
        if level != "medium" { words.append(level) }
        if let kind = object["kind"] as? String { words.append(kind) }
        for (name, value) in (object["select"] as? [String: Any] ?? [:]).sorted(by: { $0.key < $1.key }) {
            words.append("\(name):\(value)")
        }
        if let suppressed = object["suppressed"] { words.append("+\(suppressed)") }
        return (rule, words.joined(separator: " "))
    }
}

import EventEngine
import Logging
import RuleLanguage

/// A record of the log and its forms.
struct LogRecord {
    /// Nanoseconds since 1970 UTC.
    let time: Int64
    let level: Logger.Level
    let message: String
    /// In the order in which they are written.
    let fields: [(key: String, value: Logger.Metadata.Value)]

    /// `2026-01-01T00:00:00.000Z info message key=value key="a value"`, without a line end.
    var text: String {
        let parts =
            ["\(stamp) \(level) \(Self.escaped(message))"] + fields.map { Self.name($0.key) + "=" + Self.quoted(Self.plain($0.value)) }
        return parts.joined(separator: " ")
    }

    /// `{"time":…,"level":…,"message":…,"fields":{…}}`, without a line end; `fields` is left out when there are none.
    var json: String {
        let start = "{\"time\":\"\(stamp)\",\"level\":\"\(level)\",\"message\":\(JSONText.string(message))"
        return fields.isEmpty ? start + "}" : start + ",\"fields\":" + Self.json(fields) + "}"
    }

    /// UTC to the millisecond.
    private var stamp: String {
        let text = Timestamp.format(time)
        let milliseconds = String((time / 1_000_000 % 1000 + 1000) % 1000)
        return text.prefix(19) + "." + String(repeating: "0", count: 3 - milliseconds.count) + milliseconds + "Z"
    }

    // MARK: Text

    /// A key without what would end it.
    private static func name(_ key: String) -> String {
        let name = String(key.unicodeScalars.map { isWord($0) ? Character($0) : "_" })
        return name.isEmpty ? "_" : name
    }

    /// A value of one line; lists and mappings in brackets and braces.
    private static func plain(_ value: Logger.Metadata.Value) -> String {
        switch value {
        case .string(let text): text
        case .stringConvertible(let value): value.description
        case .array(let values): "[" + values.map { quoted(plain($0)) }.joined(separator: ", ") + "]"
        case .dictionary(let values):
            "{" + values.sorted { $0.key < $1.key }.map { name($0.key) + "=" + quoted(plain($0.value)) }.joined(separator: ", ") + "}"
        }
    }

    /// A value as it is when it is one word, else in quotes with `"` and `\` escaped.
    private static func quoted(_ value: String) -> String {
        if !value.isEmpty, value.unicodeScalars.allSatisfy({ isWord($0) || "/:+@,*%".unicodeScalars.contains($0) }) { return value }
        var result = "\""
        for scalar in value.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { result += "\\" }
            append(scalar, to: &result)
        }
        return result + "\""
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars { append(scalar, to: &result) }
        return result
    }

    /// Appends a character; one that ends lines, moves the cursor or turns the direction of writing as an escape.
    private static func append(_ scalar: Unicode.Scalar, to result: inout String) {
        switch scalar {
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        default:
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                result += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.value >= 0x30 && scalar.value <= 0x39 || "_.-".unicodeScalars.contains(scalar)
    }

    // MARK: JSON

    private static func json(_ fields: [(key: String, value: Logger.Metadata.Value)]) -> String {
        "{" + fields.map { JSONText.string($0.key) + ":" + json($0.value) }.joined(separator: ",") + "}"
    }

    private static func json(_ value: Logger.Metadata.Value) -> String {
        switch value {
        case .string(let text): JSONText.string(text)
        case .stringConvertible(let value): JSONText.string(value.description)
        case .array(let values): "[" + values.map(json).joined(separator: ",") + "]"
        case .dictionary(let values): json(values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        }
    }
}

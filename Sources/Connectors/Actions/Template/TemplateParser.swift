import EventEngine

/// Reads the text of a template.
struct TemplateParser {
    private let bytes: [UInt8]
    private let form: Template.Form
    private var position = 0
    /// Of JSON: whether the text so far ends within quotes, and behind a backslash.
    private var isQuoted = false
    private var isEscaped = false

    init(_ text: String, form: Template.Form) {
        bytes = Array(text.utf8)
        self.form = form
    }

    /// All parts in order.
    mutating func parts() throws(TemplateError) -> [Template.Part] {
        var parts: [Template.Part] = []
        var text: [UInt8] = []
        while position < bytes.count {
            guard bytes[position...].starts(with: "{{".utf8) else {
                take(bytes[position], into: &text)
                position += 1
                continue
            }
            let start = position
            position += 2
            skipBlanks()
            if peek == UInt8(ascii: "\"") {
                for byte in try quoted(start) { take(byte, into: &text) }
                try close(start)
                continue
            }
            let path = try path(start)
            try close(start)
            if !text.isEmpty { parts.append(.text(text)) }
            text = []
            parts.append(.value(path, place))
        }
        if !text.isEmpty { parts.append(.text(text)) }
        return parts
    }

    private var place: Template.Place {
        switch form {
        case .plain: .text
        case .line: .line
        case .json: isQuoted ? .jsonString : .jsonValue
        }
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ byte: UInt8, into text: inout [UInt8]) {
        text.append(byte)
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = isQuoted
        } else if byte == UInt8(ascii: "\"") {
            isQuoted.toggle()
        }
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x09 { position += 1 }
    }

    private mutating func close(_ start: Int) throws(TemplateError) {
        skipBlanks()
        guard bytes[position...].starts(with: "}}".utf8) else {
            if position < bytes.count, bytes[position...].firstIndex(of: UInt8(ascii: "}")) != nil {
                throw error(position..<position + 1, "here `}}` is missing", hint: "a placeholder is a path and nothing more")
            }
            throw error(start..<start + 2, "this `{{` is never closed", hint: #"`{{"{{"}}` stands for the text `{{`"#)
        }
        position += 2
    }

    private mutating func path(_ start: Int) throws(TemplateError) -> TemplatePath {
        let first = position
        let word = name()
        guard !word.isEmpty else {
            let hint = #"such as {{rule}}; `{{"{{"}}` stands for the text `{{`"#
            throw error(start..<min(start + 2, bytes.count), "behind this `{{` no path begins", hint: hint)
        }
        guard let root = TemplatePath.Root(rawValue: word) else {
            let known = TemplatePath.Root.allCases.map(\.rawValue).joined(separator: ", ")
            throw error(first..<position, "an alert has no `\(word)`", hint: "known: " + known)
        }
        var rest: [EventSchema.Field.Segment] = []
        while let byte = peek {
            if byte == UInt8(ascii: ".") {
                position += 1
                let name = name()
                guard !name.isEmpty else { throw error(position - 1..<position, "behind this `.` a name is missing") }
                rest.append(.key(name))
            } else if byte == UInt8(ascii: "[") {
                rest.append(try element())
            } else {
                break
            }
        }
        let range = first..<position
        switch root {
        case .key, .select: break
        case .events:
            guard case .key? = rest.first else { break }
            throw error(range, "which of the `events` is not said", hint: "events[0] is the first")
        case .steps:
            guard rest.count == 1, case .element = rest[0] else {
                throw error(range, "`steps` needs the number of an event and nothing more", hint: "steps[0] is the first")
            }
        default:
            guard rest.isEmpty else { throw error(range, "`\(word)` has no parts", hint: "write {{\(word)}}") }
        }
        return TemplatePath(root: root, rest: rest)
    }

    private mutating func name() -> String {
        let start = position
        while let byte = peek, Self.isNameByte(byte) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x80...:
            true
        default: false
        }
    }

    /// `[0]` or `["name"]`.
    private mutating func element() throws(TemplateError) -> EventSchema.Field.Segment {
        let start = position
        position += 1
        let segment: EventSchema.Field.Segment
        if peek == UInt8(ascii: "\"") {
            segment = .key(String(decoding: try quoted(start), as: UTF8.self))
        } else {
            let first = position
            while let byte = peek, byte >= 48, byte <= 57 { position += 1 }
            guard position > first, position - first <= 6, let number = Int(String(decoding: bytes[first..<position], as: UTF8.self)) else {
                throw error(
                    start..<start + 1, "behind this `[` a number or a text in quotes is missing", hint: "such as [0] or [\"user name\"]")
            }
            segment = .element(number)
        }
        guard peek == UInt8(ascii: "]") else { throw error(start..<start + 1, "this `[` is never closed") }
        position += 1
        return segment
    }

    /// A text in quotes, in which `\"` and `\\` are a quote and a backslash.
    private mutating func quoted(_ start: Int) throws(TemplateError) -> [UInt8] {
        position += 1
        var text: [UInt8] = []
        while let byte = peek {
            position += 1
            if byte == UInt8(ascii: "\"") { return text }
            if byte == UInt8(ascii: "\\"), let next = peek, next == UInt8(ascii: "\"") || next == byte {
                position += 1
                text.append(next)
            } else {
                text.append(byte)
            }
        }
        throw error(start..<start + 1, "a text in quotes has no end here")
    }

    private func error(_ range: Range<Int>, _ message: String, hint: String = "") -> TemplateError {
        TemplateError(range: range, message: message, hint: hint)
    }
}

/// Writes diagnostics for people (with the line, a caret and a hint) or for programs (JSON).
public struct DiagnosticRenderer: Sendable {
    /// True: severities and carets are coloured with ANSI escapes.
    public var usesColor: Bool

    /// Makes a renderer, without colour unless told.
    public init(usesColor: Bool = false) {
        self.usesColor = usesColor
    }

    /// One diagnostic as text, several lines, each ended by a newline:
    /// `file:line:col: error[FX0123]: message`, the source line, a caret line, and `  hint: …` where there is one.
    public func text(_ diagnostic: Diagnostic) -> String {
        let span = diagnostic.span
        let (line, column) = span.file.position(at: span.start)
        let isError = diagnostic.severity == .error
        let label = paint("\(diagnostic.severity.rawValue)[\(diagnostic.code.rawValue)]", isError ? "1;31" : "1;33")
        var result = "\(span.file.path):\(line):\(column): \(label): \(diagnostic.message)\n"
        let source = span.file.line(line)
        if !span.file.bytes.isEmpty {
            let (shown, first) = Self.window(source, around: column)
            result += "  " + shown + "\n  " + paint(Self.carets(under: shown, from: column - first, span: span, line: line), "1;32") + "\n"
        }
        if !diagnostic.hint.isEmpty { result += "  hint: \(diagnostic.hint)\n" }
        return result
    }

    /// All diagnostics as text, in order.
    public func text(_ diagnostics: [Diagnostic]) -> String {
        diagnostics.map { text($0) }.joined()
    }

    /// One diagnostic as a JSON object on one line: `file line column endLine endColumn severity code message hint`.
    /// Lines and columns count from 1; the end is one past the last character.
    public func json(_ diagnostic: Diagnostic) -> String {
        let span = diagnostic.span
        let start = span.file.position(at: span.start)
        let end = span.file.position(at: span.end)
        return "{\"file\":\(JSONText.string(span.file.path)),\"line\":\(start.line),\"column\":\(start.column),"
            + "\"endLine\":\(end.line),\"endColumn\":\(end.column),\"severity\":\"\(diagnostic.severity.rawValue)\","
            + "\"code\":\"\(diagnostic.code.rawValue)\",\"message\":\(JSONText.string(diagnostic.message)),"
            + "\"hint\":\(JSONText.string(diagnostic.hint))}"
    }

    /// All diagnostics as one JSON array, one object a line.
    public func json(_ diagnostics: [Diagnostic]) -> String {
        diagnostics.isEmpty ? "[]\n" : "[\n" + diagnostics.map { json($0) }.joined(separator: ",\n") + "\n]\n"
    }

    private func paint(_ text: String, _ style: String) -> String {
        usesColor ? "\u{1B}[\(style)m\(text)\u{1B}[0m" : text
    }

    /// At most 160 characters of a line, so that a line of a megabyte does not fill the screen; and how many are left out before.
    private static func window(_ line: String, around column: Int) -> (text: String, first: Int) {
        let scalars = Array(line.unicodeScalars)
        let first = scalars.count <= 160 ? 0 : max(0, min(column - 80, scalars.count - 160))
        var text = ""
        for scalar in scalars[first..<min(scalars.count, first + 160)] {
            let isControl = scalar.value < 0x20 && scalar != "\t" || scalar.value == 0x7F
            text.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
        }
        return (text, first)
    }

    private static func carets(under line: String, from column: Int, span: SourceSpan, line number: Int) -> String {
        let scalars = Array(line.unicodeScalars)
        let end = span.file.position(at: span.end)
        let start = span.file.position(at: span.start)
        let wanted = end.line == number ? end.column - start.column : scalars.count - column + 1
        let room = max(1, scalars.count - column + 1)
        let width = max(1, min(wanted, room))
        let before = scalars.prefix(max(0, column - 1)).map { $0 == "\t" ? "\t" : " " }.joined()
        return before + "^" + String(repeating: "~", count: width - 1)
    }
}

/// What names look like.
package struct NameSyntax {
    /// Letters, digits and `_`, not starting with a digit: names of events, parameters, measures and libraries.
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !isDigit(first) else { return false }
        return text.utf8.allSatisfy(isNameByte)
    }

    /// A name in which `.` and `-` may stand too: ids of rules.
    package static func isRuleID(_ text: String) -> Bool {
        guard let first = text.utf8.first, isNameByte(first) else { return false }
        return text.utf8.allSatisfy { isNameByte($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    }

    /// Reports what is no name; true when it is one.
    static func check(_ text: String, as what: String, at span: SourceSpan, into sink: inout DiagnosticSink) -> Bool {
        if isName(text) { return true }
        sink.error(
            .invalidName, "`\(text)` is no name for \(what)", at: span,
            hint: text.contains { ")]}\"'".contains($0) }
                ? "a value with commas inside braces needs quotes, or a line of its own"
                : "letters, digits and `_`, not starting with a digit")
        return false
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: "_") || (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
    }
}

/// Writes parts of JSON texts to memory that is known to be large enough.
enum JSONText {
    /// Bytes that one byte of a text takes at most: `\u001f`.
    static let maximumExpansion = 6

    /// Writes a text's bytes with quotes around them, escaped; where the writing ends.
    static func writeString(_ text: UnsafeBufferPointer<UInt8>, to start: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
        var out = put(UInt8(ascii: "\""), start)
        for byte in text {
            if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                out = put(byte, out)
            } else {
                forEscaped(byte) { out = put($0, out) }
            }
        }
        return put(UInt8(ascii: "\""), out)
    }

    /// Writes a field typed by its content: nothing is null, what JSON reads as a number or Boolean is one, all else is
    /// a text.
    static func writeTyped(_ text: UnsafeBufferPointer<UInt8>, to start: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
        if text.isEmpty {
            var out = start
            for byte in "null".utf8 { out = put(byte, out) }
            return out
        }
        guard isLiteral(text) else { return writeString(text, to: start) }
        start.update(from: text.baseAddress!, count: text.count)
        return start + text.count
    }

    @inline(__always)
    static func put(_ byte: UInt8, _ out: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
        out[0] = byte
        return out + 1
    }

    /// The bytes that stand for one byte of a text in JSON.
    static func forEscaped(_ byte: UInt8, _ body: (UInt8) -> Void) {
        if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { return body(byte) }
        body(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): body(byte)
        case 10: body(UInt8(ascii: "n"))
        case 13: body(UInt8(ascii: "r"))
        case 9: body(UInt8(ascii: "t"))
        default:
            for part in "u00".utf8 { body(part) }
            body(48 + byte >> 4)
            body(Array("0123456789abcdef".utf8)[Int(byte & 15)])
        }
    }

    /// Whether JSON reads the text as a number or Boolean.
    static func isLiteral(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        switch text[0] {
        case UInt8(ascii: "t"): return text.elementsEqual("true".utf8)
        case UInt8(ascii: "f"): return text.elementsEqual("false".utf8)
        case UInt8(ascii: "-"), 48...57: return isNumber(text)
        default: return false
        }
    }

    private static func isNumber(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var at = text[0] == UInt8(ascii: "-") ? 1 : 0
        func digits() -> Int {
            let start = at
            while at < text.count, text[at] &- 48 < 10 { at += 1 }
            return at - start
        }
        let first = at
        let whole = digits()
        if whole == 0 || (whole > 1 && text[first] == 48) { return false }
        if at < text.count, text[at] == UInt8(ascii: ".") {
            at += 1
            if digits() == 0 { return false }
        }
        if at < text.count, text[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < text.count, text[at] == UInt8(ascii: "-") || text[at] == UInt8(ascii: "+") { at += 1 }
            if digits() == 0 { return false }
        }
        return at == text.count
    }
}

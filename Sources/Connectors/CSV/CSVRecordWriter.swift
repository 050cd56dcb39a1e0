/// Writes CSV records as JSON objects, one a line.
///
/// A field without quotes is typed by its content: nothing is null; `true` and `false` are Booleans; what JSON would
/// read as a number is one, so `007` and `+1` stay texts. A field in quotes is a text.
struct CSVRecordWriter {
    /// What stands before each column's value, one behind the other: the brace or comma, the key and the colon.
    private let prefixes: [UInt8]
    /// Where each column's prefix ends.
    private let prefixEnds: [Int]

    init(columns: [String]) {
        var prefixes: [UInt8] = []
        prefixEnds = columns.enumerated().map { index, name in
            prefixes.append(contentsOf: [UInt8(ascii: index == 0 ? "{" : ","), UInt8(ascii: "\"")])
            for byte in name.utf8 { Self.forEscaped(byte) { prefixes.append($0) } }
            prefixes.append(contentsOf: [UInt8(ascii: "\""), UInt8(ascii: ":")])
            return prefixes.count
        }
        self.prefixes = prefixes
    }

    var columnCount: Int { prefixEnds.count }

    /// Appends one line to the block: the record's object, or for a nil record a line that is none, to keep its place.
    /// False, with nothing appended, when the block has no room; it grows instead where it may.
    func write(
        _ fields: [CSVRecordScanner.Field]?, of bytes: UnsafeBufferPointer<UInt8>, to block: EventBlock, mayGrow: Bool
    ) -> Bool {
        guard let fields else {
            guard block.capacity - block.length >= 2 else { return false }
            block.bytes[block.length] = UInt8(ascii: "!")
            block.bytes[block.length + 1] = 10
            block.length += 2
            return true
        }
        // Each byte takes up to six as `\u001f`.
        let textLength = (fields.last?.end ?? 0) - (fields.first?.start ?? 0)
        let bound = 2 + prefixes.count + 6 * textLength + 4 * fields.count
        if bound > block.capacity - block.length {
            guard mayGrow else { return false }
            block.grow(to: block.length + bound)
        }
        var out = block.bytes + block.length
        prefixes.withUnsafeBufferPointer { prefixes in
            var prefixStart = 0
            for index in fields.indices {
                let prefixEnd = prefixEnds[index]
                out.update(from: prefixes.baseAddress! + prefixStart, count: prefixEnd - prefixStart)
                out += prefixEnd - prefixStart
                prefixStart = prefixEnd
                out = Self.write(fields[index], of: bytes, to: out)
            }
        }
        out[0] = UInt8(ascii: "}")
        out[1] = 10
        block.length = out + 2 - block.bytes
        return true
    }

    private static func write(
        _ field: CSVRecordScanner.Field, of bytes: UnsafeBufferPointer<UInt8>, to start: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        var out = start
        let text = UnsafeBufferPointer(rebasing: bytes[field.start..<field.end])
        if !field.isQuoted {
            if text.isEmpty {
                for byte in "null".utf8 { out = put(byte, out) }
                return out
            }
            if isLiteral(text) {
                out.update(from: text.baseAddress!, count: text.count)
                return out + text.count
            }
        }
        out = put(UInt8(ascii: "\""), out)
        var at = 0
        while at < text.count {
            let byte = text[at]
            if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                out = put(byte, out)
            } else {
                forEscaped(byte) { out = put($0, out) }
                if field.isQuoted, byte == UInt8(ascii: "\"") { at += 1 }
            }
            at += 1
        }
        return put(UInt8(ascii: "\""), out)
    }

    @inline(__always)
    private static func put(_ byte: UInt8, _ out: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
        out[0] = byte
        return out + 1
    }

    /// The bytes that stand for one byte of a text in JSON.
    private static func forEscaped(_ byte: UInt8, _ body: (UInt8) -> Void) {
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

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
            for byte in name.utf8 { JSONText.forEscaped(byte) { prefixes.append($0) } }
            prefixes.append(contentsOf: [UInt8(ascii: "\""), UInt8(ascii: ":")])
            return prefixes.count
        }
        self.prefixes = prefixes
    }

    var columnCount: Int { prefixEnds.count }

    /// Appends the record's object as one line to the block. False, with nothing appended, when the block has no room; it
    /// grows instead where it may.
    func write(
        _ fields: [CSVRecordScanner.Field], of bytes: UnsafeBufferPointer<UInt8>, to block: EventBlock, mayGrow: Bool
    ) -> Bool {
        let textLength = (fields.last?.end ?? 0) - (fields.first?.start ?? 0)
        let bound = 2 + prefixes.count + JSONText.maximumExpansion * textLength + 4 * fields.count
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
        let text = UnsafeBufferPointer(rebasing: bytes[field.start..<field.end])
        guard field.isQuoted else { return JSONText.writeTyped(text, to: start) }
        guard field.hasDoubledQuote else { return JSONText.writeString(text, to: start) }
        var out = JSONText.put(UInt8(ascii: "\""), start)
        var at = 0
        while at < text.count {
            JSONText.forEscaped(text[at]) { out = JSONText.put($0, out) }
            at += text[at] == UInt8(ascii: "\"") ? 2 : 1
        }
        return JSONText.put(UInt8(ascii: "\""), out)
    }
}

/// Finds the fields of one CSV record at the start of some bytes. Used again for each record, so that fields need no
/// memory of their own.
struct CSVRecordScanner {
    /// A field: the bytes between its commas, or between its quotes.
    struct Field {
        var start: Int
        var end: Int
        var isQuoted: Bool
        /// Whether quotes stand doubled in it.
        var hasDoubledQuote = false
    }

    private var bytes = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    private var isFinal = false
    /// Fields of the record last scanned.
    private(set) var fields: [Field] = []

    /// Fields as texts, without quotes.
    var texts: [String] {
        fields.map { field in
            var text = String(decoding: bytes[field.start..<field.end], as: UTF8.self)
            if field.hasDoubledQuote { text = text.split(separator: "\"\"", omittingEmptySubsequences: false).joined(separator: "\"") }
            return text
        }
    }

    /// The record at the start of the bytes; nil when it does not end within them. `isFinal`: they are the last of the
    /// file, so that their end may be the record's.
    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, isFinal: Bool) -> ScannedRecord? {
        self.bytes = bytes
        self.isFinal = isFinal
        fields.removeAll(keepingCapacity: true)
        var at = 0
        var newlines = 0
        let count = bytes.count
        while true {
            if at < count, bytes[at] == UInt8(ascii: "\"") {
                var field = Field(start: at + 1, end: 0, isQuoted: true)
                at += 1
                while true {
                    while at < count, bytes[at] != UInt8(ascii: "\"") {
                        if bytes[at] == 10 { newlines += 1 }
                        at += 1
                    }
                    if at == count {
                        guard isFinal else { return nil }
                        return ScannedRecord(length: count, end: count, newlines: newlines, error: "quote is not closed", isBlank: false)
                    }
                    guard at + 1 < count, bytes[at + 1] == UInt8(ascii: "\"") else { break }
                    field.hasDoubledQuote = true
                    at += 2
                }
                if at + 1 == count, !isFinal { return nil }
                field.end = at
                at += 1
                fields.append(field)
                let isLineEnd = at < count && bytes[at] == 13 && (at + 1 == count || bytes[at + 1] == 10)
                if at < count, bytes[at] != UInt8(ascii: ","), bytes[at] != 10, !isLineEnd {
                    return rest(from: at, newlines: newlines, error: "text after a closing quote")
                }
            } else {
                let start = at
                while at < count, bytes[at] != UInt8(ascii: ","), bytes[at] != 10 { at += 1 }
                var end = at
                let endsLine = at == count || bytes[at] == 10
                if endsLine, end > start, bytes[end - 1] == 13 { end -= 1 }
                fields.append(Field(start: start, end: end, isQuoted: false))
            }
            if at < count, bytes[at] == UInt8(ascii: ",") {
                at += 1
                continue
            }
            return rest(from: at, newlines: newlines, error: nil)
        }
    }

    /// The record that goes on to the next line end.
    private func rest(from start: Int, newlines: Int, error: String?) -> ScannedRecord? {
        var end = start
        while end < bytes.count, bytes[end] != 10 { end += 1 }
        if end == bytes.count, !isFinal { return nil }
        let hasNewline = end < bytes.count
        let length = end > 0 && bytes[end - 1] == 13 ? end - 1 : end
        let isBlank = fields.count == 1 && !fields[0].isQuoted && fields[0].start == fields[0].end
        return ScannedRecord(
            length: length, end: hasNewline ? end + 1 : end, newlines: newlines + (hasNewline ? 1 : 0), error: error,
            isBlank: isBlank && error == nil)
    }
}

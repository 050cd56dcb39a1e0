/// A text that rules, libraries or patterns are read from, kept whole so that diagnostics can show its lines.
public final class SourceFile: Sendable {
    /// The path as the user named it; shown in diagnostics.
    public let path: String
    /// The file's bytes, as read.
    public let bytes: [UInt8]
    /// Byte offset at which each line starts; the first is 0.
    private let lineStarts: [Int]

    /// Keeps `bytes` and indexes its lines (`\n` ends a line).
    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
        var starts = [0]
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(index + 1) }
        lineStarts = starts
    }

    /// Keeps the UTF-8 bytes of `text`.
    public convenience init(path: String, text: String) {
        self.init(path: path, bytes: Array(text.utf8))
    }

    /// The 1-based line and column (in Unicode scalars) of a byte offset; offsets beyond the end give the end.
    public func position(at offset: Int) -> (line: Int, column: Int) {
        let offset = min(max(offset, 0), bytes.count)
        var low = 0
        var high = lineStarts.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
        }
        let column = bytes[lineStarts[low]..<offset].reduce(into: 1) { count, byte in
            if byte & 0xC0 != 0x80 { count += 1 }
        }
        return (low + 1, column)
    }

    /// The text of a 1-based line, without its line end; invalid UTF-8 is shown as U+FFFD.
    public func line(_ number: Int) -> String {
        guard number >= 1, number <= lineStarts.count else { return "" }
        let start = lineStarts[number - 1]
        var end = number < lineStarts.count ? lineStarts[number] - 1 : bytes.count
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return String(decoding: bytes[start..<max(start, end)], as: UTF8.self)
    }
}

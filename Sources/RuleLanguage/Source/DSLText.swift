/// Text of a YAML scalar that holds a pattern or an expression, with the way back to the file it was written in.
package struct DSLText: Sendable {
    /// The text, with YAML's quotes, escapes and indentation removed.
    package let text: String
    /// The file that holds the scalar.
    let file: SourceFile
    /// Byte offset in `file` of each byte of `text.utf8`, and of its end: `text.utf8.count + 1` of them.
    let offsets: [Int]

    /// Where the bytes `range` of `text.utf8` were written; bounds beyond the text are moved to its ends.
    ///
    /// The last byte of the range, not the first one after it, decides the end: what YAML leaves out in between is not covered.
    package func span(_ range: Range<Int>) -> SourceSpan {
        let last = offsets.count - 1
        let lower = min(max(range.lowerBound, 0), last)
        let upper = min(max(range.upperBound, lower), last)
        let start = offsets[lower]
        guard upper > lower else { return SourceSpan(file: file, start: start, end: start) }
        let next = offsets[upper]
        let width = offsets[upper - 1] + 1
        let isAdjacent =
            next > width && !file.bytes[width..<min(next, file.bytes.count)].contains { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D }
        return SourceSpan(file: file, start: start, end: isAdjacent ? next : width)
    }

    /// Where the whole text was written.
    package var span: SourceSpan { span(0..<(offsets.count - 1)) }

    /// A part of the text; `range` counts bytes of `text.utf8` and must lie on boundaries of characters.
    func part(_ range: Range<Int>) -> DSLText {
        DSLText(
            text: String(decoding: Array(text.utf8)[range], as: UTF8.self), file: file,
            offsets: Array(offsets[range.lowerBound...range.upperBound]))
    }
}

/// A range of bytes of a source file: where a node of a rule was written.
public struct SourceSpan: Sendable, Equatable {
    /// The file that was read.
    public let file: SourceFile
    /// First byte, 0-based.
    public let start: Int
    /// One past the last byte; never less than `start`.
    public let end: Int

    /// Makes a span; `end` is raised to `start` where it is less.
    public init(file: SourceFile, start: Int, end: Int) {
        self.file = file
        self.start = start
        self.end = max(start, end)
    }

    /// The smallest span that covers both; `other` must be of the same file, else `self` is returned.
    public func union(_ other: SourceSpan) -> SourceSpan {
        guard other.file === file else { return self }
        return SourceSpan(file: file, start: min(start, other.start), end: max(end, other.end))
    }

    /// Same file object and same bytes.
    public static func == (left: SourceSpan, right: SourceSpan) -> Bool {
        left.file === right.file && left.start == right.start && left.end == right.end
    }
}

/// Input that is no event: where it lies, why it was not read, and its bytes. Valid during the call that delivers it.
public struct MalformedLine {
    /// Which part of the line `bytes` are.
    public enum Part: Sendable {
        /// The whole line.
        case whole
        /// The first piece of a line that is longer than the input's limit; more pieces follow. Of a live source, lines of
        /// other partitions may come between them.
        case first
        /// A further piece of the same line.
        case middle
        /// Its last piece, which may be empty.
        case last
    }

    /// The file, as it was named to the input.
    public let file: String
    /// Number of the line, from 1; nil where reading began in the middle of the file, so that nobody counted.
    public let line: Int?
    /// Offset of the line's first byte in the file.
    public let offset: UInt64
    /// Why it is malformed, in a few words.
    public let reason: String
    /// Which part of the line `bytes` are.
    public let part: Part
    /// The bytes as read, without line end.
    public let bytes: UnsafeRawBufferPointer

    /// Where it lies, for people: `file:line`, or `file: byte OFFSET` where the line has no number.
    public var place: String { line.map { "\(file):\($0)" } ?? "\(file): byte \(offset)" }
}

/// Takes malformed input; called in the order of the file. It must copy the bytes that it keeps.
public typealias MalformedLineSink = (MalformedLine) -> Void

/// Why input could not be read at all.
public struct InputError: Error, CustomStringConvertible, Sendable {
    /// The file, as it was named.
    public let file: String
    /// What the system says.
    public let message: String
    /// `file: message`.
    public var description: String { "\(file): \(message)" }
}

/// Input that is no event: where it lies, why it was not read, and its bytes. Valid during the call that delivers it.
public struct MalformedLine {
    /// Which part of the line `bytes` are.
    public enum Part: Sendable {
        /// The whole line.
        case whole
        /// The first piece of a line that is longer than the input's limit; more pieces follow at once.
        case first
        /// A further piece of the same line.
        case middle
        /// Its last piece, which may be empty.
        case last
    }

    /// The file, as it was named to the input.
    public let file: String
    /// Number of the line, from 1.
    public let line: Int
    /// Offset of the line's first byte in the file.
    public let offset: UInt64
    /// Why it is malformed, in a few words.
    public let reason: String
    /// Which part of the line `bytes` are.
    public let part: Part
    /// The bytes as read, without line end.
    public let bytes: UnsafeRawBufferPointer
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

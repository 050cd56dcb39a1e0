import Connectors

/// Keeps what is no event: counts it, remembers the first few, and writes it whole to a file where one is given.
final class DeadLetterFile {
    private static let remembered = 5

    /// The first malformed lines: `file:line: reason`.
    private(set) var first: [String] = []
    /// Why the file could not be written; set once, after which nothing more is written.
    private(set) var failure: OutputError?
    private let output: BufferedOutput?

    /// Writes to `output`, one malformed line on each line, as read.
    init(_ output: BufferedOutput?) {
        self.output = output
    }

    func take(_ malformed: MalformedLine) {
        if malformed.part == .whole || malformed.part == .first, first.count < Self.remembered {
            first.append("\(malformed.place): \(malformed.reason)")
        }
        guard let output, failure == nil else { return }
        do throws(OutputError) {
            try output.append { buffer in
                buffer.append(malformed.bytes)
                if malformed.part == .whole || malformed.part == .last { buffer.append("\n") }
            }
        } catch {
            failure = error
        }
    }

    func flush() throws(OutputError) {
        if let failure { throw failure }
        try output?.flush()
    }
}

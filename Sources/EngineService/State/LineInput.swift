import Glibc

/// Lines of a file, or of standard input, one after the other. Memory follows the longest line.
struct LineInput: ~Copyable {
    /// What went wrong.
    struct Failure: Error {
        let message: String
    }

    /// No record of a store is longer, in any encoding.
    private static let longest = 1 << 30
    private static let pieceSize = 256 << 10

    private let name: String
    private let descriptor: CInt
    private var bytes: [UInt8] = []
    private var start = 0
    private var hasEnded = false

    /// Opens the file; `-` is standard input.
    init(file name: String) throws(Failure) {
        self.name = name
        descriptor = name == "-" ? 0 : open(name, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw Failure(message: "\(name): \(String(cString: strerror(errno)))") }
    }

    deinit { if descriptor > 0 { close(descriptor) } }

    /// Shows the next line without its newline; false at the end. A last line without newline counts.
    mutating func next(_ body: (UnsafeRawBufferPointer) -> Void) throws(Failure) -> Bool {
        var searched = start
        while true {
            if let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                show(start..<end, body)
                start = end + 1
                return true
            }
            if hasEnded {
                guard start < bytes.count else { return false }
                show(start..<bytes.count, body)
                start = bytes.count
                return true
            }
            searched = bytes.count - start
            try fill()
        }
    }

    private func show(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Void) {
        bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    /// Moves what is left to the front and reads more behind it.
    private mutating func fill() throws(Failure) {
        bytes.removeSubrange(..<start)
        start = 0
        guard bytes.count < Self.longest else { throw Failure(message: "\(name): a line is longer than 1 GiB") }
        let length = bytes.count
        let descriptor = descriptor
        bytes.append(contentsOf: repeatElement(0, count: max(Self.pieceSize, length)))
        let room = bytes.count - length
        var result = 0
        repeat {
            result = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + length, room) }
        } while result < 0 && errno == EINTR
        let code = errno
        bytes.removeLast(room - max(0, result))
        if result < 0 { throw Failure(message: "\(name): \(String(cString: strerror(code)))") }
        hasEnded = result == 0
    }
}

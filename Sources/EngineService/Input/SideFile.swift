import Connectors
import EventEngine

/// Lines on their way to a file: dead letters and late events. They are on the disk before the checkpoint that counts them
/// is taken. For one thread.
final class SideFile {
    private static let most = 4 << 20

    private let file: AppendedFile
    private var buffer = ByteBuffer(capacity: 4096)

    /// A file that is created with the first line.
    init(path: String) { file = AppendedFile(path) }

    /// Adds bytes; `endsLine`: and a newline.
    func append(_ bytes: UnsafeRawBufferPointer, endsLine: Bool) {
        buffer.append(bytes)
        if endsLine { buffer.append("\n") }
    }

    /// True when so much waits that it should be flushed before more is read.
    var isFull: Bool { buffer.count > Self.most }

    /// Writes what waits; when it throws, all of it waits still.
    func flush() throws(DeliveryError) {
        guard buffer.count > 0 else { return }
        try file.append(buffer.bytes)
        buffer.removeAll()
    }
}

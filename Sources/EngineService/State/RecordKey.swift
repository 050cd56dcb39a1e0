import Connectors
import EventEngine

/// Keys of partial matches as a person reads them in the state store: a JSON array of the key's parts, such as
/// `["bob","10.0.0.1"]`; a null part is `null`. A rule without `by` has the key `[]`.
enum RecordKey {
    /// The readable text of a key as snapshots hold it (`KeyEncoder`).
    static func text(of key: UnsafeRawBufferPointer) -> [UInt8] {
        var buffer = ByteBuffer(capacity: key.count + 8)
        buffer.append("[")
        var position = 0
        while position < key.count {
            if position > 0 { buffer.append(",") }
            if key[position] == 0 {
                buffer.append("null")
                position += 1
                continue
            }
            guard position + 5 <= key.count else { break }
            let length = Int(UInt32(littleEndian: key.loadUnaligned(fromByteOffset: position + 1, as: UInt32.self)))
            let start = position + 5
            let end = min(start + length, key.count)
            ValueEncoder.append(text: UnsafeRawBufferPointer(rebasing: key[start..<end]), to: &buffer)
            position = end
        }
        buffer.append("]")
        return Array(buffer.bytes)
    }

    /// The same of bytes in an array.
    static func text(of key: [UInt8]) -> [UInt8] { key.withUnsafeBytes { text(of: $0) } }

    /// The key in the store that a person means: a JSON array of parts, or the one part as it is. Nil for an array that is none.
    static func text(meaning text: String) -> String? {
        guard let parts = parts(meaning: text) else { return nil }
        var buffer = ByteBuffer(capacity: text.utf8.count + 8)
        buffer.append("[")
        for (index, part) in parts.enumerated() {
            if index > 0 { buffer.append(",") }
            if let part { buffer.appendJSON(part) } else { buffer.append("null") }
        }
        buffer.append("]")
        return buffer.text
    }

    /// The parts of the key that a person means; nil among them is null. Nil for an array that is none.
    static func parts(meaning text: String) -> [String?]? {
        let bytes = Array(text.utf8)
        return bytes.first == UInt8(ascii: "[") ? JSONReader.scalars(inArray: bytes) : [text]
    }
}

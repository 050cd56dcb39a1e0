import EventEngine

/// Bytes as text, RFC 4648 section 4, with padding.
package enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()

    /// Appends the text of bytes.
    package static func append(_ bytes: UnsafeRawBufferPointer, to buffer: inout EventEngine.ByteBuffer) {
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let length = min(3, bytes.count - start)
            var group: UInt32 = 0
            for index in 0..<3 { group = group << 8 | (index < length ? UInt32(bytes[start + index]) : 0) }
            for index in 0..<4 {
                let digit = digits[Int(group >> UInt32(18 - 6 * index)) & 63]
                buffer.append(index <= length ? digit : UInt8(ascii: "="))
            }
        }
    }

    /// The bytes of a text; nil when it is none that `append` writes.
    package static func bytes(of text: [UInt8]) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        let padding = text.suffix(2).reduce(0) { $0 + ($1 == UInt8(ascii: "=") ? 1 : 0) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var group: UInt32 = 0
        for (index, digit) in text.enumerated() {
            let value = index >= text.count - padding ? 0 : values[Int(digit)]
            guard value < 64, index < text.count - padding || digit == UInt8(ascii: "=") else { return nil }
            group = group << 6 | UInt32(value)
            guard index % 4 == 3 else { continue }
            bytes += [UInt8(truncatingIfNeeded: group >> 16), UInt8(truncatingIfNeeded: group >> 8), UInt8(truncatingIfNeeded: group)]
            group = 0
        }
        let cut = bytes.suffix(padding)
        guard cut.allSatisfy({ $0 == 0 }) else { return nil }
        bytes.removeLast(padding)
        return bytes
    }
}

import CXXHash

/// A 128-bit digest: an event id or a match id.
public struct Digest128: Hashable, Sendable {
    /// The upper half, written first.
    public var high: UInt64
    /// The lower half.
    public var low: UInt64

    /// A digest of these halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// XXH3, 128 bits, of these bytes.
    public init(hashing bytes: UnsafeRawBufferPointer) {
        let hash = XXH3_128bits(bytes.baseAddress, bytes.count)
        high = hash.high64
        low = hash.low64
    }

    /// Writes the 32 lower-case hexadecimal digits to memory of 32 bytes.
    public func writeHexadecimal(to memory: UnsafeMutableRawPointer) {
        Self.writeHexadecimal(high, to: memory)
        Self.writeHexadecimal(low, to: memory + 16)
    }

    /// Appends the 32 lower-case hexadecimal digits.
    public func appendHexadecimal(to buffer: inout ByteBuffer) {
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { memory in
            writeHexadecimal(to: memory.baseAddress!)
            buffer.append(UnsafeRawBufferPointer(memory))
        }
    }

    /// The 32 lower-case hexadecimal digits.
    public var text: String {
        var buffer = ByteBuffer(capacity: 32)
        appendHexadecimal(to: &buffer)
        return buffer.text
    }

    private static func writeHexadecimal(_ half: UInt64, to memory: UnsafeMutableRawPointer) {
        for position in 0..<16 {
            let digit = UInt8(truncatingIfNeeded: (half >> UInt64(60 - 4 * position)) & 15)
            let character = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            memory.storeBytes(of: character, toByteOffset: position, as: UInt8.self)
        }
    }
}

/// Collects parts and gives their 128-bit digest. Reusable: the memory is kept by `reset`.
///
/// Variable-length parts are led by their length, so different sequences of parts never collect to the same bytes.
public struct Hash128: ~Copyable, Sendable {
    private var buffer: ByteBuffer

    /// Nothing collected.
    public init() { buffer = ByteBuffer(capacity: 512) }

    /// Forgets what was collected.
    public mutating func reset() { buffer.removeAll() }

    /// Adds an integer: 8 bytes, little endian.
    public mutating func append(_ value: UInt64) { buffer.appendLittleEndian(value) }

    /// Adds a digest: 16 bytes.
    public mutating func append(_ digest: Digest128) {
        buffer.appendLittleEndian(digest.high)
        buffer.appendLittleEndian(digest.low)
    }

    /// Adds bytes: their length as an integer, then themselves.
    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        buffer.appendLittleEndian(UInt64(bytes.count))
        buffer.append(bytes)
    }

    /// Adds a text: the length of its UTF-8 as an integer, then its UTF-8.
    public mutating func append(_ text: String) {
        buffer.appendLittleEndian(UInt64(text.utf8.count))
        buffer.append(text: text)
    }

    /// The digest of what was collected since the last `reset`.
    public borrowing func digest() -> Digest128 { Digest128(hashing: buffer.bytes) }
}

/// Event ids: the same event read from the same place has the same id in every run.
public enum EventIdentity {
    /// The id of an event: XXH3 (128 bits) over the stream's name, a zero byte, `offset` as 8 bytes little endian, and
    /// the raw bytes, in this order.
    ///
    /// - Parameters:
    ///   - stream: name of the stream, UTF-8; empty when it has none.
    ///   - offset: position in the source partition.
    ///   - raw: the event as read, without line end.
    public static func id(stream: UnsafeRawBufferPointer, offset: UInt64, raw: UnsafeRawBufferPointer) -> Digest128 {
        let total = stream.count + 9 + raw.count
        return withUnsafeTemporaryAllocation(byteCount: total, alignment: 8) { memory in
            let base = memory.baseAddress!
            if let start = stream.baseAddress { base.copyMemory(from: start, byteCount: stream.count) }
            base.storeBytes(of: 0, toByteOffset: stream.count, as: UInt8.self)
            base.storeBytes(of: offset.littleEndian, toByteOffset: stream.count + 1, as: UInt64.self)
            if let start = raw.baseAddress {
                (base + stream.count + 9).copyMemory(from: start, byteCount: raw.count)
            }
            return Digest128(hashing: UnsafeRawBufferPointer(start: base, count: total))
        }
    }

    /// The id of the event of a header, in the stream that `streamNames` gives for its index.
    public static func id(of header: EventHeader, streamNames: UnsafeBufferPointer<Value>) -> Digest128 {
        let index = Int(header.stream)
        let name = index >= 0 && index < streamNames.count ? streamNames[index] : Value.null
        return id(stream: name.bytes, offset: header.offset, raw: header.raw)
    }
}

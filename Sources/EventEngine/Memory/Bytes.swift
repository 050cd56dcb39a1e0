#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// True when `count` bytes are the same.
@inline(__always)
func memoryEqual(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ count: Int) -> Bool {
    memcmp(left, right, count) == 0
}

/// A 64-bit hash of some bytes for tables in memory, 8 bytes a step (after wyhash's mixing, W. Yi 2019). Not for
/// identifiers that leave the process.
@inline(__always)
func tableHash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
    guard let start = bytes.baseAddress else { return hash }
    var offset = 0
    while offset + 8 <= bytes.count {
        hash = mix(hash ^ start.loadUnaligned(fromByteOffset: offset, as: UInt64.self), 0xA076_1D64_78BD_642F)
        offset += 8
    }
    var tail: UInt64 = 0
    while offset < bytes.count {
        tail = tail << 8 | UInt64(start.load(fromByteOffset: offset, as: UInt8.self))
        offset += 1
    }
    return mix(hash ^ tail, 0xE703_7ED1_A0B4_28DB)
}

@inline(__always)
private func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
}

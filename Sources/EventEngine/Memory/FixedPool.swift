/// Records of one size from slabs, with a free list: no call of the system's allocator once warm. Owned by one thread.
final class FixedPool {
    private static let slabBytes = 64 * 1024
    private let recordBytes: Int
    @exclusivity(unchecked) private var free: UnsafeMutableRawPointer?
    private var slabs: [UnsafeMutableRawPointer] = []
    /// Records that are allocated.
    @exclusivity(unchecked) private(set) var live = 0

    /// Records of `bytes` bytes, 16-byte aligned.
    init(recordBytes bytes: Int) {
        recordBytes = max(16, (bytes + 15) & ~15)
    }

    deinit {
        for slab in slabs { slab.deallocate() }
    }

    /// An uninitialised record.
    @inline(__always)
    func allocate() -> UnsafeMutableRawPointer {
        if free == nil { addSlab() }
        let record = free.unsafelyUnwrapped
        free = record.load(as: UnsafeMutableRawPointer?.self)
        live &+= 1
        return record
    }

    /// Takes a record of this pool back.
    @inline(__always)
    func release(_ record: UnsafeMutableRawPointer) {
        record.storeBytes(of: free, as: UnsafeMutableRawPointer?.self)
        free = record
        live &-= 1
    }

    /// Bytes of the records that are allocated.
    var liveBytes: Int { live * recordBytes }

    private func addSlab() {
        let bytes = max(Self.slabBytes, recordBytes * 4)
        let slab = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 16)
        slabs.append(slab)
        var offset = (bytes / recordBytes - 1) * recordBytes
        while offset >= 0 {
            let record = slab + offset
            record.storeBytes(of: free, as: UnsafeMutableRawPointer?.self)
            free = record
            offset -= recordBytes
        }
    }
}

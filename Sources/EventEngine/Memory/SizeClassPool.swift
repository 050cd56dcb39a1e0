/// Blocks of any size, from fixed pools by powers of two up to 8 KiB, from the system above. Owned by one thread.
final class SizeClassPool {
    private static let smallest = 64
    private static let classes = 8
    private let pools: [FixedPool]
    /// Bytes of the blocks that are too large for the pools.
    @exclusivity(unchecked) private var largeBytes = 0

    init() {
        pools = (0..<Self.classes).map { FixedPool(recordBytes: Self.smallest << $0) }
    }

    private static func sizeClass(_ bytes: Int) -> Int {
        let units = (max(bytes, 1) - 1) / smallest
        return units == 0 ? 0 : Int.bitWidth - units.leadingZeroBitCount
    }

    /// An uninitialised block of at least `bytes` bytes, 16-byte aligned.
    func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
        let index = Self.sizeClass(bytes)
        if index < Self.classes { return pools[index].allocate() }
        largeBytes += bytes
        return UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 16)
    }

    /// Bytes of the blocks that are allocated.
    var liveBytes: Int { pools.reduce(largeBytes) { $0 + $1.liveBytes } }

    /// Takes back a block that was allocated with the same number of bytes.
    func release(_ block: UnsafeMutableRawPointer, bytes: Int) {
        let index = Self.sizeClass(bytes)
        if index < Self.classes {
            pools[index].release(block)
        } else {
            largeBytes -= bytes
            block.deallocate()
        }
    }
}

/// Bytes that wait to be read: appended at the end, taken from the start. Owns its memory, which grows as needed; `assign`
/// lets go of what an odd long line took.
struct ByteBuffer: ~Copyable {
    /// More than this is not kept for contents of less than a 16th of it.
    private static let keptCapacity = 1 << 20

    private(set) var start: UnsafeMutablePointer<UInt8>
    private(set) var count = 0
    private(set) var capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        start = .allocate(capacity: capacity)
    }

    deinit { start.deallocate() }

    /// Room behind the bytes.
    var free: UnsafeMutableBufferPointer<UInt8> { UnsafeMutableBufferPointer(start: start + count, count: capacity - count) }

    mutating func reserve(_ wanted: Int) {
        guard wanted > capacity else { return }
        capacity = max(wanted, capacity * 2)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: start, count: count)
        start.deallocate()
        start = larger
    }

    /// Counts `added` bytes in that were written to `free`.
    mutating func append(count added: Int) { count += added }

    /// Replaces the contents.
    mutating func assign(_ bytes: UnsafePointer<UInt8>, count newCount: Int) {
        count = 0
        if capacity > Self.keptCapacity, newCount < capacity / 16 {
            start.deallocate()
            capacity = max(newCount, 1024)
            start = .allocate(capacity: capacity)
        }
        reserve(newCount)
        start.update(from: bytes, count: newCount)
        count = newCount
    }

    mutating func removeFirst(_ removed: Int) {
        guard removed > 0 else { return }
        start.update(from: start + removed, count: count - removed)
        count -= removed
    }
}

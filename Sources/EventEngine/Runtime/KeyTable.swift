/// Key states by key text: open addressing with linear probing, at most 3/4 full (Knuth, TAOCP 3, 6.4).
final class KeyTable {
    /// A place of the table; the hash stands here too, so that other keys on the way are not touched.
    private struct Slot {
        var hash: UInt64
        var key: UnsafeMutablePointer<KeyState>?
    }

    private let pool: FixedPool
    private let texts: SizeClassPool
    private let wordCount: Int
    @exclusivity(unchecked) private var slots: UnsafeMutablePointer<Slot>
    @exclusivity(unchecked) private var mask: Int
    @exclusivity(unchecked) private var serials: UInt64 = 0
    /// Keys that have state.
    @exclusivity(unchecked) private(set) var count = 0

    /// `wordCount` words behind each state, for times of leading negations.
    init(wordCount: Int, texts: SizeClassPool) {
        self.wordCount = wordCount
        self.texts = texts
        pool = FixedPool(recordBytes: MemoryLayout<KeyState>.stride + wordCount * 8)
        mask = 15
        slots = .allocate(capacity: 16)
        slots.initialize(repeating: Slot(hash: 0, key: nil), count: 16)
    }

    deinit { slots.deallocate() }

    /// The state of a key; nil when it has none.
    @inline(__always)
    func find(hash: UInt64, text: UnsafeRawBufferPointer) -> UnsafeMutablePointer<KeyState>? {
        var index = Int(truncatingIfNeeded: hash) & mask
        while let key = slots[index].key {
            if slots[index].hash == hash && equal(key.pointee.textBytes, text) { return key }
            index = (index &+ 1) & mask
        }
        return nil
    }

    /// A new, empty state of a key that has none.
    func insert(hash: UInt64, text: UnsafeRawBufferPointer) -> UnsafeMutablePointer<KeyState> {
        if (count + 1) * 4 > (mask + 1) * 3 { grow() }
        let copy = texts.allocate(text.count)
        if let start = text.baseAddress { copy.copyMemory(from: start, byteCount: text.count) }
        serials += 1
        let key = pool.allocate().bindMemory(to: KeyState.self, capacity: 1)
        key.initialize(
            to: KeyState(
                hash: hash, text: copy, textLength: Int32(text.count), attemptCount: 0, first: nil, last: nil, deadline: .max,
                scheduled: .max, serial: serials, lag: nil))
        let words = KeyState.words(key)
        for index in 0..<wordCount { words[index] = .min }
        place(key)
        count += 1
        return key
    }

    /// Removes a state and frees its memory; backward shift deletion keeps probe sequences whole.
    func remove(_ key: UnsafeMutablePointer<KeyState>) {
        var index = Int(truncatingIfNeeded: key.pointee.hash) & mask
        while slots[index].key != key { index = (index &+ 1) & mask }
        var hole = index
        var probe = (hole &+ 1) & mask
        while slots[probe].key != nil {
            let home = Int(truncatingIfNeeded: slots[probe].hash) & mask
            if (probe &- home) & mask >= (probe &- hole) & mask {
                slots[hole] = slots[probe]
                hole = probe
            }
            probe = (probe &+ 1) & mask
        }
        slots[hole].key = nil
        count -= 1
        texts.release(key.pointee.text, bytes: Int(key.pointee.textLength))
        key.pointee.serial = 0
        pool.release(UnsafeMutableRawPointer(key))
    }

    /// Bytes of the table itself.
    var tableBytes: Int { (mask + 1) * MemoryLayout<Slot>.stride }

    /// Bytes of the states, without what they hold.
    var stateBytes: Int { pool.liveBytes }

    /// Number of places.
    var capacity: Int { mask + 1 }

    /// The state at a place from 0 to `capacity`; nil when it is free.
    func state(at place: Int) -> UnsafeMutablePointer<KeyState>? { slots[place].key }

    /// All states in order of their key's text.
    var sorted: [UnsafeMutablePointer<KeyState>] {
        var states: [UnsafeMutablePointer<KeyState>] = []
        for index in 0...mask { if let key = slots[index].key { states.append(key) } }
        return states.sorted { $0.pointee.textBytes.lexicographicallyPrecedes($1.pointee.textBytes) }
    }

    @inline(__always)
    private func equal(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        guard let l = left.baseAddress, let r = right.baseAddress else { return true }
        return memoryEqual(l, r, left.count)
    }

    private func place(_ key: UnsafeMutablePointer<KeyState>) {
        var index = Int(truncatingIfNeeded: key.pointee.hash) & mask
        while slots[index].key != nil { index = (index &+ 1) & mask }
        slots[index] = Slot(hash: key.pointee.hash, key: key)
    }

    private func grow() {
        let old = slots
        let oldCount = mask + 1
        mask = oldCount * 2 - 1
        slots = .allocate(capacity: oldCount * 2)
        slots.initialize(repeating: Slot(hash: 0, key: nil), count: oldCount * 2)
        for index in 0..<oldCount { if let key = old[index].key { place(key) } }
        old.deallocate()
    }
}

/// Collects the values of the first keys in order of bytes, while keys come in any order: memory follows the limit, not what
/// is shown.
struct SmallestKeys<Value> {
    private let limit: Int
    private var entries: [(key: [UInt8], value: Value)] = []
    /// No key behind this one is among the first any more.
    private var last: [UInt8]?

    /// Keeps `limit` values.
    init(limit: Int) { self.limit = max(0, limit) }

    /// Adds a key; `value` is asked only when the key may be among the first. A key that comes twice counts once.
    mutating func add(_ key: UnsafeRawBufferPointer, _ value: () -> Value) {
        guard limit > 0 else { return }
        if let last, last.lexicographicallyPrecedes(key) { return }
        entries.append((Array(key), value()))
        // Sorting now and then keeps the work at a few comparisons for each key.
        if limit < Int.max / 4, entries.count >= 2 * limit + 64 { settle() }
    }

    /// The values in order of key.
    var values: [Value] {
        var sorted = self
        sorted.settle()
        return sorted.entries.map(\.value)
    }

    private mutating func settle() {
        entries.sort { $0.key.lexicographicallyPrecedes($1.key) }
        var unique: [(key: [UInt8], value: Value)] = []
        unique.reserveCapacity(entries.count)
        for entry in entries where unique.last?.key != entry.key {
            guard unique.count < limit else { break }
            unique.append(entry)
        }
        entries = unique
        if entries.count == limit { last = entries.last?.key }
    }
}

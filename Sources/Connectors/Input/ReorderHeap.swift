/// The events of a `ReorderBuffer` that came out of order, the next one first. Owns its memory.
struct ReorderHeap: ~Copyable {
    typealias Entry = ReorderBuffer.Entry

    private var entries: UnsafeMutablePointer<Entry>
    private var capacity = 1024
    private(set) var count = 0

    init() { entries = .allocate(capacity: capacity) }

    deinit { entries.deallocate() }

    /// The next one; only when there is one.
    var first: Entry { entries[0] }

    mutating func insert(_ entry: Entry) {
        if count == capacity { grow() }
        var at = count
        count += 1
        while at > 0 {
            let parent = (at - 1) / 2
            if !entry.precedes(entries[parent]) { break }
            (entries + at).initialize(to: entries[parent])
            at = parent
        }
        (entries + at).initialize(to: entry)
    }

    mutating func removeFirst() {
        count -= 1
        guard count > 0 else { return }
        let entry = entries[count]
        var at = 0
        while true {
            var child = at * 2 + 1
            if child >= count { break }
            if child + 1 < count, entries[child + 1].precedes(entries[child]) { child += 1 }
            if !entries[child].precedes(entry) { break }
            entries[at] = entries[child]
            at = child
        }
        entries[at] = entry
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Entry>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: entries, count: count)
        entries.deallocate()
        entries = larger
        capacity *= 2
    }
}

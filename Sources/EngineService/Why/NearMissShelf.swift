/// Keeps the nearest of many near misses: of each event and name one, and no more than it has room for.
struct NearMissShelf {
    /// How near a miss is; less is nearer.
    struct Rank: Comparable {
        /// True for what would have begun an attempt, where nothing but its predicate stood in the way: what an attempt missed comes first.
        var isFirst: Bool
        /// Events that the attempt still needed.
        var remaining: Int
        /// Kind of obstacle, `NearMissCollector.Kind`.
        var kind: Int
        /// Parts of the predicate that are false.
        var failing: Int
        /// Parts that are true, as a negative number.
        var holding: Int
        /// How far it missed the time, nanoseconds.
        var distance: Int64 = 0
        /// Place of the event in the order of processing.
        var sequence: UInt64

        static func < (left: Rank, right: Rank) -> Bool {
            if left.isFirst != right.isFirst { return right.isFirst }
            if left.remaining != right.remaining { return left.remaining < right.remaining }
            return (left.kind, left.failing, left.holding, left.distance, left.sequence)
                < (right.kind, right.failing, right.holding, right.distance, right.sequence)
        }
    }

    /// A miss with the attempt that it belongs to.
    struct Entry {
        var miss: WhyNearMiss
        var rank: Rank
        /// Start of the attempt; nil: it would have begun one.
        var start: UInt64?
    }

    private let capacity: Int
    /// The nearest first.
    private(set) var entries: [Entry] = []

    init(capacity: Int) { self.capacity = capacity }

    /// Whether a miss of that rank would be kept.
    func hasRoom(for rank: Rank) -> Bool { entries.count < capacity || entries.last.map { rank < $0.rank } ?? (capacity > 0) }

    mutating func add(_ entry: Entry) {
        if let same = entries.firstIndex(where: { $0.rank.sequence == entry.rank.sequence && $0.miss.name == entry.miss.name }) {
            guard entry.rank < entries[same].rank else { return }
            entries.remove(at: same)
        }
        let place = entries.firstIndex { entry.rank < $0.rank } ?? entries.count
        entries.insert(entry, at: place)
        if entries.count > capacity { entries.removeLast() }
    }

    /// Forgets what an attempt missed that has matched after all.
    mutating func remove(attempt start: UInt64) { entries.removeAll { $0.start == start } }
}

/// Keeps some of the attempts of a key: those that came furthest without a match, and the first that matched; and counts all of them.
struct AttemptShelf {
    private let limit: Int
    private var unmatched: [WhyAttempt] = []
    private var matched: [WhyAttempt] = []
    private var counts: [String: Int] = [:]

    init(limit: Int) { self.limit = limit }

    /// Those that are kept, in order of start.
    var shown: [WhyAttempt] { (unmatched + matched).sorted { $0.number < $1.number } }

    /// How many ended how, the most frequent first.
    var ends: [(cause: String, count: Int)] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
    }

    mutating func add(_ attempt: WhyAttempt) {
        counts[attempt.end.cause, default: 0] += 1
        if attempt.matches > 0 {
            if matched.count < limit { matched.append(attempt) }
            return
        }
        let place = unmatched.firstIndex { attempt.isNearer(than: $0) } ?? unmatched.count
        guard place < limit else { return }
        unmatched.insert(attempt, at: place)
        if unmatched.count > limit { unmatched.removeLast() }
    }
}

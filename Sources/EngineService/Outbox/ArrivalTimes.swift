/// Since when the alerts of a queue wait, as its thread has seen them come. What was there at the start waits since then.
struct ArrivalTimes {
    private var seen: [(end: UInt64, time: Int64)] = []

    /// At `now` all alerts before the number `published` are there; those before `acked` are settled.
    mutating func note(acked: UInt64, published: UInt64, now: Int64) {
        if let known = seen.firstIndex(where: { $0.end > acked }) { seen.removeFirst(known) } else { seen = [] }
        if published > seen.last?.end ?? acked { seen.append((published, now)) }
    }

    /// When the alert of a number was seen first; nil: it was not.
    func time(of number: UInt64) -> Int64? { seen.first { $0.end > number }?.time }
}

/// Random streams: few types, values and keys, small steps of time, ties.
public enum RandomStream {
    /// 2 to 12 events in order of time; `t` is 0 to 3, `v` 0 to 2 or missing, `k` and `l` 0 or 1, rarely missing.
    public static func make(_ random: inout SeededGenerator) -> [ReferenceEvent] {
        var time: Int64 = 0
        let hasKeys = random.chance(50)
        return (0..<random.number(2...12)).map { position in
            time += Int64(random.pick([0, 1, 1, 1, 1, 2, 2, 3])) * 1_000_000_000
            var fields: [String: ReferenceValue] = ["t": .int(Int64(random.pick([0, 0, 0, 1, 1, 1, 2, 2, 3])))]
            if !random.chance(10) { fields["v"] = .int(Int64(random.number(0...2))) }
            for key in ["k", "l"] where !random.chance(4) { fields[key] = .int(hasKeys ? Int64(random.number(0...1)) : 0) }
            return ReferenceEvent(time: time, stream: random.chance(85) ? "s" : "r", fields: fields, position: position)
        }
    }

    /// The same events as they may arrive when none is more than `lateness` nanoseconds late; events of equal time keep their order.
    public static func arrival(
        of events: [ReferenceEvent], lateness: Int64, _ random: inout SeededGenerator
    ) -> [ReferenceEvent] {
        var delays: [Int64: Int64] = [:]
        for event in events where delays[event.time] == nil {
            delays[event.time] = Int64.random(in: 0...lateness, using: &random)
        }
        let arrivals = events.enumerated().map { (at: $0.element.time + (delays[$0.element.time] ?? 0), place: $0.offset) }
        return arrivals.sorted { ($0.at, $0.place) < ($1.at, $1.place) }.map { events[$0.place] }
    }
}

import EventEngine
import StateStore

/// Counts of rules over restarts: what the store has, and what this session adds. Writes what has changed.
struct RuleCounters {
    private static let endFields = AttemptEnd.allCases.map { "ends." + $0.name }

    private let rules: [String]
    private let base: [RuleStatistics]
    private var written: [StateRecord?]

    init(rules: [String], base: [RuleStatistics]) {
        self.rules = rules
        self.base = base
        written = Array(repeating: nil, count: rules.count)
    }

    /// The sums of what the store had and `session`.
    func total(_ session: [RuleStatistics]) -> [RuleStatistics] {
        zip(base, session).map { base, session in
            var sum = base
            sum += session
            return sum
        }
    }

    /// Adds the records of rules whose counts have changed.
    mutating func write(_ session: [RuleStatistics], to batch: inout StateBatch) {
        for (index, statistics) in total(session).enumerated() {
            let record = Self.record(of: statistics)
            guard record != written[index] else { continue }
            written[index] = record
            batch.put(StateTables.counters, key: "rule \(rules[index])".utf8, value: record.bytes)
        }
    }

    private static func record(of statistics: RuleStatistics) -> StateRecord {
        var record = StateRecord()
        record.add("matches", statistics.matches)
        record.add("timeouts", statistics.timeouts)
        record.add("suppressed", statistics.suppressed)
        record.add("silenced", statistics.silenced)
        record.add("attempts", statistics.attempts)
        record.add("limited", statistics.limited)
        record.add("skipFallbacks", statistics.skipFallbacks)
        for (end, field) in zip(AttemptEnd.allCases, endFields) where statistics.ends[end] > 0 { record.add(field, statistics.ends[end]) }
        return record
    }

    /// Counts from their record.
    static func statistics(_ record: StateRecord) -> RuleStatistics {
        var statistics = RuleStatistics()
        statistics.matches = record.number("matches") ?? 0
        statistics.timeouts = record.number("timeouts") ?? 0
        statistics.suppressed = record.number("suppressed") ?? 0
        statistics.silenced = record.number("silenced") ?? 0
        statistics.attempts = record.number("attempts") ?? 0
        statistics.limited = record.number("limited") ?? 0
        statistics.skipFallbacks = record.number("skipFallbacks") ?? 0
        for (end, field) in zip(AttemptEnd.allCases, endFields) { statistics.ends[end] = record.number(field) ?? 0 }
        return statistics
    }
}

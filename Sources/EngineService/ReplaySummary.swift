import Connectors
import EventEngine

/// What a replay did.
public struct ReplaySummary: Sendable {
    /// What one rule did.
    public struct RuleCount: Sendable {
        /// The rule's id.
        public let rule: String
        /// Its level.
        public let level: String
        /// Matches written.
        public let matches: Int
        /// Matches held back by `suppress`.
        public let suppressed: Int
        /// Attempts that ran out of time and were output.
        public let timeouts: Int
        /// Attempts that `limit` dropped.
        public let limited: Int
        /// Matches of a shadow rule, which are counted and not written.
        public let shadowed: Int
    }

    /// What was read.
    public let input: EventInput.Counters
    /// Rules in order of id.
    public let rules: [RuleCount]
    /// The first malformed lines: `file:line: reason`.
    public let firstMalformed: [String]
    /// Wall-clock time from the opening of the files to the last write.
    public let elapsed: Duration

    init(
        program: EngineProgram, counters: EventInput.Counters, statistics: [RuleStatistics], written: [Int], firstMalformed: [String],
        elapsed: Duration
    ) {
        input = counters
        self.firstMalformed = firstMalformed
        self.elapsed = elapsed
        rules = program.rules.indices.map { index in
            let rule = program.rules[index]
            return RuleCount(
                rule: rule.id, level: rule.level, matches: written[index], suppressed: statistics[index].suppressed,
                timeouts: statistics[index].timeouts, limited: statistics[index].limited,
                shadowed: rule.isShadow ? statistics[index].matches : 0)
        }.sorted { $0.rule < $1.rule }
    }

    /// The summary for people, several lines.
    public var text: String {
        var lines: [String] = []
        let seconds = max(Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18, 1e-6)
        let rate = Int(Double(input.events) / seconds)
        lines.append(
            "\(Self.grouped(input.events)) events in \(Self.seconds(seconds)) s (\(Self.grouped(rate)) events/s), "
                + "\(Self.grouped(input.late)) late, \(Self.grouped(input.malformed)) malformed")
        lines += firstMalformed.map { "  " + $0 }
        if input.malformed > firstMalformed.count, !firstMalformed.isEmpty {
            lines.append("  and \(Self.grouped(input.malformed - firstMalformed.count)) more malformed")
        }
        let total = rules.reduce(0) { $0 + $1.matches }
        lines.append("\(Self.grouped(total)) \(total == 1 ? "match" : "matches") of \(rules.count) \(rules.count == 1 ? "rule" : "rules")")
        for rule in rules {
            let notes = [
                (rule.suppressed, "suppressed"), (rule.timeouts, "timed out"), (rule.shadowed, "in shadow"),
                (rule.limited, "attempts dropped by limit"),
            ].filter { $0.0 > 0 }.map { "\(Self.grouped($0.0)) \($0.1)" }
            guard rule.matches > 0 || !notes.isEmpty else { continue }
            lines.append("  \(rule.level)  \(rule.rule): " + ([Self.grouped(rule.matches)] + notes).joined(separator: ", "))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A number with commas between thousands.
    public static func grouped(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var result = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result += "," }
            result.append(digit)
        }
        return result
    }

    /// Two digits behind the point.
    private static func seconds(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100)." + (hundredths % 100 < 10 ? "0" : "") + "\(hundredths % 100)"
    }
}

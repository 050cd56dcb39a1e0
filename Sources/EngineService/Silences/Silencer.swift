import Connectors
import EventEngine
import Logging
import StateStore

/// Holds back the alerts that a silence covers, when they are decided. For the sequencer's thread.
final class Silencer {
    private let book: SilenceBook
    private let rules: [String]
    private let logger: Logger
    /// By rule; as of `version`.
    private var silences: [[Silence]]
    private var version: Int?
    /// Alerts held back in this session, by rule.
    private(set) var counts: [Int]

    /// - Parameter rules: ids of the program's rules.
    init(_ book: SilenceBook, rules: [String], logger: Logger) {
        self.book = book
        self.rules = rules
        self.logger = logger
        silences = Array(repeating: [], count: rules.count)
        counts = Array(repeating: 0, count: rules.count)
    }

    /// True when a silence covers an alert, which is counted then.
    func holdsBack(_ alert: Match) -> Bool {
        guard let silence = silence(over: alert) else { return false }
        counts[alert.rule] += 1
        book.count(silence.id)
        return true
    }

    /// The first silence that covers an alert now.
    func silence(over alert: Match) -> Silence? {
        let version = book.version
        if version != self.version {
            self.version = version
            let all = book.silences
            silences = rules.map { rule in all.filter { $0.covers(rule: rule) } }
        }
        guard !silences[alert.rule].isEmpty else { return nil }
        let now = WallClock.now()
        return silences[alert.rule].first { now < $0.end && $0.covers(key: alert.key) }
    }

    /// Writes what has changed to a checkpoint, and tells of silences that have begun or are over. The book's version that it has then.
    func drain(into batch: inout StateBatch) -> Int {
        let (begun, ended, version) = book.drain(into: &batch)
        for silence in begun {
            var metadata = Self.metadata(silence)
            metadata["until"] = "\(Timestamp.format(silence.end))"
            metadata["reason"] = "\(silence.reason)"
            logger.notice("alerts are silenced", metadata: metadata)
        }
        for (silence, end) in ended {
            var metadata = Self.metadata(silence)
            metadata["silenced"] = "\(silence.count)"
            if case .removed(let author) = end { metadata["removed_by"] = "\(author)" }
            logger.notice("a silence is over; its alerts were not delivered", metadata: metadata)
        }
        return version
    }

    private static func metadata(_ silence: Silence) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["silence": "\(silence.id)", "rule": "\(silence.rule)", "author": "\(silence.author)"]
        if let setter = silence.setter { metadata["set_by"] = "\(setter)" }
        if !silence.fields.isEmpty { metadata["key"] = "\(silence.key)" }
        return metadata
    }
}

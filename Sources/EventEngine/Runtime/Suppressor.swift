/// `suppress` of one rule: after an alert, further ones with the same values are counted for a fixed time from the
/// first. The number held back is carried by the next alert, or reported alone at the end with `summary: true`.
final class Suppressor {
    private struct Entry {
        var until: Int64
        var count: Int
        /// The alert that opened the time; what a summary is about.
        var opening: Match
    }

    private let suppression: RuleProgram.Suppression
    private var entries: [[UInt8]: Entry] = [:]
    /// Earliest end among entries; `Int64.max` without any.
    private(set) var earliest = Int64.max

    init(_ suppression: RuleProgram.Suppression) {
        self.suppression = suppression
    }

    /// The alert to fire for a match, with the number held back before it; nil when it is held back itself. `now` is
    /// the event time that the engine has reached.
    func admit(_ match: Match, now: Int64) -> Match? {
        let key = text(of: match)
        guard var entry = entries[key] else {
            open(key, match, now: now)
            return match
        }
        if now <= entry.until {
            entry.count += 1
            entries[key] = entry
            return nil
        }
        var match = match
        match.suppressed = entry.count
        open(key, match, now: now)
        return match
    }

    /// Reports of times that have ended before `time`, in order of their end, then of their key.
    func expire(before time: Int64) -> [Match] {
        guard earliest < time else { return [] }
        let ended = entries.filter { $0.value.until < time && ($0.value.count == 0 || suppression.summary) }
        for key in ended.keys { entries[key] = nil }
        earliest = entries.values.lazy.filter { $0.count == 0 || self.suppression.summary }.map(\.until).min() ?? .max
        let reports = ended.filter { $0.value.count > 0 }
        return reports.sorted { ($0.value.until, text($0.key)) < ($1.value.until, text($1.key)) }.map { _, entry in
            var report = entry.opening
            report.kind = .suppressed
            report.events = []
            report.select = []
            report.end = entry.until
            report.suppressed = entry.count
            return report
        }
    }

    private func open(_ key: [UInt8], _ match: Match, now: Int64) {
        let until = now.addingSaturated(suppression.duration)
        entries[key] = Entry(until: until, count: 0, opening: match)
        earliest = min(earliest, until)
    }

    private func text(_ key: [UInt8]) -> String { String(decoding: key, as: UTF8.self) }

    private func text(of match: Match) -> [UInt8] {
        var text = ByteBuffer()
        text.append(text: match.kind.rawValue)
        for source in suppression.by {
            text.append(UInt8(0))
            switch source {
            case .key(let part): match.key[part].value.encode(to: &text)
            case .measure(let measure): match.select[measure].value.encode(to: &text)
            }
        }
        return Array(text.bytes)
    }
}

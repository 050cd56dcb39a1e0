/// `suppress` of one rule: after an alert, further ones with the same values are counted for a fixed time from the
/// first. The number held back is carried by the next alert, or reported alone at the end with `summary: true`.
///
/// An alert that a silence holds back was seen by nobody: it opens no time and takes no number with it. A report that a
/// silence holds back is not made, its number is carried by the next alert.
final class Suppressor {
    /// What is known of one key.
    struct Entry {
        /// End of the time, nanoseconds.
        var until: Int64
        /// Alerts held back.
        var count: Int
        /// The alert that opened the time; what a summary is about.
        var opening: Match
        /// False when it was not kept, as the rule made no summaries then, or when a silence held the report back: such an entry is
        /// reported by the next alert only.
        var hasOpening = true

        /// True when nothing is left to do for it after its end.
        func ends(summary: Bool) -> Bool { count == 0 || (summary && hasOpening) }
    }

    /// What becomes of a match.
    enum Verdict {
        /// It is an alert, with the number held back before it.
        case alert(Match)
        /// It is held back, and counted here.
        case suppressed
        /// It would be an alert, but for a silence.
        case silenced
    }

    let suppression: RuleProgram.Suppression
    private(set) var entries: [[UInt8]: Entry] = [:]
    /// Keys whose entry has changed since the last checkpoint; nil: nobody asks.
    private var changed: Set<[UInt8]>?
    /// Earliest end among entries; `Int64.max` without any.
    private(set) var earliest = Int64.max

    init(_ suppression: RuleProgram.Suppression) {
        self.suppression = suppression
    }

    /// What becomes of a match. `now` is the event time that the engine has reached; `isSilenced` is asked about what would be an alert.
    func admit(_ match: Match, now: Int64, isSilenced: (Match) -> Bool) -> Verdict {
        let key = text(of: match)
        let entry = entries[key]
        if var entry, now <= entry.until {
            entry.count += 1
            entries[key] = entry
            changed?.insert(key)
            return .suppressed
        }
        if isSilenced(match) { return .silenced }
        var match = match
        match.suppressed = entry?.count ?? 0
        open(key, match, now: now)
        return .alert(match)
    }

    /// Until when alerts like the match are held back, nanoseconds; nil: they are not.
    func end(for match: Match) -> Int64? { entries[text(of: match)]?.until }

    /// Reports of times that have ended before `time`, in order of their end, then of their key. Those that `isSilenced` are left to
    /// the next alert.
    func expire(before time: Int64, isSilenced: (Match) -> Bool) -> [Match] {
        guard earliest < time else { return [] }
        var ended = entries.filter { $0.value.until < time && $0.value.ends(summary: suppression.summary) }
        for (key, entry) in ended {
            if entry.count > 0, isSilenced(entry.opening) {
                entries[key]?.hasOpening = false
                ended[key] = nil
            } else {
                entries[key] = nil
            }
            changed?.insert(key)
        }
        earliest = earliestEnd
        let reports = ended.filter { $0.value.count > 0 }
        return reports.sorted { ($0.value.until, text($0.key)) < ($1.value.until, text($1.key)) }.map { _, entry in
            var report = entry.opening
            report.kind = .suppressed
            report.id = Self.identity(ofReportAbout: entry.opening)
            report.events = []
            report.select = []
            report.end = entry.until
            report.suppressed = entry.count
            return report
        }
    }

    /// A report is no repetition of the alert that opened its time: receivers tell alerts by their ids.
    private static func identity(ofReportAbout opening: Match) -> Digest128 {
        var identity = Hash128()
        identity.append(Match.Kind.suppressed.rawValue)
        identity.append(opening.id)
        return identity.digest()
    }

    private func open(_ key: [UInt8], _ match: Match, now: Int64) {
        let until = now.addingSaturated(suppression.duration)
        entries[key] = Entry(until: until, count: 0, opening: match)
        earliest = min(earliest, until)
        changed?.insert(key)
    }

    /// From now on notes which entries change.
    func trackChanges() { changed = changed ?? [] }

    /// Keys whose entry has changed since the last call, in order.
    func takeChanges() -> [[UInt8]] {
        defer { changed?.removeAll(keepingCapacity: true) }
        return (changed ?? []).sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Takes an entry back.
    func restore(_ entry: Entry, key: [UInt8]) {
        entries[key] = entry
        if entry.ends(summary: suppression.summary) { earliest = min(earliest, entry.until) }
    }

    private var earliestEnd: Int64 {
        entries.values.lazy.filter { $0.ends(summary: self.suppression.summary) }.map(\.until).min() ?? .max
    }

    private func text(_ key: [UInt8]) -> String { String(decoding: key, as: UTF8.self) }

    /// The kind and the values of `by`, as a JSON array.
    private func text(of match: Match) -> [UInt8] {
        var text = ByteBuffer()
        text.append("[\"")
        text.append(text: match.kind.rawValue)
        text.append("\"")
        for source in suppression.by {
            text.append(",")
            switch source {
            case .key(let part): match.key[part].value.encode(to: &text)
            case .measure(let measure): match.select[measure].value.encode(to: &text)
            }
        }
        text.append("]")
        return Array(text.bytes)
    }
}

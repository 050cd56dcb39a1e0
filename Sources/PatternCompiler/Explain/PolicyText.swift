import RuleLanguage

/// Says in words what a rule's policies do.
struct PolicyText {
    let rule: Rule

    /// One line for each policy: its key in the rule file, and what it means.
    var lines: [(key: String, text: String)] {
        [("emit", emit), ("skip", skip), ("prefer", prefer), ("limit", limit)] + optional
    }

    private var names: [String] { rule.events.map(\.name) }

    private var optional: [(key: String, text: String)] {
        var lines: [(key: String, text: String)] = []
        if let until = rule.until { lines.append(("until", "\(names[until]): ends every open attempt of its key")) }
        if rule.emitsTimeouts { lines.append(("timeout", "emit: an attempt that runs out of time is reported too")) }
        if rule.isShadow { lines.append(("mode", "shadow: matches are counted, no action fires")) }
        if let suppress = rule.suppress { lines.append(("suppress", self.suppress(suppress))) }
        return lines
    }

    private var emit: String {
        switch rule.emit {
        case .first: return "first: an attempt matches once, as soon as it can"
        case .final: return "final: the preferred match, when no more preferred one is possible"
        case .all: return "all: every accept is a match, and the attempt goes on"
        }
    }

    private var skip: String {
        switch rule.skip {
        case .pastLast: return "past_last: a match drops the attempts that started at or before its last event"
        case .toNext: return "to_next: a match ends its attempt"
        case .none: return "none: a match drops nothing"
        case .toFirst(let variable):
            return "to_first(\(names[variable])): a match drops the attempts that started before its first \(names[variable])"
        case .toLast(let variable):
            return "to_last(\(names[variable])): a match drops the attempts that started before its last \(names[variable])"
        }
    }

    private var prefer: String {
        switch rule.prefer {
        case .earliest: return "earliest: all threads are kept"
        case .latest: return "latest: of threads that await the same the later one is kept"
        }
    }

    private var limit: String {
        let end = rule.limit.whenFull == .dropOldest ? "the one that started first is dropped" : "no new one starts"
        return "\(TextTools.count(rule.limit.attempts, "attempt")) a key, then \(end)"
    }

    private func suppress(_ suppression: Suppression) -> String {
        let key = rule.events.first?.key ?? []
        let parts = suppression.by.map { source -> String in
            switch source {
            case .key(let index): return key.indices.contains(index) ? key[index].path.text : "key \(index + 1)"
            case .measure(let index): return rule.select[index].name
            }
        }
        let scope = parts.isEmpty ? "" : " of the same \(parts.joined(separator: ", "))"
        let end = suppression.summary ? ", then reported as a number" : ""
        return "alerts\(scope) for \(DurationText.format(suppression.duration)) after one are counted, not fired\(end)"
    }
}

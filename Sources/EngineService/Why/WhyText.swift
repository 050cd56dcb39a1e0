import EventEngine
import RuleLanguage

/// A report as lines for people: the verdict, how far events came, then each key with its attempts and near misses.
struct WhyText {
    /// Most characters of an event that are shown.
    private static let rawLimit = 160

    private let report: WhyReport

    init(_ report: WhyReport) { self.report = report }

    var text: String {
        var lines = [report.verdict] + report.notes.map { "note: \($0)." }
        lines += [
            "",
            "rule     \(report.rule): \(report.pattern)\(report.isShadow ? " (mode: shadow, so it alerts nobody)" : "")",
        ]
        lines += funnelLines
        for key in report.keys { lines += keyLines(key) }
        return lines.map { $0.withoutControls + "\n" }.joined()
    }

    // MARK: The funnel

    private var funnelLines: [String] {
        let funnel = report.funnel
        // Matches are no events of the files.
        let streams = report.streams.isEmpty ? "the rule's streams" : report.streams.filter { $0 != "matches" }.joined(separator: ", ")
        let total = funnel.ofStream + (funnel.matches ?? 0)
        var steps = ["\(Self.number(funnel.ofStream)) of \(streams)", "\(Self.number(funnel.passed)) passed `where`"]
        if let matches = funnel.matches {
            if streams.isEmpty { steps.removeFirst() }
            steps.insert(Self.count(matches, "match", "matches") + " of other rules", at: min(1, steps.count - 1))
        }
        if funnel.passed == total { steps.removeAll { $0.hasSuffix(" passed `where`") } }
        if report.keys.first?.parts.isEmpty == false || funnel.keyed < funnel.passed {
            steps.append("\(Self.number(funnel.keyed)) with a key")
        }
        if let ofKey = funnel.ofKey, let key = report.keys.first, !key.parts.isEmpty {
            steps.append("\(Self.number(ofKey)) of \(key.words)")
        }
        var lines = [
            "read     \(Self.count(funnel.read, "event")), \(Self.number(funnel.late)) late, \(Self.number(funnel.malformed)) malformed",
            (funnel.matches == nil ? "of them  " : "seen     ") + steps.joined(separator: ", "),
        ]
        if let feeders = report.feeders { lines.append("fed by   \(Self.words(of: feeders))") }
        let width = max(7, funnel.names.map(\.name.count).max() ?? 0)
        let looked = report.isOfOneKey && funnel.ofKey != nil ? funnel.ofKey ?? 0 : funnel.keyed
        if !funnel.filter.isEmpty {
            let parts = funnel.filter.map { funnel.filter.count == 1 ? $0.text : "\($0.text): \(Self.number($0.satisfied))" }
            let head = "\(Self.padded("`where`", width))  \(Self.number(funnel.passed)) of \(Self.number(total))"
            lines.append("\(head)  \(parts.joined(separator: "; "))")
        }
        for name in funnel.names {
            var parts: [String] = []
            if name.parts.count > 1 || !name.dependent.isEmpty { parts += name.parts.map { "\($0.text): \(Self.number($0.satisfied))" } }
            if name.parts.count == 1, name.dependent.isEmpty { parts.append(name.parts[0].text) }
            parts += name.dependent.map { "\($0): depends on what was bound" }
            let line = Self.padded(name.name, width) + "  \(Self.number(name.satisfied)) of \(Self.number(looked))"
            lines.append(line + (parts.isEmpty ? "" : "  " + parts.joined(separator: "; ")))
        }
        return lines
    }

    /// Most rules that are named.
    private static let feederLimit = 8

    /// Rules whose matches the rule may use: `auth.guessed, 3 matches; auth.tried, mode: shadow`.
    static func words(of feeders: [WhyReport.Feeder]) -> String {
        guard !feeders.isEmpty else { return "no rule" }
        let named = feeders.prefix(feederLimit).map { feeder in
            if feeder.isShadow { return "\(feeder.rule), whose matches `mode: shadow` keeps back" }
            return "\(feeder.rule), which " + (feeder.matches > 0 ? "fired \(count(feeder.matches, "time"))" : "did not fire")
        }
        let more = feeders.count - named.count
        return (named + (more > 0 ? ["and \(count(more, "rule")) more"] : [])).joined(separator: "; ")
    }

    // MARK: A key

    private func keyLines(_ key: WhyReport.Key) -> [String] {
        let words = key.parts.isEmpty ? "attempts" : "key \(key.words)"
        var line = "\(words): \(Self.count(key.attempts, "attempt"))"
        if !key.ends.isEmpty {
            line += " (" + key.ends.map { "\(Self.number($0.count)) \(Self.causeWords($0.cause))" }.joined(separator: ", ") + ")"
        }
        if key.suppressed > 0 {
            line += "; suppress held back \(Self.number(key.suppressed)) of \(Self.count(key.matches, "match", "matches"))"
        }
        var lines = ["", line]
        if key.shown.count < key.attempts { lines[1] += "; the \(key.shown.count) that came furthest:" }
        for attempt in key.shown { lines += attemptLines(attempt) }
        for unstarted in key.unstarted { lines += unstartedLines(unstarted) }
        if key.unstartedCount > key.unstarted.count {
            lines.append("  and \(Self.number(key.unstartedCount - key.unstarted.count)) more that began none")
        }
        guard !key.nearMisses.isEmpty else { return lines }
        lines += ["", key.parts.isEmpty ? "near misses, the nearest first" : "near misses of \(key.words), the nearest first"]
        for (index, miss) in key.nearMisses.enumerated() { lines += missLines(miss, number: index + 1) }
        return lines
    }

    private func attemptLines(_ attempt: WhyAttempt) -> [String] {
        var lines = ["  attempt \(attempt.number), begun by \(attempt.start.name) at \(Timestamp.format(attempt.start.event.time))"]
        for (index, thread) in attempt.threads.enumerated() {
            if attempt.threadCount > 1 { lines.append("    thread \(index + 1) of \(attempt.threadCount)") }
            let width = thread.bound.map(\.name.count).max() ?? 0
            if thread.leftOut > 0 { lines.append("    … \(Self.count(thread.leftOut, "event")) before these") }
            for binding in thread.bound { lines.append("    \(Self.padded(binding.name, width))  \(Self.line(of: binding.event))") }
            if case .match = attempt.end, index == 0 { continue }
            for awaits in thread.awaits { lines.append("    awaited \(Self.words(of: awaits))") }
        }
        let isMatch = if case .match = attempt.end { true } else { false }
        let before = isMatch ? attempt.matches - 1 : attempt.matches
        if before > 0 { lines.append("    matched \(Self.count(before, "time"))\(isMatch ? " before" : "")") }
        return lines + refusalLines(attempt) + ["    " + Self.sentence(of: attempt.end)] + conditionLines(attempt.end)
    }

    /// Where the attempt went on behind it: the last refusal of others is their end.
    private func refusalLines(_ attempt: WhyAttempt) -> [String] {
        guard let refusal = attempt.refusal, refusal.reason != attempt.end else { return [] }
        let bound = Self.runs(refusal.bound, leftOut: refusal.leftOut)
        let last = refusal.count > 1 ? ", the last of \(Self.number(refusal.count)) times" : ""
        return ["    was complete at \(Timestamp.format(refusal.time)) with \(bound)\(last), but \(Self.brief(of: refusal))"]
            + conditionLines(refusal.reason)
    }

    /// Why what was complete is no match, without values.
    private static func brief(of refusal: WhyRefusal) -> String {
        if case .leading(let name, let time) = refusal.reason { return "\(name) had come before it, at \(Timestamp.format(time))" }
        return "`having` is false"
    }

    /// `fail × 3, ok`.
    static func runs(_ bound: [WhyBinding], leftOut: Int) -> String {
        guard leftOut == 0 else { return count(leftOut + bound.count, "event") }
        var runs: [(name: String, count: Int)] = []
        for binding in bound {
            if runs.last?.name == binding.name { runs[runs.count - 1].count += 1 } else { runs.append((binding.name, 1)) }
        }
        return runs.map { $0.count > 1 ? "\($0.name) × \($0.count)" : $0.name }.joined(separator: ", ")
    }

    private func conditionLines(_ end: WhyEnd) -> [String] {
        guard case .having(let conditions) = end else { return [] }
        return conditions.map { "      \($0.isTrue ? "true " : "false") \($0.sentence)" }
    }

    private func unstartedLines(_ unstarted: WhyUnstarted) -> [String] {
        let head = "  no attempt began with \(unstarted.start.name)  \(Self.line(of: unstarted.start.event))"
        switch unstarted.reason {
        case .leading(let name, let time, let duration):
            let since = Self.duration(unstarted.start.event.time &- time)
            let rule = "no \(name) may come in the \(Self.duration(duration)) before it"
            return [head, "    \(name) had come at \(Timestamp.format(time)), \(since) before: \(rule)"]
        case .until(let name): return [head, "    it is also \(name), which ends the group that it would begin"]
        case .limit(let limit): return [head, "    the key held \(Self.count(limit, "attempt")), as many as `limit` allows"]
        }
    }

    private func missLines(_ miss: WhyNearMiss, number: Int) -> [String] {
        let whose = miss.attempt.map { "attempt \($0) awaited \(miss.name)" } ?? "\(miss.name) would have begun an attempt"
        let head = "  \(number)  \(whose): this event \(Self.sentence(of: miss.reason))"
        var lines = [head, "     \(Self.line(of: miss.event))"]
        switch miss.reason {
        case .predicate(let conditions) where conditions.count > 1, .filter(let conditions) where conditions.count > 1:
            lines += conditions.map { "     \($0.isTrue ? "true " : "false") \($0.sentence)" }
        default: break
        }
        return lines
    }

    // MARK: Words

    /// What ended an attempt, as a sentence without its end.
    static func sentence(of end: WhyEnd) -> String {
        switch end {
        case .match(let id, let time, let until):
            let held = until.map { "; suppress held it back until \(Timestamp.format($0))" } ?? ""
            return "matched at \(Timestamp.format(time)): \(id)\(held)"
        case .within(let deadline, let duration, let timeout):
            return "ended by within at \(Timestamp.format(deadline)), \(self.duration(duration)) after its first event" + put(timeout)
        case .gap(let deadline, let duration, let timeout):
            return "ended by a gap at \(Timestamp.format(deadline)), \(self.duration(duration)) after its last event" + put(timeout)
        case .group(let deadline, let duration, let timeout):
            return "ended by within of a group at \(Timestamp.format(deadline)), \(self.duration(duration)) after the group's first event"
                + put(timeout)
        case .until(let name, let event): return "ended by until, \(name): \(line(of: event))"
        case .groupUntil(let name, let event): return "ended by until of a group, \(name): \(line(of: event))"
        case .negation(let name, let event): return "ended by !\(name): \(line(of: event))"
        case .strict(let step, let event): return "ended by the next event, which is not `\(step)`: \(line(of: event))"
        case .skip(let match): return "dropped by skip after match \(match)"
        case .limit(let limit): return "dropped by limit: the key held \(count(limit, "attempt"))"
        case .superseded(let event): return "replaced by a later one (prefer: latest) at \(line(of: event))"
        case .having: return "was complete, but `having` is false"
        case .leading(let name, let time): return "was complete, but \(name) had come before it, at \(Timestamp.format(time))"
        case .open(let expires): return "is open at the end of the input" + (expires.map { ", until \(Timestamp.format($0))" } ?? "")
        case .other: return "ended"
        }
    }

    private static func put(_ timeout: String?) -> String { timeout.map { "; put out as timeout \($0)" } ?? "" }

    /// What stood in the way, behind "the event".
    static func sentence(of reason: WhyNearMiss.Reason) -> String {
        switch reason {
        case .predicate(let conditions):
            let failing = conditions.filter { !$0.isTrue }
            let rest = failing.count > 1 ? " (and \(failing.count - 1) more)" : ""
            return "did not fit, " + (failing.first?.sentence ?? "its predicate is false") + rest
        case .tooLate(let limit, let by): return "came \(duration(by)) after \(limit) had ended"
        case .tooEarly(let by, let opens, let behind):
            let wanted = behind ? "must come after \(Timestamp.format(opens))" : "must not come before \(Timestamp.format(opens))"
            return "came \(by > 0 ? duration(by) + " " : "")too early: it \(wanted)"
        case .before(let name, let by): return by > 0 ? "came \(duration(by)) before \(name)" : "came before \(name), at the same time"
        case .ended(let end): return "would have fitted, but \(obstacle(end))"
        case .until(let name): return "is also \(name), which ends the group"
        case .key(let key): return "has another key, \(key)"
        case .noKey(let null, let composite):
            let fields = null.map { "`\($0)` is null" } + composite.map { "`\($0)` is a list or an object" }
            return "has no key: " + fields.joined(separator: ", ")
        case .late(let by): return "came late, \(duration(by)) behind the newest event, and was left out"
        case .stream(let stream, let wanted):
            let own = stream.map { "is of stream \($0)" } ?? "is of another stream"
            return wanted.isEmpty ? own : "\(own), not of \(wanted.joined(separator: " or "))"
        case .filter(let conditions):
            return "was left out by `where`, " + (conditions.first { !$0.isTrue }?.sentence ?? "which is false")
        }
    }

    /// What had ended the waiting of which an event was to be the next.
    private static func obstacle(_ end: WhyEnd) -> String {
        switch end {
        case .negation(let name, let event): "!\(name) was broken at \(Timestamp.format(event.time)), \(event.place)"
        case .until(let name, let event): "until \(name) had ended the attempt at \(Timestamp.format(event.time)), \(event.place)"
        case .groupUntil(let name, let event): "until \(name) had ended the group at \(Timestamp.format(event.time)), \(event.place)"
        case .strict(let step, let event): "it is not the next event, as `\(step)` asks: \(event.place) came before it"
        default: "the attempt had ended"
        }
    }

    /// A cause of `WhyEnd` behind a number.
    static func causeWords(_ cause: String) -> String {
        switch cause {
        case "match": "matched"
        case "within": "ended by within"
        case "gap": "ended by a gap"
        case "group_within": "ended by within of a group"
        case "until": "ended by until"
        case "group_until": "ended by until of a group"
        case "negation": "ended by a negation"
        case "next": "ended by the next event"
        case "skip": "dropped by skip"
        case "limit": "dropped by limit"
        case "superseded": "replaced by a later one"
        case "having": "complete with `having` false"
        case "leading_negation": "complete behind what must not come before"
        case "open": "open at the end"
        default: "ended"
        }
    }

    private static func words(of awaits: WhyAwait) -> String {
        var text = awaits.step
        if let opens = awaits.opens { text += ", \(awaits.opensBehind ? "after" : "from") \(Timestamp.format(opens))" }
        if let expires = awaits.expires { text += ", until \(Timestamp.format(expires))" }
        return text
    }

    static func line(of event: WhyEvent) -> String {
        var raw = String(event.raw.prefix(rawLimit))
        if event.isClipped || raw.count < event.raw.count { raw += "…" }
        return "\(Timestamp.format(event.time))  \(event.place)  \(raw)"
    }

    static func duration(_ nanoseconds: Int64) -> String { DurationText.format(nanoseconds) }

    static func number(_ number: Int) -> String { ReplaySummary.grouped(number) }

    static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
        "\(self.number(number)) \(number == 1 ? noun : plural ?? noun + "s")"
    }

    static func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }

    /// A text as JSON writes it.
    static func quoted(_ text: String) -> String {
        var buffer = ByteBuffer()
        buffer.appendJSON(text)
        return buffer.text
    }

    /// A key as a JSON array of its parts.
    static func keyText(_ parts: [String?]) -> String { "[" + parts.map { $0.map(quoted) ?? "null" }.joined(separator: ",") + "]" }
}

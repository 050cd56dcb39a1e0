import EventEngine

/// The first lines of a report: what happened, in a sentence or two.
struct WhyVerdict {
    private let report: WhyReport

    init(_ report: WhyReport) { self.report = report }

    var text: String {
        let reasons = [head, feeding, missing ?? unbegun ?? attempts, nearest].compactMap(\.self)
        return reasons.joined(separator: "; ") + "."
    }

    private var key: WhyReport.Key? { report.keys.first }

    private var isAsked: Bool { report.isOfOneKey && key?.parts.isEmpty == false }

    private var head: String {
        let whose = isAsked ? key.map { " for \($0.words)" } ?? "" : ""
        let matches = report.isOfOneKey ? key?.matches ?? 0 : report.matches
        guard matches > 0 else { return "\(report.rule) did not fire\(whose)" }
        let keys = report.isOfOneKey ? "" : " for \(WhyText.count(report.firedKeys, "key"))"
        let heldBack = report.isOfOneKey ? key?.suppressed ?? 0 : report.suppressed
        let suppressed = heldBack > 0 ? ", \(WhyText.number(heldBack)) of them held back by suppress" : ""
        let shadow = report.isShadow ? ", but is `mode: shadow`, so it alerts nobody" : ""
        return "\(report.rule) fired \(WhyText.count(matches, "time"))\(whose)\(keys)\(suppressed)\(shadow)"
    }

    /// Why no match came that the rule could use, where a step wants one.
    private var feeding: String? {
        guard report.bindsMatches, report.matches == 0, report.funnel.matches == 0, let feeders = report.feeders else { return nil }
        guard !feeders.isEmpty else { return "there is no rule whose matches it could use" }
        return "no match of another rule came: it is fed by \(WhyText.words(of: feeders))"
    }

    /// Where the funnel ends.
    private var missing: String? {
        let funnel = report.funnel
        guard (report.isOfOneKey ? key?.matches ?? 0 : report.matches) == 0 else { return nil }
        if funnel.read == 0 { return "the input has no event" }
        if funnel.ofStream + (funnel.matches ?? 0) == 0 {
            if feeding != nil { return nil }
            let streams = report.streams.joined(separator: ", ")
            let wanted = streams.isEmpty ? "a stream that it reads" : "the stream \(streams)"
            return "none of \(WhyText.count(funnel.read, "event")) is of \(wanted)"
        }
        let seen = funnel.ofStream + (funnel.matches ?? 0)
        if funnel.passed == 0 { return "none of \(WhyText.count(seen, "event")) passed `where`" }
        if funnel.keyed == 0 {
            let fields = report.keyLabels.map { "`\($0)`" }.joined(separator: ", ")
            return "none of \(WhyText.count(funnel.passed, "event")) has a key, which is \(fields)"
        }
        if funnel.ofKey == 0 { return "none of \(WhyText.count(funnel.keyed, "event")) has that key" }
        return nil
    }

    /// Why no attempt began in the first key, where it has no match.
    private var unbegun: String? {
        guard (key?.attempts ?? 0) == 0, (key?.matches ?? 0) == 0 else { return nil }
        if let unstarted = key?.unstarted.first {
            let start = unstarted.start
            return "no attempt began\(place): \(start.name) at \(Timestamp.format(start.event.time)) \(Self.words(unstarted.reason))"
        }
        guard report.matches == 0 || report.isOfOneKey else { return key == nil ? nil : "no attempt began\(place)" }
        let isNever = report.firstNames.allSatisfy { name in report.funnel.names.contains { $0.name == name && $0.satisfied == 0 } }
        guard isNever else { return "no attempt began\(place)" }
        return "no event satisfied \(report.firstNames.map { "`\($0)`" }.joined(separator: " or ")), with which an attempt begins"
    }

    /// In which key, where none was asked for.
    private var place: String {
        guard !report.isOfOneKey, let key else { return "" }
        return " for \(report.matches > 0 ? "the nearest other key" : "the nearest key"), \(key.words)"
    }

    private static func words(_ reason: WhyUnstarted.Reason) -> String {
        switch reason {
        case .leading(let name, _, let duration): "came within \(WhyText.duration(duration)) of \(name)"
        case .until(let name): "is also \(name)"
        case .limit(let limit): "found \(WhyText.count(limit, "attempt")) open already"
        }
    }

    /// How far the attempts of the first key came, where it has no match.
    private var attempts: String? {
        guard let key, key.attempts > 0, key.matches == 0, let best = nearestAttempt else { return nil }
        let whose: String
        if report.isOfOneKey {
            whose = key.attempts == 1 ? "its one attempt" : "of \(WhyText.count(key.attempts, "attempt")) the furthest"
        } else {
            whose =
                "\(report.matches > 0 ? "the nearest other key" : "the nearest key") is \(key.words), whose "
                + (key.attempts == 1 ? "one attempt" : "furthest of \(WhyText.count(key.attempts, "attempt"))")
        }
        if let refusal = best.refusal { return "\(whose) \(Self.words(refusal, of: best))" }
        let thread = best.threads.first
        var text = "\(whose) bound \(thread.map { WhyText.runs($0.bound, leftOut: $0.leftOut) } ?? best.start.name)"
        if let remaining = thread?.remaining, remaining > 0 { text += " and needed \(WhyText.count(remaining, "event")) more" }
        text += ", but " + Self.brief(best.end)
        let never = report.funnel.names.filter { $0.satisfied == 0 && isAwaited($0.name) }.map { "`\($0.name)`" }
        if !never.isEmpty { text += "; no event satisfied \(never.joined(separator: " or "))" }
        return text
    }

    /// The attempt of the first key that came furthest.
    private var nearestAttempt: WhyAttempt? { key?.shown.min { $0.isNearer(than: $1) } }

    /// When it was complete, why that is no match, and what ended it where it went on.
    private static func words(_ refusal: WhyRefusal, of attempt: WhyAttempt) -> String {
        let times = refusal.count > 1 ? "\(WhyText.number(refusal.count)) times, the last " : ""
        var text = "bound \(WhyText.runs(refusal.bound, leftOut: refusal.leftOut)) and was complete \(times)at "
        text += "\(Timestamp.format(refusal.time)), but \(brief(refusal.reason))"
        if attempt.end != refusal.reason { text += ", and then \(brief(attempt.end))" }
        return text
    }

    /// True when an attempt awaited the name: then it matters that nothing satisfied it.
    private func isAwaited(_ name: String) -> Bool {
        key?.shown.contains {
            $0.threads.contains { $0.awaits.contains { $0.step.hasSuffix(" \(name)") && !$0.step.hasSuffix("!\(name)") } }
        } ?? false
    }

    private static func brief(_ end: WhyEnd) -> String {
        switch end {
        case .match: "it matched"
        case .within(let deadline, let duration, _): "within \(WhyText.duration(duration)) ended at \(Timestamp.format(deadline))"
        case .gap(let deadline, let duration, _): "its gap of \(WhyText.duration(duration)) ended at \(Timestamp.format(deadline))"
        case .group(let deadline, let duration, _):
            "within \(WhyText.duration(duration)) of its group ended at \(Timestamp.format(deadline))"
        case .until(let name, let event), .groupUntil(let name, let event): "until \(name) at \(Timestamp.format(event.time)) ended it"
        case .negation(let name, let event): "!\(name) was broken at \(Timestamp.format(event.time)), \(event.place)"
        case .strict(_, let event): "the next event, \(event.place), did not fit"
        case .skip: "a match of another attempt dropped it"
        case .limit: "limit dropped it"
        case .superseded: "a later one replaced it"
        case .having(let conditions): "`having` is false: " + (conditions.first { !$0.isTrue }?.sentence ?? "")
        case .leading(let name, let time): "\(name) had come before it, at \(Timestamp.format(time))"
        case .open(let expires): "it is open at the end of the input" + (expires.map { " until \(Timestamp.format($0))" } ?? "")
        case .other: "it ended"
        }
    }

    private var nearest: String? {
        guard let key, key.matches == 0, let miss = key.nearMisses.first(where: isWorthSaying) else { return nil }
        let whose = report.isOfOneKey || key.attempts > 0 || key.parts.isEmpty ? "" : " of \(key.words)"
        return "the nearest event\(whose) for \(miss.name), \(miss.event.place) at \(Timestamp.format(miss.event.time)), "
            + WhyText.sentence(of: miss.reason)
    }

    /// Where all that was needed had come, an event that does not fit explains nothing; nor does one that nearly began an attempt where
    /// others did.
    private func isWorthSaying(_ miss: WhyNearMiss) -> Bool {
        guard case .predicate = miss.reason else { return true }
        return miss.attempt == nil ? key?.attempts == 0 : nearestAttempt?.refusal == nil
    }
}

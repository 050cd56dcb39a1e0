import RuleLanguage

/// Accepts, deadlines and the policies.
extension KeyedMatcher {
    /// Turns accepts reached at the event under way into matches or candidates, by order of start, then preference.
    func acceptNow() {
        for attempt in attempts {
            if rule.emit == .final {
                keepCandidate(of: attempt) { if case .accept = $0.content { $0.thread.last.event.time } else { nil } }
                continue
            }
            for entry in attempt.entries where !attempt.isClosed {
                guard case .accept = entry.content, isMatch(entry.thread) else { continue }
                emit(Candidate(thread: entry.thread, end: entry.thread.last.event.time), of: attempt)
            }
            attempt.entries.removeAll { if case .accept = $0.content { true } else { false } }
        }
        attempts.removeAll { $0.entries.isEmpty }
        decide()
    }

    /// Under `emit: final`: of the entries for which `end` gives a time, the first that is a match becomes the attempt's candidate and
    /// cuts all behind it; those before it that are none go.
    private func keepCandidate(of attempt: Attempt, end: (Entry) -> Int64?) {
        var kept: [Entry] = []
        for entry in attempt.entries {
            guard let end = end(entry) else {
                kept.append(entry)
                continue
            }
            guard isMatch(entry.thread) else { continue }
            kept.append(
                Entry(
                    thread: entry.thread, content: .candidate(Candidate(thread: entry.thread, end: end)), order: entry.order))
            break
        }
        attempt.entries = kept
    }

    /// Under `emit: final`: lets decided attempts leave in order of start.
    func decide() {
        guard rule.emit == .final else { return }
        while let earliest = attempts.first {
            if let match = earliest.decided {
                emit(match, of: earliest)
            } else if earliest.entries.isEmpty {
                attempts.removeFirst()
            } else {
                return
            }
        }
    }

    /// Rule-level `until`.
    func applyUntil(_ event: SequenceEvent) {
        guard let until = rule.until, satisfies(until, event, after: []) else { return }
        attempts.removeAll { $0.decided == nil }
    }

    // MARK: Deadlines

    /// When the entry ends (a step) or is complete (an absence), nil: never.
    private func deadline(_ entry: Entry) -> Int64? {
        switch entry.content {
        case .accept, .candidate: return nil
        case .absence(_, let deadline): return deadline == .max ? nil : deadline
        case .step(let item, _, _, let frames):
            let thread = entry.thread
            var ends: [Int64] = []
            if let within = rule.within { ends.append(thread.first.event.time + within) }
            if let gap = item.link?.maximumGap { ends.append(thread.last.event.time + gap) }
            for group in groups(of: frames) {
                if let within = group.within, let first = group.first { ends.append(first + within) }
            }
            return ends.min()
        }
    }

    /// The earliest deadline of the key.
    func earliestDeadline() -> Int64? {
        attempts.flatMap { $0.entries.compactMap { deadline($0) } }.min()
    }

    /// The watermark has passed `time`: its absences are complete, its steps have run out of time.
    func fire(_ time: Int64) {
        for attempt in attempts where !attempt.isClosed {
            guard attempt.entries.contains(where: { deadline($0) == time }) else { continue }
            let accepted = complete(attempt, at: time)
            if attempt.isClosed { continue }
            expire(attempt, at: time, accepted)
            removeClosed()
            decide()
        }
    }

    /// Completes the attempt's absences that are due; returns their threads.
    private func complete(_ attempt: Attempt, at time: Int64) -> [Thread] {
        let due = attempt.entries.filter { entry in
            if case .absence(_, let deadline) = entry.content { deadline == time } else { false }
        }
        if rule.emit == .final {
            keepCandidate(of: attempt) { entry in
                if case .absence(_, let deadline) = entry.content, deadline == time { time } else { nil }
            }
        } else {
            for entry in due where !attempt.isClosed && isMatch(entry.thread) {
                emit(Candidate(thread: entry.thread, end: time), of: attempt)
            }
            attempt.entries.removeAll { entry in
                if case .absence(_, let deadline) = entry.content { deadline == time } else { false }
            }
        }
        return due.map(\.thread)
    }

    /// Drops the attempt's steps that have run out of time; ends the attempt when nothing is left.
    private func expire(_ attempt: Attempt, at time: Int64, _ accepted: [Thread]) {
        let expiring = attempt.entries.filter { deadline($0) == time }
        attempt.entries.removeAll { deadline($0) == time }
        var ended = false
        for entry in expiring {
            let lives = attempt.entries.contains { $0.thread === entry.thread }
            if lives || accepted.contains(where: { $0 === entry.thread }) { continue }
            attempt.noteExpired(entry.thread)
            ended = true
        }
        guard attempt.entries.isEmpty else { return }
        attempt.isClosed = true
        if ended { emitTimeout(of: attempt) }
    }

    // MARK: prefer: latest

    /// Of threads that await the same, keeps the one whose last event is latest, then whose attempt started later, then the most
    /// preferred.
    func keepLatest() {
        var best: [Set<String>: (thread: Thread, start: Int)] = [:]
        var losers: [Thread] = []
        for attempt in attempts {
            var seen: [Thread] = []
            for entry in attempt.entries where !seen.contains(where: { $0 === entry.thread }) {
                seen.append(entry.thread)
                guard let signature = signature(of: entry.thread, in: attempt) else { continue }
                let challenger = (thread: entry.thread, start: attempt.start.index)
                guard let holder = best[signature] else {
                    best[signature] = challenger
                    continue
                }
                let wins =
                    challenger.thread.last.index > holder.thread.last.index
                    || challenger.thread.last.index == holder.thread.last.index && challenger.start > holder.start
                if wins { best[signature] = challenger }
                losers.append(wins ? holder.thread : challenger.thread)
            }
        }
        for attempt in attempts {
            attempt.entries.removeAll { entry in
                if case .candidate = entry.content { return false }
                return losers.contains { $0 === entry.thread }
            }
        }
        attempts.removeAll { $0.entries.isEmpty }
    }

    /// What `prefer: latest` compares; nil for a thread that awaits no event.
    private func signature(of thread: Thread, in attempt: Attempt) -> Set<String>? {
        var parts: Set<String> = []
        var awaitsEvent = false
        for entry in attempt.entries where entry.thread === thread {
            switch entry.content {
            case .step(let item, _, let node, let frames):
                awaitsEvent = true
                let contiguity = item.link?.contiguity.rawValue ?? ""
                parts.insert("\(node) \(contiguity) " + frames.map(\.signature).joined())
            case .absence: parts.insert("absence")
            case .accept, .candidate: break
            }
        }
        return awaitsEvent ? parts : nil
    }
}

import EventEngine

/// Follows the attempts of one key through the engine's own machine: before each step it finds what the step would do
/// (`RuleTrace.probe`), behind it which attempts are gone, and puts the two together.
///
/// The engine alone decides what begins, matches and ends; the probe only says why.
final class KeyTracer {
    /// Threads of an attempt that are shown.
    private static let threadLimit = 3

    private struct Live {
        var number: Int
        var start: WhyBinding
        var id: Digest128
        var matches = 0
    }

    /// An attempt before a step.
    private struct Captured {
        var start: UInt64
        /// The one that came furthest first.
        var threads: [HeldThread]
        var threadCount: Int
        /// True when the step leaves nothing of it.
        var dies: Bool
        /// Why, then.
        var cause: WhyEnd
        /// What its first thread binds with the step.
        var closing: WhyBinding?
    }

    let key: [UInt8]
    private let trace: RuleTrace
    private let naming: WhyNaming
    private let finder: NearMissFinder
    private let refusals: RefusalKeeper
    private let limit: Int
    private var live: [UInt64: Live] = [:]
    private var captured: [Captured] = []
    private var probe: (starts: [StartProbe], endsAll: Bool)?
    /// True when the attempt is found that `limit` dropped at the event.
    private var isLimited = false
    private var shelf: AttemptShelf
    private var unstarted: [WhyUnstarted] = []
    private var unstartedCount = 0
    /// True at the end of the input: what runs out of time now is open.
    private var isFinishing = false
    /// Attempts that began.
    private(set) var attemptCount = 0
    /// Matches.
    private(set) var matchCount = 0
    /// Those of them that `suppress` held back.
    private(set) var suppressedCount = 0
    /// When something ends or completes by itself; `Int64.max`: never.
    private(set) var nextDeadline = Int64.max
    /// Variables that are awaited, for a quick look at events that cannot matter.
    private(set) var awaited: Set<Int> = []

    init(key: [UInt8], trace: RuleTrace, naming: WhyNaming, limit: Int) {
        self.key = key
        self.trace = trace
        self.naming = naming
        self.limit = limit
        shelf = AttemptShelf(limit: limit)
        refusals = RefusalKeeper(trace: trace, naming: naming)
        finder = NearMissFinder(key: key, trace: trace, naming: naming, limit: limit)
    }

    private var rule: RuleProgram { trace.program.rules[trace.rule] }

    /// The near misses of events that the key's sequence does not have.
    var outside: NearMissFinder { finder }

    // MARK: An event of the key

    /// Before the event under test is taken.
    func willTake() {
        let found = trace.probe(key)
        let event = naming.event(trace.event)
        refusals.beginStep()
        for (attempt, threads) in found.attempts { refusals.note(attempt, threads, event) }
        captured = found.attempts.map { capture($0.attempt, $0.threads, event) }
        probe = (found.starts, found.endsAll)
        isLimited = false
        finder.look(at: found, until: found.endsAll ? naming.names[Int(rule.until)] : nil)
    }

    private func capture(_ attempt: TracedAttempt, _ threads: [ThreadProbe], _ event: WhyEvent) -> Captured {
        let dies = threads.allSatisfy { $0.dies || $0.thread.kind == .timedOut }
        let order = Self.order(threads.map(\.thread)) { index in
            let taken = threads[index].edges.compactMap(\.outcome)
            if taken.contains(where: \.accepts) { return 0 }
            if threads[index].thread.kind == .candidate { return 1 }
            return dies && taken.contains { $0.refusal != nil } ? 2 : 3
        }
        let first = threads[order.first { threads[$0].thread.kind != .timedOut } ?? order[0]]
        let closing = first.edges.first { $0.outcome.map { $0.accepts || (dies && $0.refusal != nil) } ?? false }
        return Captured(
            start: attempt.start, threads: order.prefix(Self.threadLimit).map { trace.hold(threads[$0].thread, of: attempt) },
            threadCount: threads.count, dies: dies, cause: dies ? cause(of: first, event) : .other,
            closing: closing.map { naming.binding($0.awaited.variable, event) })
    }

    /// Why a thread dies at an event.
    private func cause(of thread: ThreadProbe, _ event: WhyEvent) -> WhyEnd {
        for edge in thread.edges { if let refusal = edge.outcome?.refusal { return naming.end(refusal) } }
        for edge in thread.edges {
            if case .negation(let variable) = edge.fate { return .negation(name: naming.names[variable], event: event) }
        }
        for edge in thread.edges {
            if case .until(let variable) = edge.fate { return .groupUntil(name: naming.names[variable], event: event) }
        }
        for edge in thread.edges where edge.fate == .strict {
            return .strict(step: naming.step(edge.awaited, from: thread.thread.step), event: event)
        }
        return .other
    }

    /// Indices of threads in order of rank, then of how near they are to a match, then of preference.
    private static func order(_ threads: [TracedThread], _ rank: (Int) -> Int) -> [Int] {
        threads.indices.map { (rank($0), threads[$0].remaining ?? .max, -threads[$0].length, $0) }.sorted { $0 < $1 }.map(\.3)
    }

    /// Behind the event under test; `decisions` are those of every key.
    func didTake(_ decisions: [TracedDecision], _ event: TracedEvent, id: Digest128) {
        let own = decisions.filter { $0.key == key }
        let shown = naming.event(event)
        let begun = begin(own, event, shown, id: id)
        count(own)
        endLost(own, shown, begun: begun, at: event.sequence)
        refresh()
    }

    /// Notes that an attempt began with the event, or why none did. The attempt's start probe when it has begun and may be gone.
    private func begin(
        _ own: [TracedDecision], _ event: TracedEvent, _ shown: WhyEvent, id: Digest128
    ) -> [StartProbe] {
        guard let probe, let first = probe.starts.first else { return [] }
        let open = probe.starts.filter { $0.closed == nil }
        guard let start = open.first else {
            note(first, shown)
            return []
        }
        let hasBegun = trace.isStateless || trace.begun.contains(key)
        guard hasBegun else {
            if trace.limited.contains(key) { note(start, shown) }
            return []
        }
        attemptCount += 1
        refusals.note(start: event.sequence, open, shown)
        live[event.sequence] = Live(number: attemptCount, start: naming.binding(start.variable, shown), id: id)
        finder.begin(event.sequence, number: attemptCount)
        return open
    }

    private func note(_ start: StartProbe, _ event: WhyEvent) {
        unstartedCount += 1
        guard unstarted.count < limit else { return }
        let reason: WhyUnstarted.Reason
        switch start.closed {
        case .leading(let variable, let time, let duration):
            reason = .leading(name: naming.names[variable], time: time, duration: duration)
        case .until(let variable): reason = .until(name: naming.names[variable])
        case nil: reason = .limit(rule.attemptLimit)
        }
        unstarted.append(WhyUnstarted(start: naming.binding(start.variable, event), reason: reason))
    }

    // MARK: A deadline

    /// Before the deadlines at `time` fire.
    func willFire(at time: Int64) {
        refusals.beginStep()
        capture(at: time, isDecided: true)
    }

    /// `isDecided`: time goes on, so what it completes is a match, or is refused.
    private func capture(at time: Int64, isDecided: Bool) {
        probe = nil
        captured = trace.attempts(of: key).map { attempt in
            var refused: [Int: Refusal] = [:]
            var completes = false
            for (index, thread) in attempt.threads.enumerated() where thread.kind == .live {
                let ended = thread.awaits.filter { $0.expires ?? .max <= time }
                if ended.contains(where: { $0.variable < 0 }) {
                    if let refusal = trace.refusal(of: thread, in: attempt) {
                        refused[index] = refusal
                        if isDecided { refusals.note(attempt, thread, refusal) }
                    } else {
                        completes = true
                    }
                }
                if !isFinishing { finder.expire(ended, of: thread, attempt) }
            }
            let dies =
                !completes
                && attempt.threads.allSatisfy { thread in
                    thread.kind == .timedOut || thread.kind == .live && thread.awaits.allSatisfy { $0.expires ?? .max <= time }
                }
            let order = Self.order(attempt.threads) { index in
                let thread = attempt.threads[index]
                let isComplete = thread.awaits.contains { $0.variable < 0 && $0.expires ?? .max <= time }
                return thread.kind == .candidate || isComplete && refused[index] == nil ? 0 : isComplete ? 1 : 2
            }
            let last = order.first { attempt.threads[$0].kind == .live } ?? order[0]
            let cause = refused[last].map { naming.end($0) } ?? timeCause(attempt.threads[last], at: time)
            return Captured(
                start: attempt.start, threads: order.prefix(Self.threadLimit).map { trace.hold(attempt.threads[$0], of: attempt) },
                threadCount: attempt.threads.count, dies: dies, cause: cause, closing: nil)
        }
    }

    private func timeCause(_ thread: TracedThread, at time: Int64) -> WhyEnd {
        if isFinishing { return .open(expires: thread.awaits.compactMap(\.expires).max()) }
        let last = thread.awaits.filter { $0.variable >= 0 }.max { $0.expires ?? .max < $1.expires ?? .max }
        switch last?.limit {
        case .within(let duration): return .within(deadline: time, duration: duration, timeout: nil)
        case .gap(let duration): return .gap(deadline: time, duration: duration, timeout: nil)
        case .group(let duration): return .group(deadline: time, duration: duration, timeout: nil)
        case .absence, .none?, nil: return .other
        }
    }

    /// Behind deadlines before `watermark`.
    func didFire(_ decisions: [TracedDecision], before watermark: Int64) {
        trace.settle(key, before: watermark)
        let own = decisions.filter { $0.key == key }
        count(own)
        endLost(own, nil, begun: [], at: 0)
        refresh()
    }

    private func count(_ own: [TracedDecision]) {
        let matches = own.filter { $0.match.kind == .match }
        matchCount += matches.count
        suppressedCount += matches.count { $0.suppressedUntil != nil }
        if !matches.isEmpty { finder.match() }
        for id in matches.compactMap({ $0.match.events.first?.id }) {
            if let start = live.first(where: { $0.value.id == id })?.key { live[start]?.matches += 1 }
        }
    }

    /// From now on the input has ended: what runs out of time is still open.
    func willFinish() { isFinishing = true }

    /// Before what is left is decided.
    func willFlush() { willFire(at: .max) }

    // MARK: What is gone

    /// Ends the attempts that the engine no longer has. `event` is nil for a deadline.
    private func endLost(_ own: [TracedDecision], _ event: WhyEvent?, begun: [StartProbe], at sequence: UInt64) {
        let starts = Set(trace.starts(of: key))
        for attempt in captured {
            if starts.contains(attempt.start) { continue }
            let end = end(of: attempt, own, event)
            let threads = attempt.threads.enumerated().map { naming.thread($1, trace, closing: $0 == 0 ? attempt.closing : nil) }
            finder.end(attempt.start, by: end, threads: hasMatched(attempt) ? [] : attempt.threads)
            record(attempt.start, threads, attempt.threadCount, end)
        }
        for attempt in captured { for thread in attempt.threads { trace.release(thread) } }
        captured = []
        guard let event, !begun.isEmpty, !starts.contains(sequence) else { return }
        let outcome = begun.first { $0.outcome.accepts } ?? begun[0]
        let dies = begun.allSatisfy { !$0.outcome.livesOn && !$0.outcome.accepts }
        let refused = begun.lazy.compactMap(\.outcome.refusal).first
        let cause = dies ? refused.map { naming.end($0) } ?? .other : .other
        let end = end(start: sequence, dies: dies, cause: cause, own, event)
        let binding = naming.binding(outcome.variable, event)
        finder.end(sequence, by: end, threads: [])
        record(sequence, [WhyThread(bound: [binding], leftOut: 0, awaits: [], remaining: refused == nil ? nil : 0)], 1, end)
    }

    private func hasMatched(_ attempt: Captured) -> Bool { live[attempt.start].map { $0.matches > 0 } ?? false }

    private func record(_ start: UInt64, _ threads: [WhyThread], _ count: Int, _ end: WhyEnd) {
        let refusal = refusals.take(start, endedBy: end)
        guard let attempt = live.removeValue(forKey: start) else { return }
        shelf.add(
            WhyAttempt(
                number: attempt.number, start: attempt.start, threads: threads, threadCount: count, matches: attempt.matches,
                refusal: attempt.matches > 0 ? nil : refusal, end: end))
    }

    private func end(of attempt: Captured, _ own: [TracedDecision], _ event: WhyEvent?) -> WhyEnd {
        end(start: attempt.start, dies: attempt.dies, cause: attempt.cause, own, event)
    }

    private func end(start: UInt64, dies: Bool, cause: WhyEnd, _ own: [TracedDecision], _ event: WhyEvent?) -> WhyEnd {
        let id = live[start]?.id
        if let match = own.first(where: { $0.match.kind == .match && $0.match.events.first?.id == id }) {
            return .match(id: match.match.id.text, time: match.match.end, suppressedUntil: match.suppressedUntil)
        }
        let other = own.first { $0.match.kind == .match }
        // Attempts take an event in order of start: an earlier one that matches drops later ones before they see it.
        let isEarlier =
            other.flatMap { decision in live.first { $0.value.id == decision.match.events.first?.id } }.map { $0.key < start } ?? true
        if let other, rule.skip == .pastLast, rule.emit != .final, event != nil, isEarlier { return .skip(match: other.match.id.text) }
        if dies {
            let timeout = own.first { $0.match.kind == .timeout && $0.match.events.first?.id == id }?.match.id.text
            switch cause {
            case .within(let deadline, let duration, _): return .within(deadline: deadline, duration: duration, timeout: timeout)
            case .gap(let deadline, let duration, _): return .gap(deadline: deadline, duration: duration, timeout: timeout)
            case .group(let deadline, let duration, _): return .group(deadline: deadline, duration: duration, timeout: timeout)
            default: return cause
            }
        }
        if let other, rule.skip != .none, rule.skip != .toNext { return .skip(match: other.match.id.text) }
        if let probe, let event {
            if !isLimited, trace.limited.contains(key), !rule.dropsNewest {
                // Of those that end for no reason of their own it is the first.
                isLimited = true
                return .limit(rule.attemptLimit)
            }
            if probe.endsAll { return .until(name: naming.names[Int(rule.until)], event: event) }
            if rule.prefersLatest { return .superseded(event: event) }
        }
        return isFinishing ? .open(expires: nil) : .other
    }

    private func refresh() {
        nextDeadline = .max
        awaited = []
        for attempt in trace.attempts(of: key) {
            for awaits in attempt.threads.flatMap(\.awaits) {
                nextDeadline = min(nextDeadline, awaits.expires ?? .max)
                if awaits.variable >= 0 { awaited.insert(awaits.variable) }
            }
        }
    }

    /// The input has ended: what is still there is open.
    func endOpen() {
        capture(at: .max, isDecided: false)
        for attempt in captured {
            let expires = attempt.threads.flatMap(\.awaits).compactMap(\.expires).max()
            let threads = attempt.threads.map { naming.thread($0, trace, closing: nil) }
            finder.end(attempt.start, by: .open(expires: expires), threads: hasMatched(attempt) ? [] : attempt.threads)
            record(attempt.start, threads, attempt.threadCount, .open(expires: expires))
        }
        for attempt in captured { for thread in attempt.threads { trace.release(thread) } }
        captured = []
    }

    // MARK: The report

    /// Behind the end of the input: what the key's sequence came to.
    func report(labels: [String]) -> WhyReport.Key {
        WhyReport.Key(
            parts: zip(labels, WhyNaming.parts(of: key)).map { ($0, $1) }, attempts: attemptCount, ends: shelf.ends, shown: shelf.shown,
            unstarted: unstarted, unstartedCount: unstartedCount, matches: matchCount, suppressed: suppressedCount,
            nearMisses: Array(finder.misses.prefix(limit)))
    }
}

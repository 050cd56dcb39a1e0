import RuleLanguage

/// Section 4 for one keyed sequence.
final class KeyedMatcher {
    let rule: Rule
    let tree: PatternTree
    let key: [String?]
    /// Numbers runs of loops.
    var nextChoice = 0
    /// What the start of the pattern awaits.
    let startItems: [Awaited]
    /// The keyed sequence so far, the event under way last.
    var sequence: [SequenceEvent] = []
    /// Open attempts in order of start.
    var attempts: [Attempt] = []
    /// Last event of the latest match under `skip: past_last`: no attempt starts up to there.
    private var skippedThrough = -1
    /// What came out.
    private(set) var output: [ReferenceMatch] = []
    /// How many entries are held.
    var size: Int { attempts.reduce(0) { $0 + $1.entries.count } }

    init(rule: Rule, tree: PatternTree, key: [String?]) {
        self.rule = rule
        self.tree = tree
        self.key = key
        var choice = 0
        var items = PatternWalk.start(of: tree, nextChoice: &choice)
        if rule.emit == .final, let empty = items.firstIndex(where: { if case .accept = $0.target { true } else { false } }) {
            items.removeSubrange(empty...)
        }
        startItems = items
        nextChoice = choice
    }

    /// The next event of the sequence.
    func process(_ event: ReferenceEvent) {
        advanceWatermark(to: event.time)
        let current = SequenceEvent(index: sequence.count, event: event)
        sequence.append(current)
        for attempt in attempts { advance(attempt, by: current) }
        attempts.removeAll { $0.entries.isEmpty }
        acceptNow()
        if current.index > skippedThrough {
            start(at: current)
            acceptNow()
        }
        applyUntil(current)
        if rule.prefer == .latest { keepLatest() }
        decide()
    }

    /// Fires every deadline before `watermark`, in order.
    func advanceWatermark(to watermark: Int64) {
        while let deadline = earliestDeadline(), deadline < watermark { fire(deadline) }
    }

    /// The input has ended: the watermark is infinite and no event will come.
    func flush() {
        while let deadline = earliestDeadline() { fire(deadline) }
        for attempt in attempts {
            attempt.entries.removeAll { if case .candidate = $0.content { false } else { true } }
        }
        attempts.removeAll { $0.entries.isEmpty }
        decide()
    }

    // MARK: Predicates

    /// True when variable `variable` can bind `event` after `bound`: stream, key and predicate.
    func satisfies(_ variable: Int, _ event: SequenceEvent, after bound: [(variable: Int, at: SequenceEvent)]) -> Bool {
        let definition = rule.events[variable]
        if !ReferenceMatcher.reads(definition, event.event.stream) { return false }
        if ReferenceMatcher.key(definition, event.event) != key { return false }
        guard let predicate = definition.predicate else { return true }
        let evaluator = ExpressionEvaluator(
            bound: bound.map { ($0.variable, $0.at.event) }, current: event.event, previous: bound.last?.at.event,
            lag: event.index > 0 ? sequence[event.index - 1].event : nil)
        return evaluator.holds(predicate)
    }

    /// True when the thread's list is a match: `having`, and nothing before it that a leading negation forbids.
    func isMatch(_ thread: Thread) -> Bool {
        for negated in thread.leadingNegations {
            let farEnd = thread.last.event.time - (rule.within ?? 0)
            let forbids = sequence[..<thread.first.index].contains {
                $0.event.time >= farEnd && satisfies(negated, $0, after: [])
            }
            if forbids { return false }
        }
        guard let having = rule.having else { return true }
        let evaluator = ExpressionEvaluator(
            bound: thread.bound.map { ($0.variable, $0.at.event) }, current: thread.last.event,
            previous: thread.bound.dropLast().last?.at.event,
            lag: thread.last.index > 0 ? sequence[thread.last.index - 1].event : nil)
        return evaluator.holds(having)
    }

    // MARK: Output

    /// Puts out a match of `attempt` and applies `skip`.
    func emit(_ candidate: Candidate, of attempt: Attempt) {
        output.append(record(.match, candidate.thread, end: candidate.end))
        let first = candidate.thread.first.index
        let dropBefore: Int?
        switch rule.skip {
        case .pastLast: dropBefore = candidate.thread.last.index + 1
        case .toNext: dropBefore = nil
        case .none:
            if rule.emit != .all { attempt.isClosed = true }
            removeClosed()
            return
        case .toFirst(let variable): dropBefore = candidate.thread.bound.first { $0.variable == variable }?.at.index
        case .toLast(let variable): dropBefore = candidate.thread.bound.last { $0.variable == variable }?.at.index
        }
        attempt.isClosed = true
        if rule.skip == .pastLast { skippedThrough = max(skippedThrough, candidate.thread.last.index) }
        if let dropBefore, dropBefore != first {
            for other in attempts where other.start.index < dropBefore { other.isClosed = true }
        }
        removeClosed()
    }

    /// Puts out an attempt that ran out of time.
    func emitTimeout(of attempt: Attempt) {
        guard rule.emitsTimeouts, let thread = attempt.expired else { return }
        output.append(record(.timeout, thread, end: thread.last.event.time))
    }

    private func record(_ kind: ReferenceMatch.Kind, _ thread: Thread, end: Int64) -> ReferenceMatch {
        ReferenceMatch(
            kind: kind, key: key,
            events: thread.bound.map { .init(name: rule.events[$0.variable].name, position: $0.at.event.position) },
            start: thread.first.event.time, end: end)
    }

    func removeClosed() { attempts.removeAll(where: \.isClosed) }
}

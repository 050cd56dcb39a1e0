/// Turns decisions into alerts: feeds rules that read the stream `matches`, then applies silences and `suppress`. One instance for
/// one thread.
///
/// Decisions come in order of `DecisionPoint`, whoever made them; so alerts do not depend on how many workers there are.
/// Rules that read `matches` run here, on a shard of their own that is shown the events too where they read other streams.
public final class AlertSequencer {
    private let program: EngineProgram
    private let composer: Composer?
    /// Runs the rules that read `matches`; nil when there are none.
    let composed: Shard?
    /// True when it must be shown every event.
    public let readsEvents: Bool
    let suppressors: [(rule: Int, suppressor: Suppressor)]
    let suppressorOfRule: [Suppressor?]
    /// Matches held back by `suppress`, by rule.
    @exclusivity(unchecked) public private(set) var suppressed: [Int]
    @exclusivity(unchecked) private var alerts: [Match] = []
    /// Says of what would be an alert whether a silence holds it back, and counts it then. `suppress` asks before it counts from an alert,
    /// which must not be one that nobody gets.
    @exclusivity(unchecked) public var holdsBack: (Match) -> Bool = { _ in false }
    /// The same of a report, whose matches are all counted already.
    @exclusivity(unchecked) public var holdsBackReport: (Match) -> Bool = { _ in false }
    /// Is shown each event of the stream `matches` and the match that it is, in order, before the rules that read it; for traces.
    @exclusivity(unchecked) var onMatchEvent: ((EventView, Match) -> Void)?
    /// Sequence number of the last event of `composed`.
    @exclusivity(unchecked) private(set) var sequence: UInt64 = 0

    /// A sequencer without any state.
    ///
    /// - Parameter takesMatches: events of the stream `matches` are given to it too.
    public init(_ program: EngineProgram, sources: SourceNames = SourceNames(), takesMatches: Bool = false) {
        self.program = program
        let first = program.firstComposedRule
        composer = Composer(program)
        if first < program.rules.count {
            composed = Shard(program, rules: first..<program.rules.count, sources: sources)
            let matches = program.schema.streamIndex(named: Composer.streamName)
            readsEvents = takesMatches || program.rules[first...].contains { $0.streams != [matches] }
        } else {
            composed = nil
            readsEvents = false
        }
        suppressorOfRule = program.rules.map { $0.suppression.map { Suppressor($0) } }
        suppressors = suppressorOfRule.enumerated().compactMap { rule, suppressor in suppressor.map { (rule, $0) } }
        suppressed = Array(repeating: 0, count: program.rules.count)
        composed?.afterDeadline = { [unowned self] in drain() }
    }

    /// Takes decisions that were made before the next event, in order.
    public func take(_ decisions: [Decision]) {
        var start = 0
        while start < decisions.count {
            var end = start + 1
            while end < decisions.count, decisions[start].point.isTogether(with: decisions[end].point) { end += 1 }
            reach(decisions[start].point.time)
            hand(decisions[start..<end])
            start = end
        }
    }

    /// Takes an event, where `readsEvents` asks for it, with what it decided; after everything decided before it.
    public func process(_ event: EventView, sequence: UInt64, decisions: [Decision]) {
        let before = decisions.prefix { $0.point.phase != .event }
        take(Array(before))
        if let composed {
            advance(to: event.header.pointee.time)
            self.sequence = max(self.sequence &+ 1, sequence)
            composed.process(event, sequence: self.sequence)
        }
        hand(decisions[before.endIndex...])
    }

    /// Event time has gone on to `watermark`, and all that was decided before it has been taken.
    public func advance(to watermark: Int64) { reach(watermark) }

    /// The end of a finite input, after all decisions have been taken.
    public func finish() {
        composed?.finish()
        drain()
        report(before: .max)
    }

    /// Goes on from a snapshot: event time had been reached up to `clock`, and `sequence` was the last event's number.
    public func resume(at clock: Int64, sequence: UInt64) {
        composed?.resume(at: clock)
        self.sequence = max(self.sequence, sequence)
        numberBehindRestored()
    }

    /// Events that come of matches have numbers of their own: the next one stands behind all that restored keys hold.
    func numberBehindRestored() {
        if let composed { sequence = max(sequence, composed.core.sequence) }
    }

    /// True when `takeAlerts` would give any.
    @inline(__always)
    public var hasAlerts: Bool { !alerts.isEmpty }

    /// Alerts since the last call, in order: after `having`, silences and `suppress`, without those of shadow rules.
    public func takeAlerts() -> [Match] {
        let result = alerts
        alerts.removeAll(keepingCapacity: true)
        return result
    }

    /// What each rule did: `workers` is the sum of their shards, to which the rules that run here are added.
    public func statistics(workers: [RuleStatistics]) -> [RuleStatistics] {
        var all = workers
        if let composed { for (index, own) in composed.statistics.enumerated() { all[index] += own } }
        for index in all.indices { all[index].suppressed = suppressed[index] }
        return all
    }

    private func reach(_ time: Int64) {
        if let composed {
            composed.advance(to: time)
            drain()
        }
        report(before: time)
    }

    /// Passes on decisions of one point; what they feed comes after all of them.
    private func hand(_ decisions: ArraySlice<Decision>) {
        for decision in decisions { hand(decision) }
        drain()
    }

    /// Passes on what the rules that read `matches` have decided, and what that feeds.
    private func drain() {
        guard let composed else { return }
        while composed.hasDecisions {
            for decision in composed.takeDecisions() { hand(decision) }
        }
    }

    /// A match of a rule that others read becomes an event at once, at the event time reached.
    private func hand(_ decision: Decision) {
        let rule = program.rules[decision.match.rule]
        if let composer, let composed, decision.match.kind == .match, !rule.isShadow {
            composer.compose(decision.match, time: decision.point.time, program: program) { event in
                sequence &+= 1
                onMatchEvent?(event, decision.match)
                composed.process(event, sequence: sequence)
            }
        }
        admit(decision, isShadow: rule.isShadow)
    }

    private func admit(_ decision: Decision, isShadow: Bool) {
        guard let suppressor = suppressorOfRule[decision.match.rule] else {
            if !isShadow, !holdsBack(decision.match) { alerts.append(decision.match) }
            return
        }
        report(before: decision.point.time)
        // A shadow fires nothing that could be silenced.
        switch suppressor.admit(decision.match, now: decision.point.time, isSilenced: { !isShadow && holdsBack($0) }) {
        case .alert(let alert): if !isShadow { alerts.append(alert) }
        case .suppressed: suppressed[decision.match.rule] += 1
        case .silenced: break
        }
    }

    /// Reports suppressed alerts whose time has ended before `time`, in order of their end, rule and key.
    private func report(before time: Int64) {
        guard suppressors.contains(where: { $0.suppressor.earliest < time }) else { return }
        var reports: [Match] = []
        for (rule, suppressor) in suppressors {
            let isShadow = program.rules[rule].isShadow
            let ended = suppressor.expire(before: time, isSilenced: { !isShadow && holdsBackReport($0) })
            if !isShadow { reports += ended }
        }
        // The sort is stable: reports of one rule stay in order of their keys.
        reports.sort { ($0.end, $0.rule) < ($1.end, $1.rule) }
        alerts += reports
    }
}

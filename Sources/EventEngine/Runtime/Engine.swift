/// A whole engine on one thread: takes events in order, keeps every rule's partial matches, gives alerts.
///
/// Call `process` with events in the order of section 4 (event time, source, position), `advance` when the watermark
/// has moved on without an event, `finish` at the end of a finite input; fetch `takeMatches` as often as you like:
/// the order of matches is the order in which they were decided and does not depend on when they are fetched.
public final class Engine {
    /// Events between two of these numbers may come of matches.
    public static let sequenceStep: UInt64 = 1 << 20

    /// The rules that it runs.
    public let program: EngineProgram
    let shard: Shard
    let sequencer: AlertSequencer
    @exclusivity(unchecked) var sequence: UInt64 = 0

    /// An engine without any partial match.
    ///
    /// - Parameter takesMatches: events of the stream `matches` are given to it too, as in rules' own tests.
    public init(_ program: EngineProgram, sources: [String] = [], takesMatches: Bool = false) {
        self.program = program
        let names = SourceNames(sources)
        shard = Shard(program, rules: 0..<program.firstComposedRule, sources: names)
        sequencer = AlertSequencer(program, sources: names, takesMatches: takesMatches)
    }

    /// Shows `body` each event of the stream `matches` from now on, with the match that it is, in order; the view is valid during the call.
    public func observeMatchEvents(_ body: @escaping (EventView, Match) -> Void) { sequencer.onMatchEvent = body }

    /// Takes an event, after everything that was due before its time.
    public func process(_ event: EventView) {
        sequence &+= Self.sequenceStep
        shard.process(event, sequence: sequence)
        if sequencer.readsEvents {
            sequencer.process(event, sequence: sequence, decisions: shard.takeDecisions())
        } else if shard.hasDecisions {
            sequencer.take(shard.takeDecisions())
        }
    }

    /// Fires every deadline before `watermark`.
    public func advance(to watermark: Int64) {
        shard.advance(to: watermark)
        catchUp()
    }

    /// The end of a finite input: fires everything that is still due, as if the watermark went to infinity.
    public func finish() {
        shard.finish()
        sequencer.take(shard.takeDecisions())
        sequencer.finish()
    }

    /// The alerts decided since the last call, in order: after `having` and `suppress`, without those of shadow rules.
    public func takeMatches() -> [Match] {
        catchUp()
        return sequencer.takeAlerts()
    }

    /// True when `takeMatches` would give any that an event has decided.
    @inline(__always)
    public var hasMatches: Bool { sequencer.hasAlerts }

    /// What each rule did so far.
    public var statistics: [RuleStatistics] { sequencer.statistics(workers: shard.statistics) }

    /// Brings the sequencer to the shard's time.
    private func catchUp() {
        sequencer.take(shard.takeDecisions())
        sequencer.advance(to: shard.clock)
    }
}

/// Runs one rule with the engine's own machine and tells, before each event, what it would do: for people who ask why a rule
/// fired or did not.
///
/// The machine is the one that `Shard` runs, unchanged; nothing is asked of it while it takes events, so rules that nobody asks about pay
/// nothing. Of each event: `begin`, any questions, then `take` or `abandon`. Before `begin` of an event of a later time, `advance` fires
/// what is due before it; whoever wants to see each deadline advances to each. Not safe to share between threads.
public final class RuleTrace {
    /// The program that has the rule.
    public let program: EngineProgram
    /// Index of the rule.
    public let rule: Int
    /// The rule's predicates in parts.
    public let conditions: RuleConditions
    private let shard: Shard
    let machine: RuleMachine
    private let steps: RemainingSteps
    private let suppressor: Suppressor?
    /// Events that were taken under test so far, as their places in the order of processing count.
    private var count: UInt64 = 0
    /// Place of the event under test in the order of processing.
    public var sequence: UInt64 { machine.core.sequence }
    private let readsStream: [Bool]
    /// Index of the stream `matches`; -1: no rule reads it.
    private let matches: Int32
    /// Keys in whose sequence the last event taken began an attempt.
    public private(set) var begun: Set<[UInt8]> = []
    /// Keys in whose sequence `limit` dropped an attempt, or kept one from beginning, at the last event taken.
    public private(set) var limited: Set<[UInt8]> = []
    /// Keys in whose sequence `having` ended an attempt at the last event taken.
    public private(set) var refused: Set<[UInt8]> = []
    /// Events that `remember` holds, with every field that rules read.
    let remembered: EventStore

    /// A trace without any partial match.
    ///
    /// - Parameters:
    ///   - rule: index of the rule in the program.
    ///   - conditions: its predicates, compiled into the program's pool.
    ///   - sources: names of sources by index, for `@source`.
    public init(_ program: EngineProgram, rule: Int, conditions: RuleConditions, sources: [String] = []) {
        self.program = program
        self.rule = rule
        self.conditions = conditions
        shard = Shard(program, rules: rule..<(rule + 1), sources: SourceNames(sources))
        machine = shard.machine(of: rule)
        steps = RemainingSteps(machine)
        remembered = EventStore(keptSlots: program.schema.fields.indices.map { Int32($0) })
        suppressor = program.rules[rule].suppression.map { Suppressor($0) }
        let matches = program.schema.streamIndex(named: Composer.streamName)
        self.matches = matches
        readsStream = (-1..<Int32(program.schema.streams.count)).map { stream in
            program.rules[rule].streams?.contains(stream) ?? (matches < 0 || stream != matches)
        }
    }

    /// What the rule did so far.
    public var statistics: RuleStatistics { machine.statistics }

    /// The least number of events that make a match; nil: too many to be counted.
    public var leastEvents: Int? { steps.fromStart }

    /// Variables that begin an attempt, each once, in order.
    public var startVariables: [Int] { Set(machine.automaton.start.filter { $0.target >= 0 }.map { Int($0.variable) }).sorted() }

    /// Variables that a step binds, each once, in order.
    public var boundVariables: [Int] {
        let inside = machine.automaton.edges.filter { $0.target >= 0 }.map { Int($0.variable) }
        return Set(startVariables + inside).sorted()
    }

    /// True when the rule needs no attempts: each event is a match by itself or none.
    public var isStateless: Bool { machine.automaton.isStateless }

    // MARK: The event under test

    /// Takes an event under test. What was due before it has been fired with `advance`.
    public func begin(_ event: EventView) {
        count &+= Engine.sequenceStep
        machine.core.begin(event, sequence: count)
    }

    /// Gives the event under test to the machine. What it decided, in order.
    public func take() -> [TracedDecision] {
        begun = []
        limited = []
        refused = []
        let key = program.rules[rule].hasPerNameKeys ? nil : keys().lazy.compactMap(\.self).first
        if program.rules[rule].hasPerNameKeys {
            takePerNameKeys()
        } else {
            note(key ?? []) { shard.process(machine.core.event, sequence: sequence) }
        }
        return decisions()
    }

    /// As `Shard.process`, one sequence of the event after the other, so that it is known what happened in which.
    private func takePerNameKeys() {
        shard.advance(to: machine.core.event.header.pointee.time)
        machine.core.phase = .event
        machine.core.order = Int64(bitPattern: sequence)
        if isRead, passesFilter {
            let texts = machine.perNameKeys()
            var done: Set<[UInt8]> = []
            for (part, text) in texts.enumerated() {
                guard let text, done.insert(text).inserted else { continue }
                note(text) { machine.processSequence(text, part: part, of: texts) }
            }
        }
        machine.core.end()
    }

    private func note(_ key: [UInt8], _ body: () -> Void) {
        let before = machine.statistics
        body()
        if machine.statistics.attempts > before.attempts { begun.insert(key) }
        if machine.statistics.limited > before.limited { limited.insert(key) }
        if machine.statistics.ends[.having] > before.ends[.having] { refused.insert(key) }
    }

    /// Ends the event under test without giving it to the machine.
    public func abandon() { machine.core.end() }

    /// A copy of the event under test.
    public var event: TracedEvent { TracedEvent(machine.core.event.header.pointee, sequence: sequence) }

    /// Time of the event under test, nanoseconds since 1970 UTC.
    public var time: Int64 { machine.core.event.header.pointee.time }

    /// Id of the event under test, as matches have it.
    public var eventID: Digest128 {
        EventIdentity.id(of: machine.core.event.header.pointee, streamNames: machine.core.streamNames)
    }

    /// True when the rule reads the event's stream.
    public var isRead: Bool { readsStream[Int(machine.core.event.header.pointee.stream + 1)] }

    /// True when the event is a match of a rule.
    public var isMatch: Bool {
        let header = machine.core.event.header.pointee
        return matches >= 0 && header.stream == matches && header.source < 0
    }

    /// True when the event passes `where`.
    public var passesFilter: Bool {
        let filter = program.rules[rule].filter
        return filter < 0 || machine.core.isTrueOnce(filter)
    }

    /// Canonical text of the key that each variable gives the event; nil where it gives none, or no step uses the variable.
    public func keys() -> [[UInt8]?] {
        let variables = program.rules[rule].variables
        guard !program.rules[rule].hasPerNameKeys else { return machine.perNameKeys() }
        let hasKey = machine.keySpec.encode(machine.core.event, sequence: machine.core.sequence)
        let key = hasKey ? Array(machine.keySpec.encoder.text) : nil
        return variables.map { $0.isUsed ? key : nil }
    }

    /// What keeps the variable from giving the event a key: fields that are null, lists or objects, and which of these they are.
    public func missingKeyParts(of variable: Int) -> [(label: String, isNull: Bool)] {
        program.rules[rule].variables[variable].key.compactMap { part in
            switch machine.core.event.slots[Int(part.slot)].tag {
            case .null: part.allowsNull ? nil : (part.label, true)
            case .list, .object: (part.label, false)
            default: nil
            }
        }
    }

    /// True when the variable reads the event's stream.
    public func reads(_ variable: Int) -> Bool {
        let streams = program.rules[rule].variables[variable].streams
        return streams?.contains(machine.core.event.header.pointee.stream) ?? true
    }

    /// True when the parts of the variable's predicate that need no attempt hold, whatever the event's stream and key.
    public func isTrueAlone(_ variable: Int) -> Bool {
        let local = program.rules[rule].variables[variable].localPredicate
        return local < 0 || machine.core.isTrueOnce(local)
    }

    /// True when the variable's predicate holds for what a thread has bound, whatever the event's stream and key.
    public func isTrue(_ variable: Int, for held: HeldThread) -> Bool { isTrue(variable, held.bindings) }

    /// The same of a thread that lives.
    public func isTrue(_ variable: Int, for thread: TracedThread) -> Bool { isTrue(variable, thread.bindings) }

    private func isTrue(_ variable: Int, _ bindings: UnsafeMutablePointer<Binding>) -> Bool {
        guard isTrueAlone(variable) else { return false }
        let dependent = program.rules[rule].variables[variable].dependentPredicate
        if dependent < 0 { return true }
        var context = machine.core.context(bindings, lag: machine.lag)
        return machine.core.expressions.isTrue(dependent, &context)
    }

    /// The parts of the variable's predicate, for what a thread has bound.
    public func parts(of variable: Int, for thread: TracedThread) -> [ConditionResult] {
        var context = machine.core.context(thread.bindings, lag: machine.lag)
        return machine.results(conditions.variables[variable], &context)
    }

    /// The parts of the variable's predicate for an event that would begin an attempt.
    public func partsAtStart(of variable: Int) -> [ConditionResult] {
        var context = machine.core.context(nil, lag: machine.lag)
        return machine.results(conditions.variables[variable], &context)
    }

    /// The parts of `where`.
    public func filterParts() -> [ConditionResult] {
        var context = machine.core.context(nil, lag: nil)
        return machine.results(conditions.filter, &context)
    }

    /// True when a part that needs no attempt holds.
    public func holds(_ condition: Condition) -> Bool { machine.core.isTrueOnce(condition.program) }

    // MARK: Keys

    /// Open attempts of a key, in order of start; at most `limit` of those that started first.
    public func attempts(of key: [UInt8], limit: Int = .max) -> [TracedAttempt] {
        var attempts: [TracedAttempt] = []
        var next = state(of: key)?.pointee.first
        while let attempt = next, attempts.count < limit {
            next = attempt.pointee.next
            attempts.append(machine.traced(attempt, steps))
        }
        return attempts
    }

    /// Sequence numbers of the first events of a key's open attempts, in order.
    public func starts(of key: [UInt8]) -> [UInt64] {
        var starts: [UInt64] = []
        var next = state(of: key)?.pointee.first
        while let attempt = next {
            starts.append(attempt.pointee.start)
            next = attempt.pointee.next
        }
        return starts
    }

    /// What the event under test, which stands in the key's sequence, does there.
    public func probe(_ key: [UInt8]) -> KeyProbe {
        let state = prepare(for: key)
        let attempts = self.attempts(of: key).map { attempt in
            (attempt, attempt.threads.map { machine.probe($0, of: attempt, having: conditions.having) })
        }
        let until = program.rules[rule].until
        return KeyProbe(
            attempts: attempts, starts: machine.probeStarts(state, having: conditions.having),
            endsAll: until >= 0 && machine.holds(until, nil))
    }

    /// Makes the event under test be looked at as one of the key's sequence, whether it is or not.
    public func lookAtEvent(in key: [UInt8]) { _ = prepare(for: key) }

    private func prepare(for key: [UInt8]) -> UnsafeMutablePointer<KeyState>? {
        let state = state(of: key)
        machine.lag = state?.pointee.lag
        if program.rules[rule].hasPerNameKeys {
            let texts = machine.perNameKeys()
            for variable in texts.indices { machine.allowed[variable] = texts[variable] == key }
        }
        return state
    }

    private func state(of key: [UInt8]) -> UnsafeMutablePointer<KeyState>? {
        key.withUnsafeBytes { machine.keys.find(hash: tableHash($0), text: $0) }
    }

    /// What a held thread has bound, in order; of more than `limit` events the last ones, and how many were left out.
    public func bound(by thread: HeldThread, limit: Int) -> (bindings: [TracedBinding], leftOut: Int) {
        bound(thread.bindings, limit: limit)
    }

    /// The same of a thread that lives.
    public func bound(by thread: TracedThread, limit: Int) -> (bindings: [TracedBinding], leftOut: Int) {
        bound(thread.bindings, limit: limit)
    }

    private func bound(_ last: UnsafeMutablePointer<Binding>, limit: Int) -> (bindings: [TracedBinding], leftOut: Int) {
        var chain: [TracedBinding] = []
        var next: UnsafeMutablePointer<Binding>? = last
        while let binding = next, chain.count < limit {
            let event = binding.pointee.event
            chain.append(
                TracedBinding(variable: Int(binding.pointee.variable), event: TracedEvent(event.header, sequence: event.sequence)))
            next = binding.pointee.previous
        }
        return (chain.reversed(), Int(last.pointee.length) - chain.count)
    }

    /// Why a thread whose absence is complete is no match; nil: it is one.
    public func refusal(of thread: TracedThread, in attempt: TracedAttempt) -> Refusal? {
        machine.refusal(thread.bindings, attempt: attempt.record, startEdge: thread.startEdge, having: conditions.having)
    }

    /// Keeps what a thread has bound beyond its end.
    public func hold(_ thread: TracedThread, of attempt: TracedAttempt) -> HeldThread {
        thread.bindings.pointee.references &+= 1
        return HeldThread(
            start: attempt.start, step: thread.step, length: thread.length, remaining: thread.remaining, last: thread.last,
            awaits: thread.awaits, bindings: thread.bindings)
    }

    /// Gives it up.
    public func release(_ held: HeldThread) { machine.release(held.bindings) }

    // MARK: Time

    /// Brings a key's state up to `watermark`, where deadlines that nobody can see fire are fired when the key is used next.
    public func settle(_ key: [UInt8], before watermark: Int64) {
        guard machine.deadlinesAreSilent, let state = state(of: key), state.pointee.deadline < watermark else { return }
        machine.fireDeadline(state, at: watermark - 1)
    }

    /// Fires every deadline before `watermark`. What that decided, in order.
    public func advance(to watermark: Int64) -> [TracedDecision] {
        shard.advance(to: watermark)
        return decisions()
    }

    /// The end of a finite input: fires everything that is still due.
    public func finish() -> [TracedDecision] {
        shard.finish()
        return decisions()
    }

    private func decisions() -> [TracedDecision] {
        guard shard.hasDecisions else { return [] }
        return shard.takeDecisions().map { decision in
            var until: Int64?
            if let suppressor {
                _ = suppressor.expire(before: decision.point.time) { _ in false }
                if case .suppressed = suppressor.admit(decision.match, now: decision.point.time, isSilenced: { _ in false }) {
                    until = suppressor.end(for: decision.match)
                }
            }
            return TracedDecision(
                match: decision.match, key: Self.keyText(of: decision.match), suppressedUntil: until)
        }
    }

    /// The canonical text of a match's key, as `KeyEncoder` writes it.
    private static func keyText(of match: Match) -> [UInt8] {
        var text: [UInt8] = []
        for part in match.key {
            var value = ByteBuffer(capacity: 64)
            switch part.value {
            case .null, .list, .object:
                text.append(0)
                continue
            case .bool(let truth): _ = KeyText.append(.bool(truth), to: &value)
            case .int(let number): _ = KeyText.append(.int(number), to: &value)
            case .double(let number): _ = KeyText.append(.double(number), to: &value)
            case .time(let time): _ = KeyText.append(.time(time), to: &value)
            case .duration(let duration): _ = KeyText.append(.duration(duration), to: &value)
            case .string(let string): value.append(text: string)
            }
            text.append(1)
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: value.count).littleEndian) { text += $0 }
            text += value.bytes
        }
        return text
    }
}

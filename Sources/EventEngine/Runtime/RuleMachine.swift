/// Runs one rule: keyed sequences, attempts and threads. Design section 4 is its contract, sentence by sentence.
///
/// An event goes through `process`; before that the engine has fired every deadline before the event's time through
/// `fire`. Matches are handed to `core.matches`. Not safe to share between threads.
final class RuleMachine {
    let program: RuleProgram
    let automaton: AutomatonProgram
    let core: EngineCore
    /// Index of the rule.
    let index: Int
    let keys: KeyTable
    let threads: FixedPool
    let attempts: FixedPool
    let bindings: FixedPool
    /// What happened, for summaries.
    var statistics = RuleStatistics()
    var suppressor: Suppressor?

    let maskWords: Int
    /// Where the counts begin among a thread's words, behind the masks of this place and of the whole thread.
    let countsOffset: Int
    /// All words of a thread.
    let threadWords: Int
    /// Masks of the step under way: satisfied, staying, dropped, restricted.
    let satisfied: UnsafeMutablePointer<UInt64>
    let staying: UnsafeMutablePointer<UInt64>
    let dropped: UnsafeMutablePointer<UInt64>
    /// Variables that may bind in the sequence under way; nil: all (no per-name keys).
    let allowed: UnsafeMutablePointer<Bool>
    /// Key of the sequence under way.
    let keyEncoder = KeyEncoder()
    /// Key parts of each variable, `keyWidth` each.
    private let keyParts: UnsafeMutablePointer<KeyEncoder.Part>
    private let tests: VariableTests
    /// The sequence's previous event, for `lag`.
    var lag: RetainedEvent?
    /// Under `skip: past_last`: the last event of the latest match while the event under test is taken.
    var skippedThrough: UInt64 = 0
    /// True when the deadline under way has dropped a thread by `within` or a gap, and timeouts are output.
    var hasTimedOut = false
    /// Accepted bindings of the attempt under way, in order of preference, one reference each.
    var accepted: [UnsafeMutablePointer<Binding>] = []

    init(program: RuleProgram, index: Int, core: EngineCore) {
        self.program = program
        self.index = index
        self.core = core
        automaton = program.automaton
        maskWords = automaton.maskWords
        countsOffset = 2 * maskWords
        threadWords = countsOffset + automaton.countWords
        let leading = automaton.leadingVariables.count
        keys = KeyTable(wordCount: leading, texts: core.texts)
        threads = FixedPool(recordBytes: MemoryLayout<Thread>.stride + threadWords * 8)
        attempts = FixedPool(recordBytes: MemoryLayout<Attempt>.stride + leading * 8)
        bindings = FixedPool(recordBytes: MemoryLayout<Binding>.stride)
        satisfied = .allocate(capacity: maskWords)
        staying = .allocate(capacity: maskWords)
        dropped = .allocate(capacity: maskWords)
        allowed = .allocate(capacity: max(1, program.variables.count))
        allowed.initialize(repeating: true, count: max(1, program.variables.count))
        tests = VariableTests(program, streams: core.streamNames.count)
        keyParts = .allocate(capacity: max(1, program.variables.count * program.keyWidth))
        for (variable, definition) in program.variables.enumerated() {
            for (part, source) in definition.key.enumerated() {
                (keyParts + variable * program.keyWidth + part).initialize(
                    to: KeyEncoder.Part(slot: source.slot, allowsNull: source.allowsNull))
            }
        }
        if let suppression = program.suppression { suppressor = Suppressor(suppression) }
    }

    deinit {
        satisfied.deallocate()
        staying.deallocate()
        dropped.deallocate()
        allowed.deallocate()
        keyParts.deallocate()
        tests.deallocate()
    }

    /// Takes the event under test, whose stream the rule reads.
    func process() {
        if program.filter >= 0 && !core.isTrueOnce(program.filter) { return }
        if program.hasPerNameKeys {
            processPerNameKeys()
        } else if keyEncoder.encode(keyParts, count: program.keyWidth, slots: core.event.slots) {
            processSequence()
        }
    }

    /// With keys per name an event stands in every sequence that one of the names gives it.
    private func processPerNameKeys() {
        var texts: [[UInt8]?] = []
        for variable in program.variables.indices {
            let parts = keyParts + variable * program.keyWidth
            let hasKey = program.variables[variable].isUsed && keyEncoder.encode(parts, count: program.keyWidth, slots: core.event.slots)
            texts.append(hasKey ? Array(keyEncoder.text) : nil)
        }
        var done: Set<[UInt8]> = []
        for text in texts {
            guard let text, done.insert(text).inserted else { continue }
            for variable in program.variables.indices { allowed[variable] = texts[variable] == text }
            text.withUnsafeBytes { keyEncoder.load($0) }
            processSequence()
        }
    }

    /// Takes the event under test in the sequence of the encoded key.
    private func processSequence() {
        if automaton.isStateless && !program.usesLag {
            matchStateless()
            return
        }
        let hash = tableHash(keyEncoder.text)
        let found = keys.find(hash: hash, text: keyEncoder.text)
        lag = found?.pointee.lag
        let starts = canStart()
        if found == nil && !starts && !program.usesLag && !touchesLeadingNegation() { return }
        let key = found ?? keys.insert(hash: hash, text: keyEncoder.text)
        skippedThrough = 0
        if key.pointee.first != nil {
            advanceAttempts(key)
            if program.emit == .final { resolveDecided(key) }
        }
        if starts && skippedThrough != core.sequence { startAttempt(key) }
        if program.emit == .final { resolveDecided(key) }
        if program.until >= 0 && holds(program.until, nil) { dropUndecided(key) }
        if program.prefersLatest { keepLatest(key) }
        if program.emit == .final { resolveDecided(key) }
        remember(key)
        settle(key)
    }

    /// True when the variable may bind the event under test for a thread with these bindings.
    @inline(__always)
    func holds(_ variable: Int32, _ bindings: UnsafeMutablePointer<Binding>?) -> Bool {
        let index = Int(variable)
        guard allowed[index], tests.reads(index, stream: core.event.header.pointee.stream) else { return false }
        let test = tests.tests[index]
        if test.local >= 0 && !core.isTrueOnce(test.local) { return false }
        if test.dependent < 0 { return true }
        var context = core.context(bindings, lag: lag)
        return core.expressions.isTrue(test.dependent, &context)
    }

    /// The stateless machine: every event that satisfies the pattern is a match.
    private func matchStateless() {
        for edge in automaton.start where holds(edge.variable, nil) {
            let binding = makeBinding(event: core.retainCurrent(), previous: nil, variable: edge.variable, step: edge.target)
            if isAcceptable(binding, attempt: nil, startEdge: 0) {
                emit(binding, kind: .match, end: core.event.header.pointee.time)
                release(binding)
                if program.emit != .all || program.skip != .none { return }
            } else {
                release(binding)
            }
        }
    }
}

/// What the variables of a rule test, flat.
private struct VariableTests {
    struct Test {
        var local: Int32
        var dependent: Int32
    }
    let tests: UnsafeMutablePointer<Test>
    /// One row a variable: the stream that no rule names, then each stream by index.
    private let streams: UnsafeMutablePointer<Bool>
    private let rowLength: Int

    init(_ program: RuleProgram, streams streamCount: Int) {
        let count = max(1, program.variables.count)
        rowLength = streamCount + 1
        tests = .allocate(capacity: count)
        streams = .allocate(capacity: count * rowLength)
        for (index, variable) in program.variables.enumerated() {
            (tests + index).initialize(to: Test(local: variable.localPredicate, dependent: variable.dependentPredicate))
            for stream in -1..<streamCount {
                let reads = variable.streams?.contains(Int32(stream)) ?? true
                (streams + index * rowLength + stream + 1).initialize(to: reads)
            }
        }
    }

    @inline(__always)
    func reads(_ variable: Int, stream: Int32) -> Bool { streams[variable &* rowLength &+ Int(stream) &+ 1] }

    func deallocate() {
        tests.deallocate()
        streams.deallocate()
    }
}

/// Counts of what a rule did.
public struct RuleStatistics: Sendable {
    /// Matches, suppressed ones included.
    public var matches = 0
    /// Attempts that timed out and were output.
    public var timeouts = 0
    /// Matches held back by `suppress`.
    public var suppressed = 0
    /// Attempts begun.
    public var attempts = 0
    /// Attempts dropped by `limit`.
    public var limited = 0
    /// Matches whose `skip` variable was unbound or the first event: handled as `to_next`.
    public var skipFallbacks = 0
}

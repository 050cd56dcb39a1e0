/// Runs one rule: keyed sequences, attempts and threads. Design section 4 is its contract, sentence by sentence.
///
/// An event goes through `process`; before that the shard has fired every deadline before the event's time through
/// `fireDeadline`. Matches are handed to `core.decisions`. Not safe to share between threads.
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
    /// Slots that this rule asks of bound events.
    let keepsSlot: [Bool]
    /// Keys that changed since the last checkpoint; nil: nobody asks.
    @exclusivity(unchecked) var changes: KeyChanges?
    /// True when the step under way has changed anything of its key that a checkpoint holds.
    @exclusivity(unchecked) var hasChanged = false
    /// What happened, for summaries.
    @exclusivity(unchecked) var statistics = RuleStatistics()

    /// Whether this worker has the rule's one sequence, where the rule has no key.
    private let ownsUnkeyed: Bool
    let maskWords: Int
    /// Where the counts begin among a thread's words, behind the masks of this place and of the whole thread.
    let countsOffset: Int
    /// All words of a thread.
    let threadWords: Int
    /// True when a deadline that fires changes nothing that anybody can see.
    let deadlinesAreSilent: Bool
    /// Masks of the step under way: satisfied, staying, dropped, restricted.
    let satisfied: UnsafeMutablePointer<UInt64>
    let staying: UnsafeMutablePointer<UInt64>
    let dropped: UnsafeMutablePointer<UInt64>
    /// Variables that may bind in the sequence under way; nil: all (no per-name keys).
    let allowed: UnsafeMutablePointer<Bool>
    /// Takes keys from events; with keys per name it only holds the key of the sequence under way.
    let keySpec: KeySpec
    /// Key of the sequence under way.
    let keyEncoder: KeyEncoder
    /// Key parts of each variable, `keyWidth` each.
    private let keyParts: UnsafeMutablePointer<KeyEncoder.Part>
    private let tests: VariableTests
    /// The sequence's previous event, for `lag`.
    @exclusivity(unchecked) var lag: RetainedEvent?
    /// Under `skip: past_last`: the last event of the latest match while the event under test is taken.
    @exclusivity(unchecked) var skippedThrough: UInt64 = 0
    /// True when the deadline under way has dropped a thread by `within` or a gap, and timeouts are output.
    @exclusivity(unchecked) var hasTimedOut = false
    /// What made a thread fall last: it ended the attempt that has no thread left.
    @exclusivity(unchecked) var fall = AttemptEnd.next
    /// Accepted bindings of the attempt under way, in order of preference, one reference each.
    @exclusivity(unchecked) var accepted: [UnsafeMutablePointer<Binding>] = []

    /// `sharedSpec` gives the one `KeySpec` of all rules with these parts.
    init(program: RuleProgram, index: Int, core: EngineCore, sharedSpec: ([RuleProgram.KeyPart]) -> KeySpec) {
        self.program = program
        self.index = index
        self.core = core
        automaton = program.automaton
        maskWords = automaton.maskWords
        ownsUnkeyed = core.share.owns(Array(program.id.utf8).withUnsafeBytes { tableHash($0) })
        deadlinesAreSilent =
            program.emit != .final && !program.emitsTimeouts && program.within > 0 && !automaton.edges.contains(where: \.isPendingAccept)
        countsOffset = 2 * maskWords
        threadWords = countsOffset + automaton.countWords
        let leading = automaton.leadingVariables.count
        let parts = program.variables.first(where: \.isUsed)?.key ?? []
        var keepsSlot = [Bool](repeating: false, count: core.slotCount)
        for slot in program.keptSlots { keepsSlot[Int(slot)] = true }
        self.keepsSlot = keepsSlot
        keySpec = program.hasPerNameKeys ? KeySpec([]) : sharedSpec(parts)
        keyEncoder = keySpec.encoder
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
        if program.hasPerNameKeys {
            if program.filter >= 0 && !core.isTrueOnce(program.filter) { return }
            processPerNameKeys()
            return
        }
        if core.share.count > 1 {
            // Whose the event is costs less to find than whether it matters.
            guard keySpec.encode(core.event, sequence: core.sequence), isOwnEvent else { return }
            if program.filter >= 0 && !core.isTrueOnce(program.filter) { return }
        } else {
            if program.filter >= 0 && !core.isTrueOnce(program.filter) { return }
            guard keySpec.encode(core.event, sequence: core.sequence) else { return }
        }
        processSequence(hash: keySpec.hash)
    }

    /// Whether the event under test, whose key is encoded, is this worker's: rules without a key are spread by rule, and
    /// where nothing is remembered, events are spread as they come.
    @inline(__always)
    private var isOwnEvent: Bool {
        if program.keyWidth > 0 { return core.share.owns(keySpec.hash) }
        if automaton.isStateless && !program.usesLag {
            return Int(core.sequence / Engine.sequenceStep) % core.share.count == core.share.index
        }
        return ownsUnkeyed
    }

    /// Takes a key's text instead of an event's.
    func loadKey(_ text: UnsafeRawBufferPointer) { keySpec.load(text) }

    /// With keys per name an event stands in every sequence that one of the names gives it.
    private func processPerNameKeys() {
        let texts = perNameKeys()
        var done: Set<[UInt8]> = []
        for (part, text) in texts.enumerated() {
            guard let text, done.insert(text).inserted else { continue }
            guard core.share.owns(text.withUnsafeBytes { tableHash($0) }) else { continue }
            processSequence(text, part: part, of: texts)
        }
    }

    /// The keys that the variables give the event under test; nil where there is none.
    func perNameKeys() -> [[UInt8]?] {
        program.variables.indices.map { variable in
            let parts = keyParts + variable * program.keyWidth
            let hasKey = program.variables[variable].isUsed && keyEncoder.encode(parts, count: program.keyWidth, slots: core.event.slots)
            return hasKey ? Array(keyEncoder.text) : nil
        }
    }

    /// Takes the event under test in the sequence of one of its keys, of which `part` is the first variable.
    func processSequence(_ text: [UInt8], part: Int, of texts: [[UInt8]?]) {
        for variable in program.variables.indices { allowed[variable] = texts[variable] == text }
        text.withUnsafeBytes { loadKey($0) }
        core.part = Int32(part)
        processSequence(hash: text.withUnsafeBytes { tableHash($0) })
        core.part = 0
    }

    /// Takes the event under test in the sequence of the encoded key.
    func processSequence(hash: UInt64) {
        if automaton.isStateless && !program.usesLag {
            matchStateless()
            return
        }
        var found = keys.find(hash: hash, text: keyEncoder.text)
        if let key = found, key.pointee.isEvicted {
            if key.pointee.isAwaited || !isOver(key, at: core.event.header.pointee.time) {
                core.park(key, of: self)
                return
            }
            forgetEvicted(key)
            found = nil
        }
        hasChanged = false
        if deadlinesAreSilent, let key = found, key.pointee.deadline < core.event.header.pointee.time {
            fireDeadline(key, at: core.event.header.pointee.time - 1)
            found = keys.find(hash: hash, text: keyEncoder.text)
        }
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
        for (number, edge) in automaton.start.enumerated() where holds(edge.variable, nil) {
            // The same variable by another way is the same match.
            if automaton.start[..<number].contains(where: { $0.variable == edge.variable }) { continue }
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

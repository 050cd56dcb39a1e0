/// One worker's part of an engine: the keys of its share, of a range of rules. One instance for one thread.
///
/// Every shard is shown every event, in the order of design section 4, with the sequence number that all shards use for it,
/// so that time passes for all of them alike. What a shard decides is in order by itself; `DecisionPoint` puts the
/// decisions of all shards into one order.
public final class Shard {
    /// All rules of the engine.
    public let program: EngineProgram
    let core: EngineCore
    let machines: [RuleMachine]
    /// The machines again, for calls that count no references.
    private let references: UnsafeMutablePointer<Unmanaged<RuleMachine>>
    /// Index of the first machine's rule.
    let firstRule: Int
    private let router: Router
    /// Nil when all keys are this shard's.
    private let ownership: RuleOwnership?
    /// Where the search for keys to evict goes on.
    var evictionRule = 0
    var evictionPlace = 0
    /// Keys evicted so far.
    public internal(set) var evictions = 0
    @exclusivity(unchecked) private var expired: [TimingWheel.Entry] = []
    /// Called after each deadline that decided something, before the next one fires; for what decisions feed.
    @exclusivity(unchecked) var afterDeadline: (() -> Void)?

    /// A shard without any partial match.
    ///
    /// - Parameters:
    ///   - rules: indices of the rules that it runs.
    ///   - share: whose keys.
    ///   - sources: names of sources by index, for `@source`.
    public init(_ program: EngineProgram, rules: Range<Int>, share: WorkerShare = .whole, sources: SourceNames = SourceNames()) {
        self.program = program
        let core = EngineCore(program: program, share: share, sources: sources)
        self.core = core
        var specs: [[RuleProgram.KeyPart]: KeySpec] = [:]
        machines = rules.map { index in
            RuleMachine(program: program.rules[index], index: index, core: core) { parts in
                let key = parts.map { RuleProgram.KeyPart(slot: $0.slot, allowsNull: $0.allowsNull, label: "") }
                if let spec = specs[key] { return spec }
                let spec = KeySpec(parts)
                specs[key] = spec
                return spec
            }
        }
        firstRule = rules.lowerBound
        references = .allocate(capacity: max(1, machines.count))
        for (index, machine) in machines.enumerated() { (references + index).initialize(to: .passUnretained(machine)) }
        router = Router(program, rules: rules)
        ownership = share.count > 1 ? RuleOwnership(machines, share: share) : nil
    }

    deinit { references.deallocate() }

    /// Event time reached: every deadline before it has fired.
    public var clock: Int64 { core.clock }

    /// Takes an event, after everything that was due before its time.
    ///
    /// - Parameter sequence: the event's place in the order of processing, the same for all shards; rises.
    @inline(__always)
    public func process(_ event: EventView, sequence: UInt64) {
        let time = event.header.pointee.time
        // After a reload with other durations something may be due before the time that was reached.
        if time > core.clock || (time == core.clock && core.wheel.earliest < time) { reach(time) }
        core.phase = .event
        core.order = Int64(bitPattern: sequence)
        dispatch(event, sequence: sequence)
    }

    /// Fires every deadline before `watermark`.
    public func advance(to watermark: Int64) {
        if watermark > core.clock { reach(watermark) }
    }

    /// The end of a finite input: fires everything that is still due, as if the watermark went to infinity.
    public func finish() {
        reach(.max)
        for machine in machines where machine.program.emit == .final {
            for key in machine.keys.sorted {
                core.phase = .flush
                core.order = 0
                machine.flush(key)
                afterDeadline?()
            }
            reach(.max)
        }
    }

    /// True when `takeDecisions` would give any.
    @inline(__always)
    public var hasDecisions: Bool { !core.decisions.isEmpty }

    /// What was decided since the last call, in order.
    public func takeDecisions() -> [Decision] {
        let decisions = core.decisions
        core.decisions.removeAll(keepingCapacity: true)
        return decisions
    }

    /// What each rule did so far, by rule; nothing for rules that the shard does not run.
    public var statistics: [RuleStatistics] {
        var all = [RuleStatistics](repeating: RuleStatistics(), count: program.rules.count)
        for machine in machines { all[machine.index] = machine.statistics }
        return all
    }

    @inline(__always)
    func dispatch(_ event: EventView, sequence: UInt64) {
        core.begin(event, sequence: sequence)
        if let ownership {
            let owned = ownership.rules(of: event, sequence: sequence)
            router.forEachRule(of: event, among: owned) { references[$0]._withUnsafeGuaranteedRef { $0.process() } }
        } else {
            router.forEachRule(of: event) { references[$0]._withUnsafeGuaranteedRef { $0.process() } }
        }
        core.end()
    }

    /// Fires deadlines before `time` in order of deadline, rule and key.
    @inline(__always)
    private func reach(_ time: Int64) {
        if core.wheel.earliest < time { fireDeadlines(before: time) }
        core.clock = time
    }

    private func fireDeadlines(before time: Int64) {
        expired.removeAll(keepingCapacity: true)
        var next = 0
        while true {
            if core.wheel.earliest < time {
                // Firing one deadline may set others that come before those still to be fired.
                expired.removeFirst(next)
                next = 0
                core.wheel.expire(before: time, into: &expired)
                expired.removeAll { fireSilently($0) }
                expired.sort(by: isBefore)
            }
            guard next < expired.count else {
                // Those that were fired silently may have set others that are due.
                if core.wheel.earliest < time { continue }
                return
            }
            let entry = expired[next]
            next += 1
            let key = entry.key
            guard key.pointee.serial == entry.serial, key.pointee.scheduled == entry.deadline else { continue }
            key.pointee.scheduled = .max
            core.clock = max(core.clock, entry.deadline)
            core.phase = .deadline
            core.order = entry.deadline
            machine(of: Int(entry.rule)).fireDeadline(key, at: entry.deadline)
            if let afterDeadline, hasDecisions { afterDeadline() }
        }
    }

    /// Handles what needs no order: timers of states that are gone, and deadlines that only free memory.
    private func fireSilently(_ entry: TimingWheel.Entry) -> Bool {
        guard entry.key.pointee.serial == entry.serial else { return true }
        return references[Int(entry.rule) - firstRule]._withUnsafeGuaranteedRef { machine in
            guard machine.deadlinesAreSilent else { return false }
            if entry.key.pointee.scheduled == entry.deadline {
                entry.key.pointee.scheduled = .max
                machine.fireDeadline(entry.key, at: entry.deadline)
            }
            return true
        }
    }

    private func isBefore(_ left: TimingWheel.Entry, _ right: TimingWheel.Entry) -> Bool {
        if left.deadline != right.deadline { return left.deadline < right.deadline }
        if left.rule != right.rule { return left.rule < right.rule }
        return left.key.pointee.textBytes.lexicographicallyPrecedes(right.key.pointee.textBytes)
    }

    /// The machine of a rule, by the rule's index.
    func machine(of rule: Int) -> RuleMachine { machines[rule - firstRule] }
}

/// The engine: takes events in order, keeps every rule's partial matches, gives matches. One instance for one thread.
///
/// Call `process` with events in the order of section 4 (event time, source, position), `advance` when the watermark
/// has moved on without an event, `finish` at the end of a finite input; fetch `takeMatches` as often as you like:
/// the order of matches is the order in which they were decided and does not depend on when they are fetched.
public final class Engine {
    /// The rules that it runs.
    public let program: EngineProgram
    let core: EngineCore
    let machines: [RuleMachine]
    /// The machines again, for calls that count no references.
    private let references: UnsafeMutablePointer<Unmanaged<RuleMachine>>
    private let router: Router
    private let composer: Composer?
    private let suppressing: [RuleMachine]
    @exclusivity(unchecked) private var expired: [TimingWheel.Entry] = []
    /// Event time reached: every deadline before it has fired.
    @exclusivity(unchecked) private var now = Int64.min
    /// Matches of `core.matches` that have been handed on.
    @exclusivity(unchecked) private var handled = 0
    @exclusivity(unchecked) private var output: [Match] = []

    /// An engine without any partial match.
    public init(_ program: EngineProgram, sources: [String] = []) {
        self.program = program
        let core = EngineCore(program: program, sources: sources)
        self.core = core
        machines = program.rules.enumerated().map { RuleMachine(program: $1, index: $0, core: core) }
        references = .allocate(capacity: max(1, machines.count))
        for (index, machine) in machines.enumerated() { (references + index).initialize(to: .passUnretained(machine)) }
        suppressing = machines.filter { $0.suppressor != nil }
        router = Router(program)
        composer = Composer(program)
    }

    deinit { references.deallocate() }

    /// Takes an event, after everything that was due before its time.
    public func process(_ event: EventView) {
        let time = event.header.pointee.time
        if time > now { reach(time) }
        dispatch(event)
        if core.matches.count > handled { hand(on: time) }
    }

    /// Fires every deadline before `watermark`.
    public func advance(to watermark: Int64) {
        if watermark > now { reach(watermark) }
    }

    /// The end of a finite input: fires everything that is still due, as if the watermark went to infinity.
    public func finish() {
        reach(.max)
        for machine in machines where machine.program.emit == .final {
            for key in machine.keys.sorted { machine.flush(key) }
            if core.matches.count > handled { hand(on: now) }
            reach(.max)
        }
    }

    /// The alerts decided since the last call, in order: after `having` and `suppress`, without those of shadow rules.
    public func takeMatches() -> [Match] {
        let matches = output
        output.removeAll(keepingCapacity: true)
        return matches
    }

    /// True when `takeMatches` would give any.
    public var hasMatches: Bool { !output.isEmpty }

    /// What each rule did so far.
    public var statistics: [RuleStatistics] { machines.map(\.statistics) }

    private func dispatch(_ event: EventView) {
        core.begin(event)
        router.forEachRule(of: event) { references[$0]._withUnsafeGuaranteedRef { $0.process() } }
        core.end()
    }

    /// Passes new matches through composition and suppression, in order. A match of a rule that others read becomes
    /// an event at once, at the event time reached.
    private func hand(on time: Int64) {
        while handled < core.matches.count {
            let match = core.matches[handled]
            handled += 1
            let machine = machines[match.rule]
            if let composer, match.kind == .match, !machine.program.isShadow {
                composer.compose(match, time: time, program: program) { dispatch($0) }
            }
            admit(match, time: time, machine: machine)
        }
        core.matches.removeAll(keepingCapacity: true)
        handled = 0
    }

    private func admit(_ match: Match, time: Int64, machine: RuleMachine) {
        if let suppressor = machine.suppressor {
            guard let alert = suppressor.admit(match, now: time) else {
                machine.statistics.suppressed += 1
                return
            }
            if !machine.program.isShadow { output.append(alert) }
        } else if !machine.program.isShadow {
            output.append(match)
        }
    }

    /// Fires deadlines before `time` in order of deadline, rule and key.
    private func reach(_ time: Int64) {
        if core.wheel.earliest < time { fireDeadlines(before: time) }
        if !suppressing.isEmpty { report(before: time) }
        now = time
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
            guard next < expired.count else { return }
            let entry = expired[next]
            next += 1
            let key = entry.key
            guard key.pointee.serial == entry.serial, key.pointee.scheduled == entry.deadline else { continue }
            key.pointee.scheduled = .max
            if !suppressing.isEmpty { report(before: entry.deadline) }
            now = max(now, entry.deadline)
            machines[Int(entry.rule)].fireDeadline(key, at: entry.deadline)
            if core.matches.count > handled { hand(on: entry.deadline) }
        }
    }

    /// Handles what needs no order: timers of states that are gone, and deadlines that only free memory.
    private func fireSilently(_ entry: TimingWheel.Entry) -> Bool {
        guard entry.key.pointee.serial == entry.serial else { return true }
        return references[Int(entry.rule)]._withUnsafeGuaranteedRef { machine in
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

    /// Reports suppressed alerts whose time has ended before `time`.
    private func report(before time: Int64) {
        for machine in suppressing {
            guard let suppressor = machine.suppressor, suppressor.earliest < time else { continue }
            for report in suppressor.expire(before: time) where !machine.program.isShadow { output.append(report) }
        }
    }
}

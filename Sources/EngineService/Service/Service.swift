import Connectors
import EventEngine
import Logging
import RuleLanguage
import StateStore

/// A long-running engine: sources → rules → actions, with state that outlives the process.
public final class Service {
    private static let firstPause: Int64 = 100_000_000
    private static let longestPause: Int64 = 2_000_000_000
    private static let recoveryPause: Int64 = 500_000_000

    private let configuration: ServiceConfiguration
    private let rules: LoadedRuleSet
    private let logger: Logger
    private let stop: StopRequest
    private let owner = SystemInfo.owner
    /// By action; they remember what they have delivered also when the store is claimed again.
    private let adapters: [any ActionAdapter]
    /// Whether the state was ever recovered.
    private var hasRun = false
    /// Of the sessions before on this store.
    private var memory: SessionMemory
    /// What was committed last; nil: nothing yet, or the store has lost it.
    private var known: StateHeader?
    /// The rules of the session before; nil: there was none on this store.
    private var previous: EngineProgram?
    /// What may be done to it while it runs, and what it shows.
    public let controls: ServiceControls
    /// Called with the rules that take the place of others, or go on, in the service's thread; to be set before `run`.
    public var whenReloaded: (LoadedRuleSet) -> Void = { _ in }

    /// A service of these rules, which have no errors. Nothing is opened yet.
    public init(_ configuration: ServiceConfiguration, rules: LoadedRuleSet, stop: StopRequest, logger: Logger) {
        self.configuration = configuration
        adapters = configuration.actions.map { $0.kind.makeAdapter() }
        let intakes = configuration.sources.compactMap { source -> EventIntake? in
            guard case .http(let queue) = source.kind else { return nil }
            return EventIntake(name: source.name, capacity: queue)
        }
        self.rules = rules
        self.logger = logger
        memory = SessionMemory(sources: configuration.sources.count)
        self.stop = stop
        controls = ServiceControls(
            monitor: ServiceMonitor(), intakes: intakes, silences: SilenceBook(),
            reloader: RuleReloader(configuration, current: rules, logger: logger), desk: AlertDesk())
    }

    /// Runs until it is asked to stop, or every source has ended. Throws when it cannot go on; what was committed stays.
    public func run() throws(SessionFailure) {
        ProcessMemory.returnsLargeBlocks()
        let monitor = controls.monitor
        monitor.update { $0.startTime = WallClock.now() }
        defer {
            for intake in controls.intakes { intake.close() }
            monitor.update { $0.phase = .stopped }
        }
        let watcher = RuleWatcher(controls.reloader)
        let watching = BackgroundThread { watcher.run() }
        defer {
            watcher.stop()
            watching.join()
        }
        var rules = rules
        let start = WallClock.monotonic()
        while true {
            guard let (store, header) = try openStore() else { return }
            defer { store.close() }
            do throws(SessionFailure) {
                guard let reason = try run(&rules, store: store, header: header) else { return }
                try rewind(reason)
            } catch {
                // The store went away while the state was read back: what was handed over waits until it is there again.
                guard case .store(.unavailable(let text)) = error, !stop.isSet else { throw error }
                try checkPatience(since: start, text)
                logger.warning("\(text); it is tried again")
                if stop.wait(nanoseconds: Self.recoveryPause) { return }
            }
        }
    }

    /// The store has lost commits of this process: what it does not know is read again.
    private func rewind(_ reason: StateStoreError) throws(SessionFailure) {
        if let lost = memory.unreplayable {
            throw .environment("\(reason); source \(lost) cannot be read again, so what was lost cannot be made good: refusing to go on")
        }
        memory = SessionMemory(sources: configuration.sources.count, found: memory.found)
        known = nil
        previous = nil
        logger.error("\(reason); the sources are read again from where the store is")
    }

    /// At the start a store that cannot be reached is tried for as long as the configuration says; one that could be, for ever.
    private func checkPatience(since start: Int64, _ text: String) throws(SessionFailure) {
        if !hasRun, WallClock.monotonic() - start >= configuration.state.startTimeout {
            throw .environment("\(text) (tried for \(DurationText.format(configuration.state.startTimeout)))")
        }
    }

    /// Runs sessions on one claimed store, one after the other as rules change. Nil at the end; otherwise the store has lost
    /// commits, and must be claimed again.
    private func run(
        _ rules: inout LoadedRuleSet, store: any StateStore, header: StateHeader
    ) throws(SessionFailure) -> StateStoreError? {
        let committed = Monitor(header)
        controls.desk.begin()
        var delivery: Delivery?
        defer { delivery?.stop() }
        defer { if hasRun { known = committed.read { $0 } } }
        while true {
            guard let program = program(of: rules) else { throw .environment("the rules cannot be compiled") }
            let parts = try SessionParts(
                configuration, rules: rules, program: program, store: store, committed: committed, delivery: delivery,
                adapters: adapters, memory: memory, controls: controls, stop: stop, logger: logger)
            delivery = parts.delivery
            if hasRun { whenReloaded(rules) }
            hasRun = true
            if let previous {
                FailPoint.reach("reload.recovered")
                tellReload(from: previous, parts)
            } else {
                tellStart(parts, header)
            }
            previous = program
            switch try ServiceSession(parts, stop: stop, controls: controls).run() {
            case .stopped:
                logger.info("stopped; everything read is in a checkpoint")
                return nil
            case .finished:
                logger.info("every source has ended")
                return nil
            case .undelivered(let action, let reason):
                throw .environment("every source has ended, but not all alerts of action \(action) were delivered: \(reason)")
            case .reload(let new): rules = new
            case .rewind(let reason, let new):
                rules = new ?? rules
                return reason
            }
        }
    }

    /// The rules' program, which knows every stream that the sources have.
    private func program(of rules: LoadedRuleSet) -> EngineProgram? {
        var program = rules.program
        // Event ids hash the stream's name, whether or not a rule names it.
        for source in configuration.sources { _ = program?.schema.stream(named: source.name) }
        return program
    }

    private func tellStart(_ parts: SessionParts, _ header: StateHeader) {
        logger.info(
            "running",
            metadata: [
                "rules": "\(parts.program.rules.count)", "sources": "\(configuration.sources.map(\.name).joined(separator: ","))",
                "state": "\(parts.storeName)", "workers": "\(configuration.workers ?? SystemInfo.cores)",
                "generation": "\(header.generation)",
            ])
    }

    private func tellReload(from previous: EngineProgram, _ parts: SessionParts) {
        let report = ReloadReport(from: previous, to: parts.program, keys: parts.recovered.keyCounts, mapped: parts.mapped)
        controls.reloader.note(report)
        logger.notice(
            "rules reloaded",
            metadata: [
                "rules": "\(parts.program.rules.count)", "added": "\(report.count(.added))", "removed": "\(report.count(.removed))",
                "pattern": "\(report.count(.pattern))", "steps": "\(report.count(.steps))", "conditions": "\(report.count(.conditions))",
                "metadata": "\(report.count(.metadata))", "keys_kept": "\(report.keys.kept)", "keys_dropped": "\(report.keys.dropped)",
            ])
    }

    /// Opens and claims the state store; nil when asked to stop meanwhile.
    private func openStore() throws(SessionFailure) -> (any StateStore, StateHeader)? {
        var options = StateStoreOptions()
        options.syncs = configuration.state.syncs
        let start = WallClock.monotonic()
        var pause = Self.firstPause
        var hasFailed = false
        while true {
            do throws(StateStoreError) {
                let store = try StateStores.open(configuration.state.url, options: options)
                do throws(StateStoreError) {
                    return (store, try store.claim(owner: owner, known: known))
                } catch {
                    store.close()
                    throw error
                }
            } catch {
                if case .behind = error {
                    try rewind(error)
                    continue
                }
                guard case .unavailable = error else { throw .store(error) }
                try checkPatience(since: start, "\(error)")
                if !hasFailed { logger.warning("\(error); it is tried again") }
                hasFailed = true
                if stop.wait(nanoseconds: pause) { return nil }
                pause = min(pause * 2, Self.longestPause)
            }
        }
    }
}

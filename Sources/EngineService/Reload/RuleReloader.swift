import Connectors
import EventEngine
import Logging
import RuleLanguage

/// Reads the rules again when it is asked to, and holds what compiled until the running session takes it over at one point
/// of the stream. A set with an error changes nothing: the last good one runs on. From any thread.
public final class RuleReloader: Sendable {
    private struct State {
        var current: LoadedRuleSet
        var pending: LoadedRuleSet?
        /// Which outcome, counted from the first, the set that waits came of, and the one that was taken over last.
        var pendingNumber = 0
        var takenNumber = 0
        /// Who has asked for a reload that has not begun.
        var request: String?
        var history: [ReloadOutcome] = []
        /// Outcomes that the history has had and has no more.
        var forgotten = 0
        /// Why the set that was read last does not run; empty: it does.
        var errors: [Diagnostic] = []
        var counts = ReloadCounts()
        /// The files as they were just before they were read last.
        var files: RuleFiles
    }

    private static let remembered = 50

    private let configuration: ServiceConfiguration
    private let logger: Logger
    private let state: Monitor<State>
    /// One reload at a time.
    private let turn = Monitor(false)
    /// Set when somebody asks for a reload.
    let wakeUp = WakeUp()

    /// A reloader for a service that runs `current`.
    init(_ configuration: ServiceConfiguration, current: LoadedRuleSet, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        state = Monitor(State(current: current, files: RuleFiles(rules: configuration.rules, patterns: configuration.patterns)))
    }

    /// Reloads of late, the newest last.
    public var history: [ReloadOutcome] { state.read { $0.history } }

    /// Why the files as they were read last do not run, so that older rules do; empty when they run.
    public var errors: [Diagnostic] { state.read { $0.errors } }

    /// All reloads since the start.
    var counts: ReloadCounts { state.read { $0.counts } }

    /// True when a set waits to be taken over.
    var hasPending: Bool { state.read { $0.pending != nil } }

    /// The set that waits, which runs from now on.
    func takePending() -> LoadedRuleSet? {
        state.update { state in
            guard let pending = state.pending else { return nil }
            state.current = pending
            state.pending = nil
            state.takenNumber = state.pendingNumber
            return pending
        }
    }

    /// Asks for a reload soon, and does not wait for it.
    public func request(trigger: String) {
        state.update { $0.request = trigger }
        wakeUp.set()
    }

    /// The files as they were just before they were read last.
    var files: RuleFiles { state.read { $0.files } }

    /// The files as they are now.
    func look() -> RuleFiles { RuleFiles(rules: configuration.rules, patterns: configuration.patterns) }

    /// Who asked, once for each request.
    func takeRequest() -> String? {
        state.update { state in
            defer { state.request = nil }
            return state.request
        }
    }

    /// Reads the rules and compiles them. What compiles is taken over soon.
    ///
    /// - Parameter trigger: who asked, for the log.
    @discardableResult
    public func reload(trigger: String) -> ReloadOutcome {
        turn.wait { isBusy -> Void? in
            guard !isBusy else { return nil }
            isBusy = true
            return ()
        }
        defer { turn.update { $0 = false } }
        let files = look()
        state.update { $0.files = files }
        let loaded = LoadedRuleSet(
            paths: configuration.rules.map(ServiceConfiguration.short),
            patternDirectories: configuration.patterns?.map(ServiceConfiguration.short) ?? [])
        let errors = (loaded.diagnostics + configuration.unknownActions(of: loaded.rules)).filter { $0.severity == .error }
        var outcome = ReloadOutcome(time: WallClock.now(), trigger: trigger)
        let base = state.read { $0.pending ?? $0.current }
        if errors.isEmpty, let new = loaded.program, let old = base.program {
            let report = ReloadReport(from: old, to: new)
            outcome.report = report
            logger.info(
                report.isEmpty ? "rules are as they were" : "rules were read again",
                metadata: [
                    "trigger": "\(trigger)", "added": "\(report.count(.added))", "removed": "\(report.count(.removed))",
                    "changed": "\(report.count(.pattern) + report.count(.steps) + report.count(.conditions) + report.count(.metadata))",
                    "unchanged": "\(report.count(.unchanged))",
                ])
        } else {
            outcome.error = configuration.secrets.redact(DiagnosticRenderer().text(errors))
            logger.error(
                "rules have errors; the last good ones run on", metadata: ["trigger": "\(trigger)", "errors": "\(errors.count)"])
            for error in errors.prefix(10) { logger.error("\(Self.line(error))") }
        }
        let changed = outcome.report?.isEmpty == false ? loaded : nil
        state.update { [outcome] state in
            state.errors = errors
            if let changed {
                state.pending = changed
                state.pendingNumber = state.forgotten + state.history.count
            }
            state.history.append(outcome)
            state.counts.add(outcome)
            if state.history.count > Self.remembered {
                state.history.removeFirst()
                state.forgotten += 1
            }
        }
        return outcome
    }

    /// Notes what the reload that was taken over last kept and dropped.
    func note(_ report: ReloadReport) {
        state.update { state in
            state.counts.note(report)
            let place = state.takenNumber - state.forgotten
            if state.history.indices.contains(place) { state.history[place].report = report }
        }
    }

    private static func line(_ diagnostic: Diagnostic) -> String {
        let (line, column) = diagnostic.span.file.position(at: diagnostic.span.start)
        return "\(diagnostic.span.file.path):\(line):\(column): error[\(diagnostic.code.rawValue)]: \(diagnostic.message)"
    }
}

/// What came of one reload.
public struct ReloadOutcome: Sendable {
    /// Wall clock, nanoseconds since 1970 UTC.
    public let time: Int64
    /// Who asked.
    public let trigger: String
    /// What it changes, when everything compiled.
    public var report: ReloadReport?
    /// The errors as text, when something did not.
    public var error: String?
}

import Connectors
import EngineService
import Logging
import RuleLanguage

/// What endpoints answer from.
struct AdminContext: Sendable {
    private static let pollInterval = Duration.milliseconds(10)

    /// What runs.
    let configuration: ServiceConfiguration
    /// The `server` part of it.
    let server: ServiceConfiguration.Server
    /// What may be done to it, and what it shows.
    let controls: ServiceControls
    /// What TLS is spoken with; nil: none is.
    let certificate: ServerCertificate?
    /// The rules as they were written.
    let catalog: RuleCatalog
    /// Figures of the last half hour.
    let history: StatusHistory
    /// For what waits for disks and servers, or takes long.
    let workers: BlockingWorkers
    /// For explanations and the playground, which take long and hold nothing else up.
    let trials: BlockingWorkers
    /// Of the program.
    let version: String
    /// Takes refusals and changes.
    let audit: AuditLog

    /// What it is doing.
    var monitor: ServiceMonitor { controls.monitor }

    /// Where the libraries of a candidate rule are looked for, as if it stood among the rules.
    var patternDirectories: [String] { configuration.patterns ?? configuration.rules.flatMap(RuleLoader.patternDirectories) }

    /// Waits for something that a checkpoint brings; false when it has not come about before the request's time is over.
    func waits(until isDone: () -> Bool) async throws -> Bool {
        // The connection is closed at the end of that time: the answer must come before.
        let deadline = ContinuousClock.now + .nanoseconds(server.timeout) * 0.8
        while !isDone() {
            guard .now < deadline else { return false }
            try await Task.sleep(for: Self.pollInterval)
        }
        return true
    }

    /// A text that may quote a configuration's value, without secrets.
    func safe(_ text: String) -> String { configuration.secrets.redact(text) }

    /// A path, as short as the configuration says it, without secrets.
    func safe(path: String) -> String { configuration.redactedValue(path) }
}

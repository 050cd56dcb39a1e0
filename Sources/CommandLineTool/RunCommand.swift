import AdminServer
import ArgumentParser
import EngineService
import EventEngine
import Logging
import RuleLanguage

/// `fluxcore run`.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run rules as a service over live sources.",
        discussion: """
            Reads the configuration and the rules that it names, and says what is wrong with them as `check` does. With \
            --check that is all, and what the configuration comes to is shown, without its secrets: to be done before a restart.

            EXAMPLES:
              fluxcore run --config fluxcore.yaml --check
              fluxcore run --config fluxcore.yaml --workers 4
            """)

    @Option(help: ArgumentHelp("The service's configuration.", valueName: "file"))
    var config: String

    @Flag(help: "Check the configuration and the rules, show what they come to, and end.")
    var check = false

    @Option(help: ArgumentHelp("Threads that match; counts before the configuration. (default: one for each core)", valueName: "n"))
    var workers: Int?

    @Option(
        help: ArgumentHelp(
            "trace, debug, info, notice, warning, error or critical; counts before the configuration. (default: info)",
            valueName: "level"))
    var logLevel: String?

    func validate() throws {
        if let workers, !(1...1024).contains(workers) { throw ValidationError("--workers needs a number from 1 to 1024") }
        if let logLevel, Logger.Level(rawValue: logLevel) == nil {
            let words = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--log-level needs one of \(words), not '\(logLevel)'")
        }
    }

    func run() throws {
        let loaded = ConfigurationReader.read(path: config)
        guard var configuration = loaded.configuration else {
            report(loaded.diagnostics, secrets: loaded.secrets)
            Terminal.writeError(Self.summary(of: loaded.diagnostics) + "\n")
            throw loaded.isUnreadable ? ExitStatus.environment : ExitStatus.findings
        }
        if let workers { configuration.workers = workers }
        if let level = logLevel.flatMap({ Logger.Level(rawValue: $0) }) { configuration.log.level = level }
        let rules = try LoadedRules(
            paths: configuration.rules.map(Self.short), patternDirectories: configuration.patterns?.map(Self.short) ?? [])
        let findings = loaded.diagnostics + rules.diagnostics + configuration.unknownActions(of: rules.rules)
        report(findings, secrets: configuration.secrets)
        if check { Terminal.writeOutput(configuration.redacted) }
        if check || findings.contains(where: { $0.severity == .error }) {
            Terminal.writeError(LoadedRules.count(rules.rules.count, "rule") + ", " + Self.summary(of: findings) + "\n")
        }
        guard !findings.contains(where: { $0.severity == .error }) else { throw ExitStatus.findings }
        let certificate = try certificate(of: configuration)
        if !check { try start(configuration, certificate, rules: rules.loaded) }
    }

    /// What TLS is spoken with; read before the service starts anything.
    private func certificate(of configuration: ServiceConfiguration) throws -> ServerCertificate? {
        do {
            return try ServerCertificate(of: configuration)
        } catch {
            Terminal.writeError("error: \(error)\n")
            throw ExitStatus.environment
        }
    }

    /// Runs the service to its end.
    private func start(_ configuration: ServiceConfiguration, _ certificate: ServerCertificate?, rules: LoadedRuleSet) throws {
        let handler = LineLogHandler(
            level: configuration.log.level, format: configuration.log.format, secrets: configuration.secrets)
        let logger = Logger(label: "fluxcore") { _ in handler }
        let stop = StopRequest()
        let service = Service(configuration, rules: rules, stop: stop, logger: logger)
        let reloader = service.controls.reloader
        SignalWatcher.start(
            SignalWatcher.Callbacks(
                stop: { _ in stop.set() },
                reload: {
                    certificate?.renew(logger)
                    reloader.request(trigger: "SIGHUP")
                }))
        let catalog = RuleCatalog(rules: rules.rules, diagnostics: rules.diagnostics)
        service.whenReloaded = { catalog.replace(rules: $0.rules, diagnostics: $0.diagnostics) }
        let server = configuration.server.map {
            AdminServer(
                $0, certificate: certificate, configuration: configuration, controls: service.controls, catalog: catalog,
                version: CommandLineTool.version, logger: logger)
        }
        do {
            try server?.start()
            defer { server?.stop() }
            try service.run()
        } catch {
            logger.critical("\(error)")
            throw ExitStatus.environment
        }
    }

    /// Findings go where those of `check` go, of a service to standard error.
    private func report(_ diagnostics: [Diagnostic], secrets: Secrets) {
        let renderer = DiagnosticRenderer(usesColor: check ? Terminal.outputUsesColor : Terminal.errorUsesColor)
        let text = secrets.redact(renderer.text(diagnostics))
        if check { Terminal.writeOutput(text) } else { Terminal.writeError(text) }
    }

    /// `1 error, 2 warnings`.
    private static func summary(of diagnostics: [Diagnostic]) -> String {
        let errors = diagnostics.count { $0.severity == .error }
        return LoadedRules.count(errors, "error") + ", " + LoadedRules.count(diagnostics.count - errors, "warning")
    }

    /// A path as short as it can be said from here: findings show it.
    private static func short(_ path: String) -> String { ServiceConfiguration.short(path) }
}

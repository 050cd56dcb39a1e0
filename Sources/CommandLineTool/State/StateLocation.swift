import ArgumentParser
import EngineService
import RuleLanguage
import StateStore

/// `--state` or `--config`: the store that a command is about.
struct StateLocation: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The store: rocksdb:PATH, redis://host:6379/0, redis+unix:///PATH, redis+sentinel://… or redis+cluster://….",
            valueName: "url"))
    var state: String?

    @Option(
        help: ArgumentHelp(
            "A service's configuration, whose store it is. Passwords belong there: others can see the command line.",
            valueName: "file"))
    var config: String?

    func validate() throws {
        if (state == nil) == (config == nil) { throw ValidationError("either --state or --config is needed, to say which store") }
        if let state, !Self.isKept(state) {
            let scheme = state.prefix { $0 != ":" }
            let why = scheme == "memory" ? "memory: goes away with its process" : "--state begins with no scheme of a state store"
            throw ValidationError(
                "\(why); write rocksdb:PATH, redis://host:6379/0, redis+unix:///PATH, redis+sentinel://… or redis+cluster://…")
        }
    }

    private static func isKept(_ url: String) -> Bool { url.hasPrefix("rocksdb:") || url.hasPrefix("redis") }

    /// Whether the store is in Redis, where more than one process can have it open.
    var isRedis: Bool {
        get throws { try resolved().url.hasPrefix("redis") }
    }

    /// Runs `body` with the open store. Whatever goes wrong is said on standard error, without secrets, and thrown as `ExitStatus`.
    func withStore(isReadOnly: Bool, _ body: (any StateStore) throws -> Void) throws {
        let (url, secrets) = try resolved()
        do {
            var options = StateStoreOptions()
            options.isReadOnly = isReadOnly
            let store = try StateStores.open(url, options: options)
            defer { store.close() }
            try body(store)
        } catch StateTransferError.output(.closed) {
            return
        } catch let status as ExitStatus {
            throw status
        } catch {
            Terminal.writeError("error: \(secrets.redact(String(describing: error)))\n")
            switch error {
            case StateTransferError.empty, StateTransferError.notEmpty, StateTransferError.malformed: throw ExitStatus.findings
            default: throw ExitStatus.environment
            }
        }
    }

    /// Runs `body` with what there is to see. Throws `findings` for a store that nobody has used.
    func inspect(_ body: (StateInspection) throws -> Void) throws {
        try withStore(isReadOnly: true) { store in
            guard let inspection = try StateInspection(store) else { throw StateTransferError.empty(store.name) }
            try body(inspection)
        }
    }

    /// The running service of the configuration, which does what is asked itself; nil: there is none, or only a store is named.
    func service() throws -> ServiceClient? {
        guard let config else { return nil }
        return try ServiceClient(configuration(config))
    }

    private func resolved() throws -> (url: String, secrets: Secrets) {
        guard let config else { return (state ?? "", Secrets()) }
        let configuration = try configuration(config)
        guard Self.isKept(configuration.state.url) else {
            Terminal.writeError("error: \(config): the service keeps its state in memory, which goes away with its process\n")
            throw ExitStatus.findings
        }
        return (configuration.state.url, configuration.secrets)
    }

    private func configuration(_ config: String) throws -> ServiceConfiguration {
        let loaded = ConfigurationReader.read(path: config)
        guard let configuration = loaded.configuration else {
            let renderer = DiagnosticRenderer(usesColor: Terminal.errorUsesColor)
            Terminal.writeError(loaded.secrets.redact(renderer.text(loaded.diagnostics)))
            throw loaded.isUnreadable ? ExitStatus.environment : ExitStatus.findings
        }
        return configuration
    }
}

import Connectors
import EngineService
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import ServiceLifecycle

/// The HTTP interface of a running service: health, metrics, what it is doing, and events that are pushed.
///
/// Hummingbird runs in one Swift task and on threads of its own; the service's threads do not know of it.
public final class AdminServer: Sendable {
    private enum Phase: Sendable {
        case starting
        case running
        case ended(reason: String?)
    }

    private static let patience: Int64 = 10_000_000_000
    private static let stopPatience: Int64 = 3_000_000_000

    private let context: AdminContext
    private let logger: Logger
    private let group: ServiceGroup
    private let phase: Monitor<Phase>
    private let stopping: StopRequest

    /// A server of a service; nothing listens yet. It speaks TLS with a certificate, without one it does not.
    public init(
        _ server: ServiceConfiguration.Server, certificate: ServerCertificate?, configuration: ServiceConfiguration,
        controls: ServiceControls, catalog: RuleCatalog, version: String, logger: Logger
    ) {
        let context = AdminContext(
            configuration: configuration, server: server, controls: controls, certificate: certificate, catalog: catalog,
            history: StatusHistory(controls.monitor),
            workers: BlockingWorkers(), trials: BlockingWorkers(), version: version, audit: AuditLog(logger))
        let phase = Monitor(Phase.starting)
        let stopping = StopRequest()
        // What Hummingbird has to say below that is for its own developers.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let responder = AdminResponder(
            router: Router(routes: RouteTable.routes(context), gate: Gate(server)), audit: context.audit,
            timeout: .nanoseconds(server.timeout), stopping: stopping)
        // The time of a connection counts from its beginning: a handshake has no more of it than a request.
        let http = HTTP1Channel.Configuration(
            idleTimeout: .nanoseconds(server.timeout),
            httpDecoderConfiguration: .init(maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100))
        let application = Application(
            responder: responder,
            server: HTTPServerBuilder { responder in
                let channel = HTTP1Channel(responder: responder, configuration: http)
                return try certificate.map { try TLSChannel(channel, tlsConfiguration: $0.configuration) } ?? channel
            },
            configuration: ApplicationConfiguration(
                address: .hostname(server.host, port: server.port),
                availableConnectionsDelegate: MaximumAvailableConnections(server.connections)),
            onServerRunning: { _ in phase.update { $0 = .running } }, logger: quiet)
        var settings = ServiceGroupConfiguration(services: [application], gracefulShutdownSignals: [], logger: quiet)
        settings.maximumGracefulShutdownDuration = .seconds(2)
        group = ServiceGroup(configuration: settings)
        self.context = context
        self.logger = logger
        self.phase = phase
        self.stopping = stopping
    }

    /// Listens; returns once clients can connect. Throws why that is not so.
    public func start() throws(AdminServerError) {
        Task.detached { [group, phase] in
            do {
                try await group.run()
                phase.update { $0 = .ended(reason: nil) }
            } catch {
                phase.update { $0 = .ended(reason: String(describing: error)) }
            }
        }
        Task.detached { [history = context.history, stopping] in await history.run(until: stopping) }
        let result = phase.wait(nanoseconds: Self.patience) { phase -> Phase? in
            if case .starting = phase { return nil }
            return phase
        }
        switch result {
        case .running?:
            var metadata: Logger.Metadata = ["address": "\(context.server.url)", "tokens": "\(context.server.tokens.count)"]
            if let certificate = context.certificate { metadata["certificate_until"] = "\(certificate.until)" }
            logger.info("listening", metadata: metadata)
        case .ended(let reason)?: throw AdminServerError(description: "cannot listen on \(context.server.listen): \(reason ?? "stopped")")
        case .starting?, nil: throw AdminServerError(description: "cannot listen on \(context.server.listen): it takes too long")
        }
    }

    /// Listens no longer; answers that are under way have a moment to come to their end.
    public func stop() {
        stopping.set()
        Task.detached { [group] in await group.triggerGracefulShutdown() }
        _ = phase.wait(nanoseconds: Self.stopPatience) { phase -> Bool? in
            if case .ended = phase { return true }
            return nil
        }
        context.workers.stop()
        context.trials.stop()
    }
}

/// Why nothing listens.
public struct AdminServerError: Error, CustomStringConvertible {
    /// One sentence for an operator.
    public let description: String
}

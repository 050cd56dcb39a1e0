import Connectors
import EngineService
import EventEngine

/// `/healthz` and `/readyz`.
struct HealthEndpoint: Sendable {
    /// Nanoseconds. The thread that reads tells five times a second that it does, but not while it takes over other rules.
    private static let patience = 20 * Timestamp.second

    let context: AdminContext

    var routes: [Route] {
        [
            Route(
                method: "GET", path: "/healthz", summary: "Whether the process lives", type: "text/plain",
                statuses: [(200, "It does")]
            ) { _ in .text("ok\n") },
            Route(
                method: "GET", path: "/readyz", summary: "Whether the service reads its sources and keeps its state", type: "text/plain",
                statuses: [(200, "It does"), (503, "It does not; the text says why")]
            ) { [context] _ in
                guard let reason = Self.reason(context.monitor.status) else { return .text("ok\n") }
                return .text(status: 503, reason + "\n")
            },
        ]
    }

    /// Why the service is not ready; nil: it is.
    static func reason(_ status: ServiceStatus) -> String? {
        guard status.phase == .running else { return status.phase.rawValue }
        if status.store.isAway { return "the state store cannot be reached" }
        guard let last = status.reportTime else { return nil }
        let silence = WallClock.monotonic() - last
        return silence > patience ? "nothing is read for \(silence / Timestamp.second) s; the log says why" : nil
    }
}

import EngineService
import EventEngine

/// `/api/v1/status`, `/api/v1/config` and `/api/v1/outbox`.
struct StatusEndpoint: Sendable {
    let context: AdminContext

    var routes: [Route] {
        [
            Route(
                method: "GET", path: "/api/v1/status", scope: .read, summary: "What the service is doing",
                statuses: [(200, "Phase, clock, sources, store, actions")]
            ) { _ in status() },
            Route(
                method: "GET", path: "/api/v1/config", scope: .read, summary: "What the configuration says, without secrets",
                statuses: [(200, "Its parts, for people")]
            ) { _ in configuration() },
            Route(
                method: "GET", path: "/api/v1/outbox", scope: .read, summary: "Alerts that wait for delivery, by action",
                statuses: [(200, "Actions in the order of the configuration; behind them those that are not configured and have alerts")]
            ) { _ in outbox() },
        ]
    }

    private func status() -> AdminResponse {
        let status = context.monitor.status
        return .json { json in
            json.field("version", context.version)
            json.field("phase", status.phase.rawValue)
            json.field("ready", HealthEndpoint.reason(status) == nil)
            json.field("started", time: status.startTime == 0 ? nil : status.startTime)
            json.field("workers", status.workers)
            json.field("clock", time: status.clock)
            json.field("watermark", time: status.watermark)
            json.field("rules", status.rules.count)
            json.field("stateMemory", status.stateMemory)
            json.field("evictions", status.evictions)
            json.object("store") { json in
                json.field("name", context.safe(status.store.name))
                json.field("away", status.store.isAway)
                json.field("generation", status.store.header.map { Int(clamping: $0.generation) })
                json.field("epoch", status.store.header.map { Int(clamping: $0.epoch) })
                json.field("checkpoints", status.store.commits)
                json.field("bytes", status.store.bytes)
                json.field("lastBytes", status.store.lastBytes)
                json.field("lastMicroseconds", Int(status.store.lastDuration / 1000))
            }
            json.list("sources", status.sources) { append($1, to: &$0) }
            json.list("actions", status.actions) { append($1, to: &$0) }
        }
    }

    private func configuration() -> AdminResponse {
        .json { json in
            json.field("path", context.safe(context.configuration.path))
            json.list("parts", context.configuration.redactedParts) { json, part in
                json.field("title", part.title)
                json.field("text", context.safe(part.text))
            }
        }
    }

    private func append(_ source: ServiceStatus.Source, to json: inout JSONWriter) {
        json.field("name", source.name)
        json.field("read", source.counters.read)
        json.field("processed", source.counters.processed)
        json.field("late", source.counters.late)
        json.field("lateProcessed", source.counters.lateProcessed)
        json.field("malformed", source.counters.malformed)
        json.field("waiting", source.waiting)
        json.list("partitions", source.partitions) { json, partition in
            json.field("name", context.safe(path: partition.name))
            json.field("offset", partition.offset)
            json.field("latest", time: partition.latest)
            json.field("idle", partition.isIdle)
            json.field("ended", partition.hasEnded)
        }
    }

    private func outbox() -> AdminResponse {
        let status = context.monitor.status
        let actions = status.actions.map { ($0, true) } + status.orphans.map { ($0, false) }
        return .json { json in
            json.list("actions", actions) { json, action in
                append(action.0, to: &json)
                json.field("configured", action.1)
            }
        }
    }

    private func append(_ action: ServiceStatus.Action, to json: inout JSONWriter) {
        json.field("name", action.name)
        json.field("pending", action.pending)
        json.field("delivered", action.delivered)
        json.field("dead", action.dead)
        json.field("dropped", action.dropped)
        json.field("failures", action.failures)
        json.field("retries", action.retries)
        json.field("circuitOpen", action.isCircuitOpen)
        json.field("lastError", action.lastError.map { context.safe($0) })
    }
}

import Connectors
import EngineService

/// `/api/v1/events/{source}`: events that are pushed.
struct EventsEndpoint: Sendable {
    let context: AdminContext

    var routes: [Route] {
        [
            Route(
                method: "POST", path: "/api/v1/events/{source}", scope: .ingest,
                summary: "Pushes events to a source of type `http`, all of the body or nothing",
                parameters: [
                    .init(name: "source", place: .path, isRequired: true, text: "The source's name."),
                    .init(
                        name: "durable", schema: "\"type\":\"boolean\",\"default\":false",
                        text: "True: the answer comes when a checkpoint contains the events, so that no crash loses them."),
                ],
                body: .init(
                    type: "application/x-ndjson", limit: context.server.maximumBody,
                    text: "One JSON object on each line. What is no event is counted as malformed."),
                statuses: [
                    (202, "Accepted; without `durable` in memory only: a crash loses what no checkpoint contains"),
                    (404, "No source of type `http` has this name"), (413, "More than the source's queue can hold"),
                    (415, "The body is compressed"),
                    (429, "The queue is full; `Retry-After` tells when to try again"),
                    (503, "The service does not take events now"),
                    (504, "Accepted, but in no checkpoint before the time was over"),
                ]
            ) { request in try await push(request) }
        ]
    }

    private func push(_ request: AdminRequest) async throws -> AdminResponse {
        let isDurable = try request.flag("durable")
        guard let intake = context.controls.intakes.first(where: { $0.name == request.parameters[0] }) else {
            throw AdminError.notFound("no source of type `http` has this name")
        }
        if let coding = request.headers["content-encoding"], coding.lowercased() != "identity" {
            throw AdminError(
                status: 415, code: "compressed", message: "events are taken as they are, not with a `Content-Encoding`",
                headers: [("Accept-Encoding", "identity")])
        }
        switch intake.offer(request.body) {
        case .accepted(let end):
            if isDurable { try await waitUntilDurable(intake, end) }
            return .json(status: 202) { json in
                json.field("source", intake.name)
                json.field("bytes", request.body.count)
                json.field("durable", isDurable)
            }
        case .full:
            throw AdminError(
                status: 429, code: "queue_full", message: "the source's queue is full", headers: [("Retry-After", "1")])
        case .tooLarge: throw AdminError.tooLarge("the source's queue holds \(intake.capacity) bytes")
        case .closed: throw AdminError.unavailable("the service does not take events now")
        }
    }

    private func waitUntilDurable(_ intake: EventIntake, _ end: UInt64) async throws {
        guard try await context.waits(until: { intake.isDurable(end) }) else {
            throw AdminError(
                status: 504, code: "not_durable",
                message: "the events are accepted, but no checkpoint contains them yet: they wait for the watermark or the state store")
        }
    }
}

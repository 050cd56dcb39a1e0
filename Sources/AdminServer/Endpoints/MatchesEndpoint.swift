import EngineService
import EventEngine

/// `/api/v1/matches`, `/api/v1/matches/stream` and `/api/v1/matches/{match_id}`: the alerts of late, which the service keeps in memory.
struct MatchesEndpoint: Sendable {
    private static let standardLimit = 100
    private static let rule = Route.Parameter(name: "rule", text: "Only of the rule with this id.")

    let context: AdminContext
    let streams: MatchStreams

    var routes: [Route] {
        [
            Route(
                method: "GET", path: "/api/v1/matches", scope: .read, summary: "The latest alerts, the newest first",
                parameters: [
                    Self.rule,
                    .init(
                        name: "limit", schema: "\"type\":\"integer\",\"minimum\":1,\"maximum\":1000,\"default\":100",
                        text: "At most so many."),
                ],
                statuses: [(200, "Alerts as actions get them, with number and time of commit")]
            ) { request in
                let limit = try request.number("limit", in: 1...1000) ?? Self.standardLimit
                let rule = request.query["rule"]
                let alerts = context.monitor.recentAlerts().reversed().filter { rule == nil || $0.rule == rule }.prefix(limit)
                return .json { json in
                    json.list("matches", alerts) { append($1, to: &$0) }
                }
            },
            Route(
                method: "GET", path: "/api/v1/matches/stream", scope: .read,
                summary: "Alerts as they are committed, as server-sent events",
                parameters: [
                    Self.rule,
                    .init(
                        name: "Last-Event-ID", place: .header,
                        text: "Goes on behind this event, as far as it is remembered; an event `gap` tells how many are not."),
                ],
                type: "text/event-stream",
                statuses: [(200, "An event for each alert; a comment now and then when there is none"), (503, "Too many streams are open")]
            ) { request in try streams.open(rule: request.query["rule"], after: request.headers["last-event-id"]) },
            Route(
                method: "GET", path: "/api/v1/matches/{match_id}", scope: .read, summary: "One alert of late",
                parameters: [.init(name: "match_id", place: .path, isRequired: true, text: "Its `match_id`.")],
                statuses: [(200, "The newest alert of that id"), (404, "It is none of those that are in memory")]
            ) { request in
                let start = Array("{\"match_id\":\"\(request.parameters[0])\",".utf8)
                guard let alert = context.monitor.recentAlerts().last(where: { $0.line.starts(with: start) }) else {
                    throw AdminError.notFound("no alert of late has this id; actions may have it")
                }
                return .json { append(alert, to: &$0) }
            },
        ]
    }

    private func append(_ alert: RecentAlert, to json: inout JSONWriter) {
        json.field("id", streams.identity(of: alert))
        json.field("rule", alert.rule)
        json.field("level", alert.level)
        json.field("time", time: alert.time)
        json.field("match", json: alert.line)
    }
}

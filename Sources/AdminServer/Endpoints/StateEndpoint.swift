import EngineService
import EventEngine
import StateStore

/// `/api/v1/state/keys` and `/api/v1/state/key`: partial matches as the store has them, at most one checkpoint old.
struct StateEndpoint: Sendable {
    private static let rule = Route.Parameter(name: "rule", isRequired: true, text: "The rule's id.")
    private static let standardLimit = 100
    private static let largestLimit = 1000

    let context: AdminContext

    var routes: [Route] {
        [
            Route(
                method: "GET", path: "/api/v1/state/keys", scope: .read, summary: "Keys of a rule that have partial matches",
                parameters: [
                    Self.rule,
                    .init(
                        name: "limit", schema: "\"type\":\"integer\",\"minimum\":1,\"maximum\":1000,\"default\":100",
                        text: "At most so many."),
                ],
                statuses: [(200, "The first keys in order, and how many there are"), (404, "No rule has this id"), StoreView.noStore]
            ) { request in
                let limit = try request.number("limit", in: 1...Self.largestLimit) ?? Self.standardLimit
                let rule = try rule(request)
                return try await context.workers.run { () throws(AdminError) in try keys(rule, limit: limit) }
            },
            Route(
                method: "GET", path: "/api/v1/state/key", scope: .read, summary: "The partial matches of one key in full",
                parameters: [
                    Self.rule,
                    .init(name: "key", isRequired: true, text: "The key's one value, or a JSON array of all its parts."),
                ],
                statuses: [
                    (200, "Attempts with their threads: what is bound, what is awaited, until when"),
                    (404, "No rule has this id, or it has no partial matches of the key"), StoreView.noStore,
                ]
            ) { request in
                let rule = try rule(request)
                guard let key = StateInspection.storedKey(meaning: request.query["key"] ?? "") else {
                    throw AdminError.badRequest("`key` must be one value, or a JSON array of texts, numbers and null")
                }
                return try await context.workers.run { () throws(AdminError) in try self.key(key, rule: rule) }
            },
        ]
    }

    private func rule(_ request: AdminRequest) throws(AdminError) -> String {
        let rule = request.query["rule"] ?? ""
        guard context.monitor.status.rules.contains(where: { $0.id == rule }) else { throw .notFound("no rule with this id runs") }
        return rule
    }

    private func keys(_ rule: String, limit: Int) throws(AdminError) -> AdminResponse {
        try StoreView(context).inspect { inspection throws(StateStoreError) in
            let (keys, total) = try inspection.list(rule: rule, limit: limit)
            return .json { json in
                json.field("rule", rule)
                json.field("clock", time: inspection.clock)
                json.field("total", total)
                json.list("keys", keys) { $0.appendJSON(to: &$1) }
            }
        }
            ?? .json { json in
                json.field("rule", rule)
                json.field("clock", time: nil)
                json.field("total", 0)
                json.list("keys", texts: [])
            }
    }

    private func key(_ key: String, rule: String) throws(AdminError) -> AdminResponse {
        let shown = try StoreView(context).inspect { inspection throws(StateStoreError) in try inspection.key(key, rule: rule) }
        guard let found = shown ?? nil else { throw .notFound("the rule has no partial matches of this key") }
        return .json { json in json.field("state") { found.appendJSON(to: &$0) } }
    }
}

import EngineService
import EventEngine
import StateStore

/// `/api/v1/outbox/alerts`, `/api/v1/outbox/purge` and `/api/v1/dead-letters`: alerts that wait for delivery or were given up.
struct AlertsEndpoint: Sendable {
    private static let action = Route.Parameter(name: "action", isRequired: true, text: "The action's name.")
    private static let limit = Route.Parameter(
        name: "limit", schema: "\"type\":\"integer\",\"minimum\":1,\"maximum\":1000,\"default\":100", text: "At most so many.")
    private static let number = Route.Parameter(
        name: "number", schema: "\"type\":\"integer\",\"minimum\":0,\"maximum\":9007199254740991", text: "Only this one; left out: all.")
    private static let standardLimit = 100
    private static let noAction = (404, "No action has this name, nor has the store alerts of one")

    let context: AdminContext

    var routes: [Route] {
        [
            list("/api/v1/outbox/alerts", "Alerts that wait for an action's delivery, the oldest first", .outbox),
            Route(
                method: "POST", path: "/api/v1/outbox/purge", scope: .operate,
                summary: "Drops all alerts that wait for an action's delivery", parameters: [Self.action],
                statuses: [(200, "How many wait; the next checkpoint does it"), Self.noAction, StoreView.noStore]
            ) { request in
                let action = try action(request)
                guard isConfigured(action) else { return try await dropUnknown(action) }
                context.controls.desk.dropWaiting(ofAction: action)
                let waiting = context.monitor.status.actions.first { $0.name == action }?.pending ?? 0
                return Self.answer(action, alerts: Int(clamping: waiting))
            },
            list("/api/v1/dead-letters", "Dead letters of an action, the oldest first", .dead),
            change("/api/v1/dead-letters/retry", "Delivers dead letters of an action again, behind the alerts that wait") {
                context.controls.desk.retry($0, ofAction: $1)
            },
            change("/api/v1/dead-letters/purge", "Removes dead letters of an action for good") {
                context.controls.desk.purge($0.map(\.number), ofAction: $1)
            },
        ]
    }

    /// No queue has the alerts of an action that is not configured: they are named by their numbers.
    private func dropUnknown(_ action: String) async throws -> AdminResponse {
        try await context.workers.run { () throws(AdminError) in
            let numbers = try StoreView(context).open { store throws(StateStoreError) in
                try AlertStore(store, kind: .outbox).numbers(ofAction: action)
            }
            return Self.answer(action, alerts: context.controls.desk.drop(numbers, ofUnknownAction: action))
        }
    }

    private func list(_ path: String, _ summary: String, _ kind: AlertStore.Kind) -> Route {
        Route(
            method: "GET", path: path, scope: .read, summary: summary, parameters: [Self.action, Self.limit],
            statuses: [(200, "The first of them, and how many there are"), Self.noAction, StoreView.noStore]
        ) { request in
            let limit = try request.number("limit", in: 1...1000) ?? Self.standardLimit
            let action = try action(request)
            return try await context.workers.run { () throws(AdminError) in
                let (alerts, total) = try read(kind, action) { Array($0.prefix(limit)) }
                return .json { json in
                    json.field("action", action)
                    json.field("total", total)
                    json.list(kind == .dead ? "deadLetters" : "alerts", alerts) { append($1, to: &$0) }
                }
            }
        }
    }

    private func change(
        _ path: String, _ summary: String, _ body: @escaping @Sendable (_ letters: [StoredAlert], _ action: String) -> Int
    ) -> Route {
        Route(
            method: "POST", path: path, scope: .operate, summary: summary, parameters: [Self.action, Self.number],
            statuses: [
                (200, "How many; the next checkpoint does it"), (404, "No action has this name, or no dead letter this number"),
                StoreView.noStore,
            ]
        ) { request in
            let number = try request.number("number", in: 0...9_007_199_254_740_991).map { UInt64($0) }
            let action = try action(request)
            return try await context.workers.run { () throws(AdminError) in
                let (letters, _) = try read(.dead, action) { numbers in number.map { numbers.contains($0) ? [$0] : [] } ?? numbers }
                if number != nil, letters.isEmpty { throw .notFound("the action has no dead letter of this number") }
                return Self.answer(action, alerts: body(letters, action))
            }
        }
    }

    private static func answer(_ action: String, alerts: Int) -> AdminResponse {
        .json { json in
            json.field("action", action)
            json.field("alerts", alerts)
        }
    }

    private func action(_ request: AdminRequest) throws(AdminError) -> String {
        let action = request.query["action"] ?? ""
        guard isConfigured(action) || context.monitor.status.orphans.contains(where: { $0.name == action }) else {
            throw .notFound("no action with this name is configured, nor has the store alerts of one")
        }
        return action
    }

    private func isConfigured(_ action: String) -> Bool { context.configuration.actions.contains { $0.name == action } }

    /// Alerts of an action whose numbers `choose` picks, and how many there are.
    private func read(
        _ kind: AlertStore.Kind, _ action: String, _ choose: ([UInt64]) -> [UInt64]
    ) throws(AdminError) -> (alerts: [StoredAlert], total: Int) {
        try StoreView(context).open { store throws(StateStoreError) in
            let alerts = AlertStore(store, kind: kind)
            let numbers = try alerts.numbers(ofAction: action)
            return (try alerts.alerts(ofAction: action, numbers: choose(numbers)), numbers.count)
        }
    }

    private func append(_ alert: StoredAlert, to json: inout JSONWriter) {
        json.field("number", alert.number)
        if let death = alert.death {
            json.field("time", time: death.time)
            json.field("attempts", death.attempts)
            json.field("reason", context.safe(death.reason))
        }
        alert.appendAlert("alert", to: &json)
    }
}

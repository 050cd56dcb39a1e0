import EngineService
import EventEngine

/// `/api/v1/reload` and `/api/v1/reloads`.
struct ReloadEndpoint: Sendable {
    let context: AdminContext

    var routes: [Route] {
        [
            Route(
                method: "GET", path: "/api/v1/reloads", scope: .read, summary: "Reloads of late, the newest first",
                statuses: [(200, "Who asked, what changed, and what was kept and dropped; or the errors")]
            ) { _ in
                .json { json in json.list("reloads", context.controls.reloader.history.reversed()) { append($1, to: &$0) } }
            },
            Route(
                method: "POST", path: "/api/v1/reload", scope: .operate,
                summary: "Reads the rules again; when all compile they take over at one point of the stream",
                statuses: [
                    (200, "What changes; how many keys are kept is known a moment later, in `/api/v1/reloads`"),
                    (422, "The rules have errors; the last good ones run on"), (503, "Too many requests are being answered"),
                ]
            ) { _ in
                let outcome = try await context.workers.run { () throws(AdminError) in context.controls.reloader.reload(trigger: "API") }
                if let error = outcome.error { throw AdminError(status: 422, code: "invalid_rules", message: context.safe(error)) }
                return .json { append(outcome, to: &$0) }
            },
        ]
    }

    private func append(_ outcome: ReloadOutcome, to json: inout JSONWriter) {
        json.field("time", time: outcome.time)
        json.field("trigger", outcome.trigger)
        json.field("error", outcome.error.map { context.safe($0) })
        guard let report = outcome.report else { return json.field("report", nil as String?) }
        json.object("report") { json in
            for change in ReloadReport.Change.allCases { json.field(change.rawValue, report.count(change)) }
            json.field("keysKept", report.keys.kept)
            json.field("keysDropped", report.keys.dropped)
            json.list("rules", report.entries) { json, entry in
                json.field("rule", entry.rule)
                json.field("change", entry.change.rawValue)
                json.field("keys", entry.keys.map { $0.kept + $0.dropped })
                json.field("keysKept", entry.keys?.kept)
                json.field("keysDropped", entry.keys?.dropped)
                json.field("attemptsKept", entry.attempts?.kept)
                json.field("attemptsDropped", entry.attempts?.dropped)
            }
        }
    }
}

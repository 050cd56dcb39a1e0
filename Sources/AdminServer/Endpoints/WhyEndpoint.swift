import EngineService
import EventEngine
import PatternCompiler
import RuleLanguage

/// `/api/v1/why`: what a rule makes of the events that the service's sources have.
struct WhyEndpoint: Sendable {
    private static let standardLimit = 5
    let context: AdminContext

    var routes: [Route] {
        [
            Route(
                method: "GET", path: "/api/v1/why", scope: .read,
                summary: "Why a rule fired or did not, over what the sources have now: files, and Redis streams",
                parameters: [
                    .init(name: "rule", isRequired: true, text: "The rule's id."),
                    .init(
                        name: "key", text: "The key's one value, or a JSON array of all its parts; left out: the keys that came nearest."),
                    .init(
                        name: "limit", schema: "\"type\":\"integer\",\"minimum\":1,\"maximum\":100,\"default\":5",
                        text: "Attempts and near misses of each key, at most."),
                ],
                statuses: [
                    (200, "The report that `fluxcore why --format json` writes, as `report`"), (404, "No rule has this id"),
                    (409, "A source cannot be read again, or there is too much of it"),
                ]
            ) { request in
                let limit = try request.number("limit", in: 1...100) ?? Self.standardLimit
                guard let rule = context.catalog.rule(request.query["rule"] ?? "") else {
                    throw AdminError.notFound("no rule with this id runs")
                }
                return try await context.trials.run { () throws(AdminError) in
                    let report = try report(rule, key: request.query["key"], limit: limit)
                    return .json { json in json.field("report", appending: report.appendJSON) }
                }
            }
        ]
    }

    private func report(_ rule: Rule, key: String?, limit: Int) throws(AdminError) -> WhyReport {
        do throws(LiveWhy.Failure) {
            return try LiveWhy(context.configuration, controls: context.controls)
                .report(rule, of: context.catalog.all, key: key, limit: limit)
                .namingFiles { context.safe(path: $0) }
        } catch {
            switch error {
            case .unavailable(let text): throw .conflict(context.safe(text))
            case .why(let error): throw AdminError(error, saying: context.safe(error.description))
            }
        }
    }
}

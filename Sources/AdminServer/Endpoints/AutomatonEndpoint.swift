import EngineService
import PatternCompiler
import StateStore

/// `/api/v1/rules/{id}/automaton`.
struct AutomatonEndpoint: Sendable {
    let context: AdminContext

    var routes: [Route] {
        [
            Route(
                method: "GET", path: "/api/v1/rules/{id}/automaton", scope: .read,
                summary: "The automaton of a rule as boxes and arrows, with the partial matches that stand at each",
                parameters: [.init(name: "id", place: .path, isRequired: true, text: "The rule's id.")],
                statuses: [(200, "The picture; `threads` is null where the state cannot be looked into"), (404, "No rule has this id")]
            ) { request in
                let id = request.parameters[0]
                guard let rule = context.catalog.rule(id) else { throw AdminError.notFound("no rule with this id runs") }
                return try await context.workers.run { () throws(AdminError) in
                    guard let explanation = Explanation(rule) else { throw .notFound("the rule has no automaton") }
                    let census = census(id)
                    return .json { json in
                        json.field("rule", id)
                        AutomatonJSON.append(AutomatonPicture(explanation), threads: census?.threads, to: &json)
                        json.field("keys", census?.keys)
                        json.field("partial", census?.isPartial ?? false)
                    }
                }
            }
        ]
    }

    /// Nil where the state cannot be looked into: the picture is worth something without.
    private func census(_ rule: String) -> StateCensus? {
        let found = try? StoreView(context).inspect { inspection throws(StateStoreError) in try StateCensus(inspection, rule: rule) }
        return found ?? nil
    }
}

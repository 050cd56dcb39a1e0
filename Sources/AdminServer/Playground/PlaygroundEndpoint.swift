/// `/api/v1/playground`: what rules make of events, both of which are sent.
struct PlaygroundEndpoint: Sendable {
    private static let limit = 2 << 20
    private static let schema = """
        "type":"object","additionalProperties":false,"required":["rules"],"properties":{\
        "rules":{"type":"string","minLength":1},"streams":{"type":"object","additionalProperties":{"type":"string"}},\
        "time":{"type":"string"},"lateness":{"type":"string","pattern":"^[0-9]{1,5}(s|m|h)$"},"why":{"type":"string"},\
        "key":{"type":"string"}}
        """

    let context: AdminContext

    var routes: [Route] {
        [
            Route(
                method: "POST", path: "/api/v1/playground", scope: .read,
                summary: "Runs rules over events, both from the body; nothing is kept or changed",
                body: .init(
                    type: "application/json", limit: Self.limit,
                    text: "`rules` (a rule file), `streams` (NDJSON of each); also `time`, `lateness`, `why` (a rule's id) and `key`.",
                    schema: Self.schema),
                statuses: [
                    (200, "Findings; without an error also automata, matches, and the report of `why`"),
                    (404, "None of the rules has the id in `why`"), (413, "The body is too long"),
                    (422, "The rules take too much memory or time for these events"),
                ]
            ) { request in
                try await context.trials.run { () throws(AdminError) in
                    var answer = try PlaygroundWorker.ask(request.body, patternDirectories: context.patternDirectories)
                    // Findings may name a library's path.
                    if case .bytes(let body) = answer.body {
                        answer.body = .bytes(Array(context.safe(String(decoding: body, as: UTF8.self)).utf8))
                    }
                    return answer
                }
            }
        ]
    }
}

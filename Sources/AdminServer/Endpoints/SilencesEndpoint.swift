import Connectors
import EngineService
import EventEngine
import RuleLanguage

/// `/api/v1/silences`.
struct SilencesEndpoint: Sendable {
    private static let bodyLimit = 16 << 10
    /// Characters.
    private static let longestText = 200
    private static let pattern = #""\#(SilenceCheck.patternExpression.replacing(#"\"#, with: #"\\"#))""#
    private static let schema = """
        "type":"object","additionalProperties":false,"required":["rule","for","reason"],"properties":{\
        "rule":{"type":"string","minLength":1,"maxLength":200,"pattern":\(pattern)},"for":{"type":"string","pattern":"^[1-9][0-9]{0,4}(s|m|h|d)$"},\
        "reason":{"type":"string","minLength":1,"maxLength":200},"author":{"type":"string","maxLength":200},\
        "key":{"type":"object","propertyNames":{"maxLength":200},"additionalProperties":{"type":"string","maxLength":200}}}
        """
    private static let most = 1000

    let context: AdminContext

    var routes: [Route] {
        [
            Route(
                method: "GET", path: "/api/v1/silences", scope: .read, summary: "Silences that hold, in the order in which they were set",
                statuses: [(200, "Rule, key, end, author, reason, and how many alerts each has held back")]
            ) { _ in
                .json { json in json.list("silences", context.controls.silences.silences) { append($1, to: &$0) } }
            },
            Route(
                method: "POST", path: "/api/v1/silences", scope: .operate,
                summary: "Holds back alerts of a rule, or of some of its keys, for some time",
                body: .init(
                    type: "application/json", limit: Self.bodyLimit,
                    text: "`rule` (an id or a pattern of ids), `for` (a duration), `reason`; also `key` (an object of texts), `author`.",
                    schema: Self.schema),
                statuses: [
                    (
                        201,
                        "The silence, whether a checkpoint has it (`durable`), and in `warning` why it covers no alert of rules that run, if so"
                    ), (409, "There are too many"),
                    (413, "The body is too long"),
                ]
            ) { request in try await add(request) },
            Route(
                method: "DELETE", path: "/api/v1/silences/{id}", scope: .operate, summary: "Ends a silence",
                parameters: [.init(name: "id", place: .path, isRequired: true, text: "The silence's id.")],
                statuses: [(200, "What it was, and whether a checkpoint has its end (`durable`)"), (404, "No silence has this id")]
            ) { request in
                guard let removed = context.controls.silences.remove(request.parameters[0], by: Self.sender(of: request)) else {
                    throw AdminError.notFound("no silence has this id")
                }
                let isDurable = try await waitUntilDurable(removed.version)
                return .json { json in
                    append(removed.silence, to: &json)
                    json.field("durable", isDurable)
                }
            },
        ]
    }

    private func add(_ request: AdminRequest) async throws -> AdminResponse {
        let body = try RequestDocument(request.body, known: ["rule", "key", "for", "author", "reason"])
        let rule = try body.required("rule")
        guard SilenceCheck.isPattern(rule) else {
            throw AdminError.badRequest(
                "`rule` is no pattern of ids: a `[` is not closed, a set is empty, or nothing stands behind the last `\\`")
        }
        let reason = try body.required("reason")
        let author = try body.text("author") ?? request.user ?? request.remote
        let fields = try body.texts("key").map { Silence.Field(name: $0.name, value: $0.text) }
        let written = try body.required("for")
        guard let duration = DurationText.parse(written), duration > 0 else {
            throw AdminError.badRequest("`for` must be a duration such as 90m or 2d, not `\(written.prefix(100))`")
        }
        guard
            ([rule, reason, author] + fields.flatMap { [$0.name, $0.value] }).allSatisfy({ $0.unicodeScalars.count <= Self.longestText })
        else {
            throw AdminError.badRequest("no text may have more than \(Self.longestText) characters")
        }
        guard context.controls.silences.silences.count < Self.most else {
            throw AdminError(status: 409, code: "too_many", message: "there are \(Self.most) silences already")
        }
        let (end, isEndless) = WallClock.now().addingReportingOverflow(duration)
        let silence = Silence(
            rule: rule, fields: fields, end: isEndless ? .max : end, author: author, reason: reason, setter: Self.sender(of: request))
        let isDurable = try await waitUntilDurable(context.controls.silences.add(silence))
        let rules = context.monitor.status.rules.map { SilenceCheck.KnownRule(id: $0.id, key: $0.keyLabels) }
        let warning = SilenceCheck.warning(silence, rules: rules)
        var answer = AdminResponse.json(status: 201) { json in
            append(silence, to: &json)
            json.field("durable", isDurable)
            if let warning { json.field("warning", warning) }
        }
        answer.change = [("silence", silence.id), ("rule", silence.rule), ("author", silence.author)]
        return answer
    }

    /// Waits until a checkpoint has it; false when none has before the request's time is over.
    private func waitUntilDurable(_ version: Int) async throws -> Bool {
        try await context.waits(until: { context.controls.silences.isDurable(version) })
    }

    /// Who sends a request: an author is only what somebody says.
    private static func sender(of request: AdminRequest) -> String { request.user ?? "anybody at \(request.remote)" }

    private func append(_ silence: Silence, to json: inout JSONWriter) {
        json.field("id", silence.id)
        SilenceListing.append(silence, to: &json)
    }
}

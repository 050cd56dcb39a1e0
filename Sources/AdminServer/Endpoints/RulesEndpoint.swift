import EngineService
import EventEngine
import PatternCompiler
import RuleLanguage

/// `/api/v1/rules`, `/api/v1/rules/{id}` and `/api/v1/check`.
struct RulesEndpoint: Sendable {
    private static let candidate = "candidate.yaml"
    private static let candidateLimit = 1 << 20

    let context: AdminContext

    var routes: [Route] {
        [
            Route(
                method: "GET", path: "/api/v1/rules", scope: .read, summary: "The rules that run",
                statuses: [(200, "Rules in order of id, with what they did")]
            ) { _ in
                let errors = context.controls.reloader.errors
                return .json { json in json.list("rules", context.monitor.status.rules) { append($1, errors, to: &$0) } }
            },
            Route(
                method: "GET", path: "/api/v1/rules/{id}", scope: .read,
                summary: "One rule, with its source and what was said about it, and its file as it is now if that does not run",
                parameters: [.init(name: "id", place: .path, isRequired: true, text: "The rule's id.")],
                statuses: [(200, "The rule"), (404, "No rule has this id")]
            ) { request in try rule(request.parameters[0]) },
            Route(
                method: "POST", path: "/api/v1/check", scope: .read,
                summary: "What is wrong with a candidate rule; nothing is kept or changed",
                body: .init(
                    type: "application/yaml", limit: Self.candidateLimit,
                    text: "One rule file. Libraries and actions are those of the service."),
                statuses: [(200, "Findings as `fluxcore check --format json` writes them"), (413, "The text is too long")]
            ) { request in
                let text = try await context.workers.run { () throws(AdminError) in check(request.body) }
                return .text(text, contentType: "application/json")
            },
        ]
    }

    private func rule(_ id: String) throws(AdminError) -> AdminResponse {
        guard let running = context.monitor.status.rules.first(where: { $0.id == id }) else {
            throw .notFound("no rule with this id runs")
        }
        let errors = context.controls.reloader.errors
        return .json { json in
            append(running, errors, to: &json)
            guard let rule = context.catalog.rule(id) else { return }
            json.field("description", rule.description)
            json.list("actions", texts: rule.actions)
            json.object("source") { json in
                let (line, column) = rule.span.file.position(at: rule.span.start)
                json.field("path", context.safe(ServiceConfiguration.short(rule.span.file.path)))
                json.field("line", line)
                json.field("column", column)
                json.field("text", String(decoding: rule.span.file.bytes, as: UTF8.self))
            }
            json.field("diagnostics", json: findings(context.catalog.diagnostics(of: rule)))
            let stale = errors.filter { $0.span.file.path == rule.span.file.path }
            guard let file = stale.first?.span.file else { return json.field("written", nil as String?) }
            json.object("written") { json in
                json.field("text", String(decoding: file.bytes, as: UTF8.self))
                json.field("diagnostics", json: findings(stale))
            }
        }
    }

    private func findings(_ diagnostics: [Diagnostic]) -> [UInt8] {
        Array(context.safe(DiagnosticRenderer().json(diagnostics)).utf8)
    }

    /// - Parameter errors: why the files as they were read last do not run.
    private func append(_ rule: ServiceStatus.Rule, _ errors: [Diagnostic], to json: inout JSONWriter) {
        let written = context.catalog.rule(rule.id)
        let error = errors.first { $0.span.file.path == written?.span.file.path }
        json.field("id", rule.id)
        json.field("title", written?.title ?? "")
        json.field("level", rule.level)
        json.list("tags", texts: written?.tags ?? [])
        json.field("shadow", rule.isShadow)
        json.field("health", error != nil ? "stale" : rule.isShadow ? "shadow" : "ok")
        json.field("problem", error.map { context.safe(Self.problem($0)) })
        json.field("matches", rule.statistics.matches)
        json.field("suppressed", rule.statistics.suppressed)
        json.field("silenced", rule.statistics.silenced)
        json.field("timeouts", rule.statistics.timeouts)
        json.field("attempts", rule.statistics.attempts)
        json.field("limited", rule.statistics.limited)
        json.field("keys", rule.holdings.keys)
        json.field("openAttempts", rule.holdings.attempts)
    }

    /// Why the rule as it was written last does not run; the one before it does.
    private static func problem(_ error: Diagnostic) -> String {
        let (line, column) = error.span.file.position(at: error.span.start)
        return "line \(line), column \(column): \(error.message) [\(error.code.rawValue)]; the last good rule runs on"
    }

    /// Findings about a candidate, which is read as if it stood among the rules.
    private func check(_ bytes: [UInt8]) -> String {
        let set = RuleLoader.load(bytes: bytes, path: Self.candidate, patternDirectories: context.patternDirectories)
        let unknown = context.configuration.unknownActions(of: set.rules)
        return context.safe(DiagnosticRenderer().json(set.diagnostics + RuleSetCompiler.compile(set.rules).diagnostics + unknown))
    }
}

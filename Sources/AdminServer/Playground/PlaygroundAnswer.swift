import EngineService
import EventEngine
import PatternCompiler
import RuleLanguage

/// What a request to the playground comes to, from its body to the answer's.
enum PlaygroundAnswer {
    /// Runs what is asked for.
    static func answer(_ bytes: [UInt8], patternDirectories: [String]) throws(AdminError) -> AdminResponse {
        let body = try RequestDocument(bytes, known: ["rules", "streams", "time", "lateness", "why", "key"])
        var request = Playground.Request(
            rules: Array(try body.required("rules").utf8),
            streams: try body.texts("streams").map { (name: $0.name, events: Array($0.text.utf8)) })
        guard !request.streams.contains(where: { $0.name == "matches" }) else {
            throw .badRequest("`matches` is the stream of the rules' own matches")
        }
        request.patternDirectories = patternDirectories
        if let time = try body.text("time") { request.input.timeFields = time.split(separator: ",").map(String.init) }
        if let text = try body.text("lateness") {
            guard let lateness = DurationText.parse(text), lateness >= 0 else {
                throw .badRequest("`lateness` must be a duration such as 5s, not `\(text.prefix(100))`")
            }
            request.input.lateness = lateness
        }
        let key = try body.text("key")
        request.why = try body.text("why").map { ($0, key) }
        do throws(Why.Failure) {
            let result = try Playground(request).run()
            return .json { append(result, to: &$0) }
        } catch {
            throw AdminError(error, saying: error.description)
        }
    }

    private static func append(_ result: Playground.Result, to json: inout JSONWriter) {
        json.field("diagnostics", json: Array(DiagnosticRenderer().json(result.diagnostics).utf8))
        json.list("rules", result.rules) { json, rule in
            json.field("id", rule.id)
            json.field("title", rule.title)
            json.field("level", rule.level.rawValue)
            json.list("streams", texts: Set(rule.events.flatMap { $0.streams ?? [] }).sorted())
            guard let explanation = Explanation(rule) else { return }
            json.object("automaton") { AutomatonJSON.append(AutomatonPicture(explanation), threads: nil, to: &$0) }
        }
        json.object("counters") { json in
            json.field("read", result.counters.events + result.counters.malformed)
            json.field("late", result.counters.late)
            json.field("malformed", result.counters.malformed)
            json.field("matches", result.matches.count)
        }
        json.list("malformed", result.malformed) { json, line in
            json.field("stream", line.stream)
            json.field("line", line.line)
            json.field("reason", line.reason)
        }
        json.list("matches", result.matches) { line, buffer in line.withUnsafeBytes { buffer.append($0) } }
        json.field("truncated", result.isTruncated)
        if let why = result.why { json.field("why", appending: why.appendJSON) } else { json.field("why", nil as String?) }
    }
}

extension AdminError {
    /// What a request is answered with that asks for an explanation that there is not.
    init(_ failure: Why.Failure, saying message: String) {
        self =
            switch failure {
            case .noRule: .notFound(message)
            case .key: .badRequest(message)
            case .input, .readOnce: .unavailable(message)
            }
    }
}

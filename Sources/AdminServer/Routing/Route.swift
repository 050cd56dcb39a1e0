import EngineService

/// One thing that can be asked for: what the router dispatches by, what is checked before, and what the OpenAPI document says.
struct Route: Sendable {
    typealias Handler = @Sendable (AdminRequest) async throws -> AdminResponse

    /// Where a parameter stands.
    enum Place: String, Sendable {
        case path
        case query
        case header
    }

    /// A parameter.
    struct Parameter: Sendable {
        /// Its name.
        var name: String
        /// Where it stands.
        var place = Place.query
        /// Type in JSON Schema, in its words: `"type":"integer","minimum":1`.
        var schema = "\"type\":\"string\""
        /// Whether it must be there.
        var isRequired = false
        /// One sentence.
        var text: String
    }

    /// What the body of a request is.
    struct Body: Sendable {
        /// Its media type; it is taken as plain text, too, and nobody looks at what a request says of it.
        var type: String
        /// Bytes of the largest.
        var limit: Int
        /// One sentence.
        var text: String
        /// Of a body of JSON: what stands in it, in the words of JSON Schema; nil: not told.
        var schema: String?
    }

    /// `GET` or `POST`.
    var method: String
    /// `/api/v1/rules/{id}`.
    var path: String
    /// What a token must allow; nil: anybody may ask.
    var scope: ServiceConfiguration.Server.Scope?
    /// One line.
    var summary: String
    /// In the order in which they are described.
    var parameters: [Parameter] = []
    /// Of a request; nil: it has none.
    var body: Body?
    /// Media type of the answer.
    var type = "application/json"
    /// Statuses that it answers with, beside those that any request can be answered with, and what they mean.
    var statuses: [(status: Int, text: String)]
    /// Answers.
    var handler: Handler

    /// True for what changes something.
    var isChange: Bool { method != "GET" && scope != .read }

    /// Segments of the path, of `/` an empty one; nil stands for a parameter.
    var segments: [String?] {
        path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { $0.hasPrefix("{") ? nil : String($0) }
    }

    /// What stands for the parameters in a path; nil when the path is not this one.
    func match(_ path: [String]) -> [String]? {
        let segments = segments
        guard segments.count == path.count else { return nil }
        var found: [String] = []
        for (segment, given) in zip(segments, path) {
            if let segment {
                if segment != given { return nil }
            } else {
                found.append(given)
            }
        }
        return found
    }
}

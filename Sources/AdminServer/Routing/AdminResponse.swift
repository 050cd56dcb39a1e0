import EventEngine

/// An answer.
struct AdminResponse: Sendable {
    /// What follows the head.
    enum Body: Sendable {
        /// All of it.
        case bytes([UInt8])
        /// Pieces, until there are no more, the client goes or the server stops.
        case stream(any ChunkSource)
    }

    /// HTTP status.
    var status = 200
    /// `application/json` unless told.
    var contentType = "application/json"
    /// Further headers.
    var headers: [(name: String, value: String)] = []
    /// What the log is to say about a change that was made, beside what the request says itself.
    var change: [(name: String, value: String)] = []
    /// What follows the head.
    var body: Body

    /// JSON that `build` writes.
    static func json(status: Int = 200, _ build: (inout JSONWriter) -> Void) -> AdminResponse {
        AdminResponse(status: status, body: .bytes(JSONWriter.bytes(build)))
    }

    /// Plain text.
    static func text(status: Int = 200, _ text: String, contentType: String = "text/plain; charset=utf-8") -> AdminResponse {
        AdminResponse(status: status, contentType: contentType, body: .bytes(Array(text.utf8)))
    }
}

/// Gives the pieces of a streamed answer, for one reader.
protocol ChunkSource: AnyObject, Sendable {
    /// The next piece, empty when there is none for a moment; nil at the end.
    func next() async throws -> [UInt8]?
}

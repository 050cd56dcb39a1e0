/// Why a Redis server did not do what it was asked for.
public enum RedisError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The URL cannot be used; one sentence that says what to write instead.
    case invalidURL(String)
    /// No connection could be made: nothing was sent.
    case unreachable(String)
    /// The connection ended or broke. Whether the server did what was sent last is unknown.
    case lost(String)
    /// The server did not answer, or took nothing, for the length of the timeout. Outcome unknown, connection unusable.
    case timedOut(String)
    /// The user, password or database of the URL was refused: trying again does not help.
    case loginRefused(String)
    /// The server answered a command with an error. `code` is its first word (`LOADING`, `READONLY`, `OOM`, `MOVED` …),
    /// `message` all of it. The connection goes on.
    case server(code: String, message: String)

    /// The error of an error reply.
    public init(reply message: String) {
        let word = message.prefix { $0 != " " }
        let isCode = !word.isEmpty && word.utf8.allSatisfy { $0 >= 0x41 && $0 <= 0x5A }
        self = .server(code: isCode ? String(word) : "ERR", message: message)
    }

    /// True when the connection that threw it can be used no more.
    public var endsConnection: Bool {
        if case .server = self { return false }
        return true
    }

    /// One sentence for an operator, without secrets.
    public var description: String {
        switch self {
        case .invalidURL(let text), .unreachable(let text), .lost(let text), .timedOut(let text), .loginRefused(let text): return text
        case .server(_, let message): return "Redis answered: \(message)"
        }
    }
}

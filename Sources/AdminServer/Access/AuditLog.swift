import Logging
import Synchronization

/// Tells the log who changed what, and who was refused, and from where.
struct AuditLog: Sendable {
    /// Characters of a value that somebody sent.
    private static let longest = 200

    private let logger: Logger
    private let refusals = RefusalLimit()

    /// Writes to a log.
    init(_ logger: Logger) { self.logger = logger }

    /// A request that changes something was answered.
    func changed(_ request: AdminRequest, _ route: Route, _ answer: AdminResponse) {
        var metadata: Logger.Metadata = [:]
        for (name, value) in answer.change { metadata[name] = "\(value.prefix(Self.longest))" }
        let options = route.parameters.filter { $0.place == .query }.compactMap { parameter in
            request.query[parameter.name].map { "\(parameter.name)=\($0.prefix(Self.longest))" }
        }
        if !options.isEmpty { metadata["options"] = "\(options.joined(separator: " "))" }
        metadata["what"] = "\(route.method) /\(request.path.joined(separator: "/"))"
        metadata["who"] = "\(request.user ?? "anybody")"
        metadata["from"] = "\(request.remote)"
        metadata["status"] = "\(answer.status)"
        // Events come by the thousand: whoever wants to see each push asks for it.
        logger.log(level: route.scope == .ingest ? .debug : .notice, "change", metadata: metadata)
    }

    /// A request was refused for who sent it, or from where.
    func refused(_ request: AdminRequest, _ error: AdminError) {
        guard [401, 403, 421].contains(error.status), let left = refusals.take() else { return }
        logger.warning(
            "request refused: \(error.message)",
            metadata: [
                "what": "\(request.method) /\(request.path.joined(separator: "/").prefix(Self.longest))", "from": "\(request.remote)",
                "status": "\(error.status)", "refused": "\(left)",
            ])
    }
}

/// Lets one refusal a second into the log, however many there are.
private final class RefusalLimit: Sendable {
    private struct State {
        var last: ContinuousClock.Instant?
        var count = 0
    }

    private let state = Mutex(State())

    /// Counts a refusal; how many there were since the last that was told, or nil when this one is not told.
    func take() -> Int? {
        state.withLock { state in
            state.count += 1
            let now = ContinuousClock.now
            if let last = state.last, now - last < .seconds(1) { return nil }
            state.last = now
            defer { state.count = 0 }
            return state.count
        }
    }
}

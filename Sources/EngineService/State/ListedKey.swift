import EventEngine

/// One key in a list of partial matches.
public struct ListedKey {
    /// A step that threads await, and how many of them.
    public struct Step: Equatable {
        /// In the words of the pattern language.
        public let text: String
        /// Threads.
        public let threads: Int
    }

    /// The rule's id.
    public let rule: String
    /// The key as the store has it: a JSON array of its parts.
    public let key: String
    /// Attempts.
    public let attempts: Int
    /// Steps that are awaited, in order of attempt and preference, each once.
    public let awaited: [Step]
    /// When something of it ends or completes by itself, nanoseconds since 1970 UTC; nil: never, or not known.
    public let expires: Int64?
    /// Why its bytes cannot be read; nil: they can.
    public let problem: String?

    init(rule: String, key: String, state: Result<KeyInspection, UnreadableKey>) {
        self.rule = rule
        self.key = key
        switch state {
        case .failure(let problem):
            attempts = 0
            awaited = []
            expires = problem.firstDeadline
            self.problem = problem.reason
        case .success(let state):
            attempts = state.attempts.count
            awaited = Self.steps(state)
            expires = state.firstDeadline
            problem = nil
        }
    }

    private static func steps(_ state: KeyInspection) -> [Step] {
        var counts: [String: Int] = [:]
        var order: [String] = []
        for thread in state.attempts.lazy.flatMap(\.threads) {
            for text in thread.kind == .live ? thread.awaited.map(\.edge.text) : [thread.kind.rawValue] {
                if counts[text] == nil { order.append(text) }
                counts[text, default: 0] += 1
            }
        }
        return order.map { Step(text: $0, threads: counts[$0] ?? 0) }
    }

    /// Keys as a table for people: rule, key, attempts, what is awaited, when it expires.
    public static func text(_ keys: [ListedKey]) -> String {
        var table = TextTable(["RULE", "KEY", "ATTEMPTS", "EXPIRES", "AWAITS"], rightAligned: [2])
        for key in keys {
            let steps = key.awaited.map { $0.threads == 1 ? $0.text : "\($0.text) (\(ReplaySummary.grouped($0.threads)))" }
            let awaits = key.problem.map { "cannot be read: \($0)" } ?? (steps.isEmpty ? "-" : steps.joined(separator: "; "))
            table.add([
                key.rule, key.key, key.problem == nil ? ReplaySummary.grouped(key.attempts) : "?",
                key.expires.map(Timestamp.format) ?? (key.problem == nil ? "never" : "?"), awaits,
            ])
        }
        return table.text
    }

    /// One line of JSON: `rule key attempts awaits expires`, and `problem` where there is one.
    public func appendJSON(to buffer: inout ByteBuffer) {
        JSONWriter.append(to: &buffer) { json in
            json.field("rule", rule)
            json.field("key", raw: Array(key.utf8))
            json.field("attempts", attempts)
            json.list("awaits", awaited) { json, step in
                json.field("step", step.text)
                json.field("threads", step.threads)
            }
            json.field("expires", time: expires)
            if let problem { json.field("problem", problem) }
        }
        buffer.append("\n")
    }
}

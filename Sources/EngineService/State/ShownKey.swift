import EventEngine

/// One key in full: its attempts, what they have bound, what they wait for and until when.
public struct ShownKey {
    /// Of a thread with more bound events the last ones are shown.
    private static let boundLimit = 1000

    /// The rule's id.
    public let rule: String
    /// The key as the store has it: a JSON array of its parts.
    public let key: String
    /// The rule's layout; nil when the store has none.
    public let layout: RuleLayout?
    /// Event time reached, nanoseconds since 1970 UTC.
    public let clock: Int64?
    /// What the key holds, or why it cannot be read.
    public let state: Result<KeyInspection, UnreadableKey>

    /// Lines for people.
    public var text: String {
        var lines = ["rule     \(rule)" + (layout.map { $0.level.isEmpty ? "" : " (\($0.level))" } ?? "")]
        guard case .success(let state) = state else {
            lines.append("key      \(key)")
            if case .failure(let problem) = state {
                lines.append("problem  cannot be read: \(problem.reason)")
                if let deadline = problem.firstDeadline { lines.append("expires  \(Timestamp.format(deadline))") }
            }
            return Self.joined(lines)
        }
        lines.append("key      " + (state.key.isEmpty ? "none: the rule has no `by`" : keyParts(state).joined(separator: ", ")))
        if let clock { lines.append("clock    \(Timestamp.format(clock))") }
        lines.append("expires  " + Self.expiry(state))
        for (time, leading) in zip(state.leading, layout?.leading ?? []) {
            guard let time else { continue }
            lines.append("!\(leading.variable)  last at \(Timestamp.format(time)), remembered for \(Self.duration(leading.reach))")
        }
        if let lag = state.lag { lines.append("lag      " + Self.line(of: state.events[lag])) }
        for (index, attempt) in state.attempts.enumerated() {
            lines.append("")
            let end = attempt.deadline.map { ", looked at again at \(Timestamp.format($0))" } ?? ""
            lines.append("attempt \(index + 1), since \(Timestamp.format(attempt.startTime))\(end)")
            for (number, thread) in attempt.threads.enumerated() {
                if attempt.threads.count > 1 { lines.append("  thread \(number + 1) of \(attempt.threads.count)") }
                lines += threadLines(thread, state)
            }
        }
        return Self.joined(lines)
    }

    private func threadLines(_ thread: KeyInspection.Thread, _ state: KeyInspection) -> [String] {
        let (bound, leftOut) = state.bound(by: thread, limit: Self.boundLimit)
        let width = bound.map(\.variable.count).max() ?? 0
        var lines: [String] = []
        if leftOut > 0 { lines.append("    … \(ReplaySummary.grouped(leftOut)) events before these") }
        for binding in bound {
            let padding = String(repeating: " ", count: width - binding.variable.count)
            lines.append("    \(binding.variable)\(padding)  " + Self.line(of: state.events[binding.event]))
        }
        switch thread.kind {
        case .candidate:
            let end = thread.accepted.map { " at \(Timestamp.format($0))" } ?? ""
            lines.append("    has matched\(end), and leaves when nothing more preferred can match")
        case .timedOut: lines.append("    has run out of time, and is reported when its attempt ends")
        case .live: lines += thread.awaited.map { "    awaits " + Self.text(of: $0) }
        }
        return lines
    }

    private static func text(of awaited: KeyInspection.Awaited) -> String {
        var text = awaited.edge.text
        if let opens = awaited.opens { text += ", from \(Timestamp.format(opens))" }
        guard let expires = awaited.expires else { return text + ", for as long as it takes" }
        return text + (awaited.edge.variable == nil ? ", complete after " : ", until ") + Timestamp.format(expires)
    }

    private func keyParts(_ state: KeyInspection) -> [String] {
        zip(layout?.keyLabels ?? [], state.key).map { label, part in
            guard let part else { return "\(label) null" }
            var buffer = ByteBuffer()
            buffer.appendJSON(part)
            return "\(label) \(buffer.text)"
        }
    }

    private static func expiry(_ state: KeyInspection) -> String {
        guard let first = state.firstDeadline else { return "never" }
        guard let last = state.lastDeadline else { return "from \(Timestamp.format(first))" }
        return first == last ? Timestamp.format(first) : "from \(Timestamp.format(first)) to \(Timestamp.format(last))"
    }

    private static func line(of event: KeyInspection.Event) -> String {
        let stream = event.stream.map { "  \($0)" } ?? ""
        return "\(Timestamp.format(event.time))\(stream)  \(String(decoding: event.raw, as: UTF8.self))"
    }

    private static func duration(_ nanoseconds: Int64) -> String {
        var buffer = ByteBuffer()
        DurationFormat.append(nanoseconds, to: &buffer)
        return buffer.text
    }

    private static func joined(_ lines: [String]) -> String { lines.map { $0.withoutControls + "\n" }.joined() }

    /// One line of JSON: `rule level key clock expires ended attempts`, or `rule key problem`. Each attempt has `start`,
    /// `deadline` and `threads`; each thread `kind`, `bound` (`name time stream event`) and `awaits` (`step from until`).
    public func appendJSON(to buffer: inout ByteBuffer) {
        JSONWriter.append(to: &buffer) { json in
            json.field("rule", rule)
            json.field("level", layout?.level ?? "")
            json.field("key", raw: Array(key.utf8))
            json.field("clock", time: clock)
            switch state {
            case .failure(let problem):
                json.field("expires", time: problem.firstDeadline)
                json.field("problem", problem.reason)
            case .success(let state):
                json.field("expires", time: state.firstDeadline)
                json.field("ended", time: state.lastDeadline)
                if let lag = state.lag { json.object("lag") { append(state.events[lag], to: &$0) } }
                json.list("attempts", state.attempts) { append($1, of: state, to: &$0) }
            }
        }
        buffer.append("\n")
    }

    private func append(_ attempt: KeyInspection.Attempt, of state: KeyInspection, to json: inout JSONWriter) {
        json.field("start", time: attempt.startTime)
        json.field("deadline", time: attempt.deadline)
        json.list("threads", attempt.threads) { append($1, of: state, to: &$0) }
    }

    private func append(_ thread: KeyInspection.Thread, of state: KeyInspection, to json: inout JSONWriter) {
        let (bound, leftOut) = state.bound(by: thread, limit: Self.boundLimit)
        json.field("kind", thread.kind.rawValue)
        if leftOut > 0 { json.field("left_out", leftOut) }
        json.list("bound", bound) { json, binding in
            json.field("name", binding.variable)
            append(state.events[binding.event], to: &json)
        }
        json.list("awaits", thread.awaited) { json, awaited in
            json.field("step", awaited.edge.text)
            json.field("from", time: awaited.opens)
            json.field("until", time: awaited.expires)
        }
    }

    private func append(_ event: KeyInspection.Event, to json: inout JSONWriter) {
        json.field("time", time: event.time)
        json.field("stream", event.stream)
        json.field("event", raw: event.raw)
    }
}

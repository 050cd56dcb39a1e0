/// Reads the lines of a test's `given`.
///
///     0s          {user: bob}     an event, that long after the test's start
///     0s..40s/10s {user: bob}     five of them, both ends included
///     @stream dns                 the stream of the following lines
///     advance 5m                  the watermark moves on
///     # a comment
///
/// Events are put in order of time; `advance` comes after all events of the lines before it.
struct GivenReader {
    /// More events than this in one test are an error.
    static let maximumEvents = 100_000

    private var stream: String?
    private var steps: [RuleTest.Step] = []
    private var pending: [(offset: Int64, step: RuleTest.Step)] = []
    private var eventCount = 0
    private var hasOverflowed = false

    /// The steps in order.
    mutating func steps(_ text: DSLText, into sink: inout DiagnosticSink) -> [RuleTest.Step] {
        let bytes = Array(text.text.utf8)
        var start = 0
        while start < bytes.count, !hasOverflowed {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            read(Self.trimmed(bytes, start..<end), bytes, text, into: &sink)
            start = end + 1
        }
        flush()
        return steps
    }

    private mutating func read(_ line: Range<Int>, _ bytes: [UInt8], _ text: DSLText, into sink: inout DiagnosticSink) {
        guard !line.isEmpty, bytes[line.lowerBound] != UInt8(ascii: "#") else { return }
        let wordEnd = bytes[line].firstIndex { $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: "{") } ?? line.upperBound
        let word = text.part(line.lowerBound..<wordEnd)
        let rest = text.part(Self.trimmed(bytes, wordEnd..<line.upperBound))
        switch word.text {
        case "@stream":
            stream = rest.text
            if rest.text.isEmpty || rest.text.contains(" ") {
                sink.error(.invalidTestLine, "`@stream` needs one name", at: text.span(line), hint: "such as `@stream dns`")
            }
        case "advance":
            guard let duration = DurationText.parse(rest.text), duration >= 0 else {
                sink.error(.invalidTestLine, "`advance` needs a duration", at: text.span(line), hint: "such as `advance 5m`")
                return
            }
            flush()
            steps.append(.advance(duration, span: text.span(line)))
        default:
            readEvent(at: word, rest, line: text.span(line), into: &sink)
        }
    }

    private mutating func readEvent(at time: DSLText, _ mapping: DSLText, line: SourceSpan, into sink: inout DiagnosticSink) {
        guard let times = times(time, into: &sink) else { return }
        guard mapping.text.hasPrefix("{") else {
            sink.error(
                .invalidTestLine, "a time must be followed by the event", at: mapping.text.isEmpty ? line : mapping.span,
                hint: "such as `10s {user: bob, outcome: failure}`")
            return
        }
        var inner = DiagnosticSink()
        let documents = YAMLReader.documents(of: mapping, into: &inner)
        for diagnostic in inner.diagnostics {
            sink.error(.invalidTestLine, "the event cannot be read: " + diagnostic.message, at: diagnostic.span, hint: diagnostic.hint)
        }
        guard !inner.hasErrors, let event = documents.first, case .mapping = event.kind else { return }
        let json = JSONText.value(event)
        for index in 0...((times.end - times.start) / times.step) {
            let offset = times.start + index * times.step
            pending.append((offset, .event(offset: offset, stream: stream, json: json, span: line)))
        }
    }

    /// `10s` or `0s..40s/10s`.
    private mutating func times(_ text: DSLText, into sink: inout DiagnosticSink) -> (start: Int64, end: Int64, step: Int64)? {
        if let time = DurationText.parse(text.text), time >= 0 {
            eventCount += 1
            return (time, time, 1)
        }
        guard let parts = Self.range(text.text), let start = DurationText.parse(parts.start), let end = DurationText.parse(parts.end),
            let step = DurationText.parse(parts.step)
        else {
            sink.error(
                .invalidTestLine, "`\(text.text)` is no time", at: text.span,
                hint: "a line is `10s {…}`, `0s..40s/10s {…}`, `@stream NAME` or `advance 5m`")
            return nil
        }
        guard step > 0, start >= 0, end >= start else {
            sink.error(.invalidTestLine, "`\(text.text)` must run forward in steps greater than 0", at: text.span)
            return nil
        }
        let count = (end - start) / step
        guard count < Int64(Self.maximumEvents - eventCount) else {
            hasOverflowed = true
            sink.error(.invalidTestLine, "a test has at most \(Self.maximumEvents) events", at: text.span)
            return nil
        }
        eventCount += Int(count) + 1
        return (start, end, step)
    }

    private static func range(_ text: String) -> (start: String, end: String, step: String)? {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2 else { return nil }
        let bytes = Array(halves[0].utf8)
        guard let dots = bytes.indices.dropLast().first(where: { bytes[$0] == UInt8(ascii: ".") && bytes[$0 + 1] == UInt8(ascii: ".") })
        else { return nil }
        return (
            String(decoding: bytes[..<dots], as: UTF8.self), String(decoding: bytes[(dots + 2)...], as: UTF8.self), String(halves[1])
        )
    }

    private mutating func flush() {
        let ordered = pending.enumerated().sorted { ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset) }
        steps += ordered.map(\.element.step)
        pending = []
    }

    private static func trimmed(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, [0x20, 0x09, 0x0D].contains(bytes[start]) { start += 1 }
        while end > start, [0x20, 0x09, 0x0D].contains(bytes[end - 1]) { end -= 1 }
        return start..<end
    }
}

import EventEngine
import RuleLanguage

/// Turns what a trace says into the words and events of a report.
struct WhyNaming {
    /// Most bound events of a thread that are shown.
    static let boundLimit = 12

    private let layout: RuleLayout
    private let streams: [String]
    /// Streams that each of the rule's events reads; empty: all.
    private let streamsOfNames: [[String]]
    private let files: [String]
    /// Names of the rule's events, by index.
    let names: [String]

    /// `files` are the sources of the events, by index.
    init(_ program: EngineProgram, rule: Int, files: [String]) {
        layout = RuleLayout(program.rules[rule])
        streams = program.schema.streams
        streamsOfNames = program.rules[rule].variables.map { variable in
            (variable.streams ?? []).sorted().map { program.schema.streams[Int($0)] }
        }
        names = program.rules[rule].variables.map(\.name)
        self.files = files
    }

    func event(_ event: TracedEvent) -> WhyEvent {
        let source = Int(event.source)
        let stream = Int(event.stream)
        return WhyEvent(
            time: event.time, stream: streams.indices.contains(stream) ? streams[stream] : nil,
            file: files.indices.contains(source) ? files[source] : nil, offset: event.offset, line: nil,
            raw: String(decoding: event.raw, as: UTF8.self), isClipped: event.isClipped,
            source: files.indices.contains(source) ? source : -1)
    }

    func binding(_ variable: Int, _ event: WhyEvent) -> WhyBinding { WhyBinding(name: names[variable], event: event) }

    /// Streams that an event of that index reads; empty: all.
    func streams(of variable: Int) -> [String] { streamsOfNames[variable] }

    /// The step, in the words of the pattern language.
    func step(_ awaited: TracedAwait, from state: Int) -> String { layout.states[state].edges[awaited.edge].text }

    /// What a held thread was; `closing` is an event that it took behind what it holds.
    func thread(_ held: HeldThread, _ trace: RuleTrace, closing: WhyBinding?) -> WhyThread {
        let (bound, leftOut) = trace.bound(by: held, limit: Self.boundLimit)
        let awaits = held.awaits.map {
            WhyAwait(step: step($0, from: held.step), opens: $0.opens, opensBehind: $0.opensBehind, expires: $0.expires)
        }
        return WhyThread(
            bound: bound.map { binding($0.variable, event($0.event)) } + (closing.map { [$0] } ?? []), leftOut: leftOut,
            awaits: closing == nil ? awaits : [], remaining: closing == nil ? held.remaining : 0)
    }

    /// Why a complete pattern is no match.
    func end(_ refusal: Refusal) -> WhyEnd {
        switch refusal {
        case .having(let results): return .having(results.map { WhyCondition($0) })
        case .leading(let variable, let time): return .leading(name: names[variable], time: time)
        }
    }

    /// `within`, `gap` or `the group's within`.
    func limit(_ limit: TracedAwait.Limit) -> String {
        switch limit {
        case .within: "within"
        case .gap: "the gap"
        case .group: "within of the group"
        case .absence, .none: "the absence"
        }
    }

    /// The parts of a key as its canonical text has them (`KeyEncoder`).
    static func parts(of key: [UInt8]) -> [String?] {
        var parts: [String?] = []
        var position = 0
        while position < key.count {
            position += 1
            guard key[position - 1] != 0, position + 4 <= key.count else {
                parts.append(nil)
                continue
            }
            let length = (0..<4).reduce(0) { $0 | Int(key[position + $1]) << ($1 * 8) }
            position += 4
            parts.append(String(decoding: key[position..<min(position + length, key.count)], as: UTF8.self))
            position += length
        }
        return parts
    }

    /// The canonical text of a key of these parts.
    static func key(_ parts: [String?]) -> [UInt8] {
        var key: [UInt8] = []
        for part in parts {
            guard let part else {
                key.append(0)
                continue
            }
            key.append(1)
            let count = part.utf8.count
            for shift in 0..<4 { key.append(UInt8(truncatingIfNeeded: count >> (shift * 8))) }
            key += part.utf8
        }
        return key
    }
}

import EventEngine
import PatternCompiler
import ReferenceMatcher
import RuleLanguage

/// Runs the engine on what the reference matcher reads.
enum EngineSubject {
    /// The rule's pattern is too large.
    struct Refused: Error {}

    /// The engine's matches; `between` sees the engine after every event and may replace it, `after` sees it at the end.
    static func run(
        _ rule: Rule, _ events: [ReferenceEvent], _ end: ReferenceMatcher.End,
        between: (Engine, EngineProgram) throws -> Engine = { engine, _ in engine }, after: (RuleStatistics) -> Void = { _ in }
    ) throws -> [ReferenceMatch] {
        guard let program = RuleSetCompiler.compile([rule]).program else { throw Refused() }
        var engine = Engine(program)
        var matches: [Match] = []
        for event in events {
            EventMemory(event, program).withView { engine.process($0) }
            matches += engine.takeMatches()
            engine = try between(engine, program)
        }
        switch end {
        case .flush: engine.finish()
        case .watermark(let time): engine.advance(to: time)
        }
        matches += engine.takeMatches()
        after(engine.statistics[0])
        return matches.map { reference($0, program) }
    }

    /// An event as the engine reads it, and the memory that it points into.
    final class EventMemory {
        private var memory: [UnsafeMutableRawBufferPointer] = []
        private let header: UnsafeMutablePointer<EventHeader>
        private var slots: UnsafeMutablePointer<Value>

        init(_ event: ReferenceEvent, _ program: EngineProgram) {
            let count = program.schema.fields.count
            header = .allocate(capacity: 1)
            slots = .allocate(capacity: count + 1)
            for (slot, field) in program.schema.fields.enumerated() {
                let value: Value
                switch event.fields[field.text] ?? .null {
                case .null: value = .null
                case .bool(let truth): value = .bool(truth)
                case .int(let number): value = .int(number)
                case .double(let number): value = .double(number)
                case .string(let text): value = .string(keep(text))
                }
                (slots + slot).initialize(to: value)
            }
            header.initialize(
                to: EventHeader(
                    time: event.time, ingested: event.time, offset: UInt64(event.position), raw: keep(String(event.position)),
                    stream: program.schema.streamIndex(named: event.stream), source: 0))
        }

        deinit {
            for block in memory { block.deallocate() }
            header.deallocate()
            slots.deallocate()
        }

        func withView(_ body: (EventView) -> Void) { body(EventView(header: UnsafePointer(header), slots: UnsafePointer(slots))) }

        private func keep(_ text: String) -> UnsafeRawBufferPointer {
            let bytes = Array(text.utf8)
            let block = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 8)
            block.copyBytes(from: bytes)
            memory.append(block)
            return UnsafeRawBufferPointer(rebasing: block[0..<bytes.count])
        }
    }

    static func reference(_ match: Match, _ program: EngineProgram) -> ReferenceMatch {
        let key: [String?] = match.key.map { part in
            switch part.value {
            case .null: return nil
            case .string(let text): return text
            default:
                var buffer = ByteBuffer()
                part.value.encode(to: &buffer)
                return buffer.text
            }
        }
        let events = match.events.map { bound in
            ReferenceMatch.Bound(
                name: program.rules[match.rule].variables[bound.variable].name,
                position: Int(String(decoding: bound.raw, as: UTF8.self)) ?? -1)
        }
        return ReferenceMatch(
            kind: match.kind == .timeout ? .timeout : .match, key: key, events: events, start: match.start, end: match.end)
    }
}

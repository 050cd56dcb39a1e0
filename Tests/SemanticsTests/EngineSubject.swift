import EventEngine
import PatternCompiler
import ReferenceMatcher
import RuleLanguage

/// Runs the engine on what the reference matcher reads.
enum EngineSubject {
    /// The rule's pattern is too large.
    struct Refused: Error {}

    /// The engine's matches; `between` sees the engine after every event and may replace it.
    static func run(
        _ rule: Rule, _ events: [ReferenceEvent], _ end: ReferenceMatcher.End,
        between: (Engine, EngineProgram) throws -> Engine = { engine, _ in engine }
    ) throws -> [ReferenceMatch] {
        guard let program = RuleSetCompiler.compile([rule]).program else { throw Refused() }
        var engine = Engine(program)
        var matches: [Match] = []
        for event in events {
            process(event, engine, program)
            matches += engine.takeMatches()
            engine = try between(engine, program)
        }
        switch end {
        case .flush: engine.finish()
        case .watermark(let time): engine.advance(to: time)
        }
        matches += engine.takeMatches()
        return matches.map { reference($0, program) }
    }

    private static func process(_ event: ReferenceEvent, _ engine: Engine, _ program: EngineProgram) {
        var memory: [UnsafeMutableRawBufferPointer] = []
        defer { for block in memory { block.deallocate() } }
        func keep(_ text: String) -> UnsafeRawBufferPointer {
            let bytes = Array(text.utf8)
            let block = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 8)
            block.copyBytes(from: bytes)
            memory.append(block)
            return UnsafeRawBufferPointer(rebasing: block[0..<bytes.count])
        }
        let slots: [Value] = program.schema.fields.map { field in
            switch event.fields[field.text] ?? .null {
            case .null: return .null
            case .bool(let value): return .bool(value)
            case .int(let value): return .int(value)
            case .double(let value): return .double(value)
            case .string(let text): return .string(keep(text))
            }
        }
        let header = EventHeader(
            time: event.time, ingested: event.time, offset: UInt64(event.position), raw: keep(String(event.position)),
            stream: program.schema.streamIndex(named: event.stream), source: 0)
        withUnsafePointer(to: header) { header in
            (slots + [.null]).withUnsafeBufferPointer { engine.process(EventView(header: header, slots: $0.baseAddress!)) }
        }
    }

    private static func reference(_ match: Match, _ program: EngineProgram) -> ReferenceMatch {
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

import EventEngine
import PatternCompiler
import RuleLanguage

/// Rules and a stream whose partial matches, half-way through, show every part of a snapshot: keys of two parts, one of them
/// null, lag, leading negations, counters, groups, candidates, absences, lists and texts that lie in the raw event.
enum SnapshotSample {
    static let rules = """
        rule: sample.sequence
        from: auth
        by: [user, ?host]
        events:
          fail: outcome == "failure"
          ok: outcome == "success" and ip == fail.ip
        pattern: fail -> ok
        within: 10m
        skip: none
        select: { ip: fail.ip, tags: fail.tags, host: ok.host }
        ---
        rule: sample.lag
        from: meter
        by: device
        events:
          up: value > lag(value)
        pattern: up{3}
        within: 10m
        skip: none
        select: { top: up.value }
        ---
        rule: sample.leading
        by: user
        events:
          bad: outcome == "failure"
          ok: outcome == "success"
          sent: outcome == "sent"
        pattern: "!bad for 20s -> ok -> sent"
        within: 5m
        ---
        rule: sample.counts
        from: auth
        by: user
        events:
          fail: outcome == "failure"
          ok: outcome == "success"
          sent: outcome == "sent"
        pattern: (fail{2,} -> ok within 3m) -> sent{2,}
        within: 8m
        emit: final
        timeout: emit
        ---
        rule: sample.absence
        from: [auth, meter]
        events:
          ok: outcome == "success"
          up: value > 50
        pattern: ok ->[<= 2m] up{1,2} -> !ok for 45s
        within: 10m
        skip: to_next
        ---
        rule: sample.choice
        from: auth
        by: user
        events:
          a: outcome == "failure"
          b: outcome == "success"
          c: outcome == "sent"
        pattern: 2 of (a, b, c) ->> c
        within: 4m
        emit: all
        skip: none
        limit: { attempts: 8 }
        """

    /// A field's value.
    enum FieldValue {
        case int(Int64)
        case text(String)
        case list([FieldValue])

        var json: String {
            switch self {
            case .int(let number): return String(number)
            case .text(let text): return "\"\(text)\""
            case .list(let elements): return "[" + elements.map(\.json).joined(separator: ",") + "]"
            }
        }
    }

    struct SampleEvent {
        var time: Int64
        var offset: UInt64
        var stream: String
        var fields: [(name: String, value: FieldValue)]

        var raw: String { "{" + fields.map { "\"\($0.name)\":\($0.value.json)" }.joined(separator: ",") + "}" }
    }

    static let start: Int64 = 1_767_225_600_000_000_000
    /// So many events are before the snapshot.
    static let half = 60

    /// 120 events, five to ten seconds apart.
    static var events: [SampleEvent] {
        var state: UInt64 = 42
        func random(_ bound: UInt64) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % bound)
        }
        var time = start
        return (0..<120).map { index in
            time += Int64(5 + random(6)) * 1_000_000_000
            var event = SampleEvent(time: time, offset: UInt64(index) * 100, stream: "auth", fields: [])
            if random(4) == 0 {
                event.stream = "meter"
                event.fields = [("device", .int(Int64(random(2)))), ("value", .int(Int64(random(100))))]
                return event
            }
            event.fields = [
                ("user", .text(["bob", "ann", "zoë"][random(3)])), ("outcome", .text(["failure", "success", "sent"][random(3)])),
                ("ip", .text("10.0.0.\(random(2))")), ("tags", .list([.text("t\(index)"), .int(Int64(index))])),
            ]
            if random(3) > 0 { event.fields.append(("host", .text("h\(random(2))"))) }
            return event
        }
    }

    /// The rules, compiled.
    static func program() -> EngineProgram? {
        RuleSetCompiler.compile(RuleLoader.load(text: rules, path: "sample.yaml").rules).program
    }

    /// Shows an event to an engine.
    static func process(_ event: SampleEvent, by engine: Engine) {
        let raw = Array(event.raw.utf8)
        raw.withUnsafeBytes { raw in
            var header = EventHeader(
                time: event.time, ingested: event.time, offset: event.offset, raw: raw,
                stream: engine.program.schema.streamIndex(named: event.stream), source: 0)
            var lists: [UnsafeMutableBufferPointer<Value>] = []
            defer { for list in lists { list.deallocate() } }
            var slots = engine.program.schema.fields.map { field in
                event.fields.first { $0.name == field.text }.map { value($0.value, in: raw, &lists) } ?? Value.null
            }
            slots.append(.null)
            slots.withUnsafeBufferPointer { engine.process(EventView(header: &header, slots: $0.baseAddress!)) }
        }
    }

    /// Texts point into the raw event, as those of decoders do.
    private static func value(
        _ value: FieldValue, in raw: UnsafeRawBufferPointer, _ lists: inout [UnsafeMutableBufferPointer<Value>]
    ) -> Value {
        switch value {
        case .int(let number): return .int(number)
        case .text(let text):
            let bytes = Array(text.utf8)
            let place = (0...(raw.count - bytes.count)).first { raw[$0..<($0 + bytes.count)].elementsEqual(bytes) } ?? 0
            return .string(UnsafeRawBufferPointer(rebasing: raw[place..<(place + bytes.count)]))
        case .list(let elements):
            let list = UnsafeMutableBufferPointer<Value>.allocate(capacity: elements.count)
            for (index, element) in elements.enumerated() { list.initializeElement(at: index, to: self.value(element, in: raw, &lists)) }
            lists.append(list)
            return Value(payload: UInt64(UInt(bitPattern: list.baseAddress)), length: UInt32(list.count), tag: .list)
        }
    }

    /// A match as text: rule, kind, key, ids of its events, its times and measures.
    static func text(of match: Match, _ program: EngineProgram) -> String {
        let rule = program.rules[match.rule]
        let events = match.events.map { "\(rule.variables[$0.variable].name)=\(String(decoding: $0.raw, as: UTF8.self))" }
        let seconds = [match.start, match.end].map { ($0 - start) / 1_000_000_000 }
        return "\(rule.id) \(match.kind) \(match.id) \(match.key) \(events) \(seconds) \(match.select)"
    }
}

/// Turns matches into events of stream `matches`: fields `rule`, `level`, `key` and `select`, time = the event time at
/// which the match was decided, so that the stream is in order.
final class Composer {
    /// The stream's name.
    static let streamName = "matches"

    private enum Field {
        case rule
        case level
        case key(String)
        case select(String)
        case wholeKey
        case wholeSelect
    }

    private let stream: Int32
    private let fields: [(slot: Int, field: Field)]
    private let slotCount: Int

    /// Nil when no rule reads the stream.
    init?(_ program: EngineProgram) {
        stream = program.schema.streamIndex(named: Self.streamName)
        guard stream >= 0 else { return nil }
        slotCount = program.schema.fields.count
        fields = program.schema.fields.enumerated().compactMap { slot, field in
            let keys = field.segments.compactMap { segment -> String? in
                if case .key(let key) = segment { return key }
                return nil
            }
            guard keys.count == field.segments.count, let head = keys.first else { return nil }
            let rest = keys.dropFirst().joined(separator: ".")
            switch head {
            case "rule": return rest.isEmpty ? (slot, .rule) : nil
            case "level": return rest.isEmpty ? (slot, .level) : nil
            case "key": return (slot, rest.isEmpty ? .wholeKey : .key(rest))
            case "select": return (slot, rest.isEmpty ? .wholeSelect : .select(rest))
            default: return nil
            }
        }
    }

    /// Shows `body` the event that a match is; valid during the call.
    func compose(_ match: Match, time: Int64, program: EngineProgram, _ body: (EventView) -> Void) {
        let rule = program.rules[match.rule]
        var scratch: [UnsafeMutableRawPointer] = []
        defer { for block in scratch { block.deallocate() } }
        let slots = UnsafeMutablePointer<Value>.allocate(capacity: max(1, slotCount))
        slots.initialize(repeating: .null, count: max(1, slotCount))
        scratch.append(UnsafeMutableRawPointer(slots))
        func object(_ pairs: [(String, OwnedValue)]) -> [UInt8] {
            var json = ByteBuffer()
            json.append("{")
            for (index, pair) in pairs.enumerated() {
                if index > 0 { json.append(",") }
                OwnedValue.string(pair.0).encode(to: &json)
                json.append(":")
                pair.1.encode(to: &json)
            }
            json.append("}")
            return Array(json.bytes)
        }
        let key = object(match.key.map { ($0.label, $0.value) })
        let select = object(match.select.map { ($0.name, $0.value) })
        let raw = object([
            ("rule", .string(rule.id)), ("level", .string(rule.level)), ("key", .object(key)), ("select", .object(select)),
        ])
        for (slot, field) in fields {
            let value: OwnedValue
            switch field {
            case .rule: value = .string(rule.id)
            case .level: value = .string(rule.level)
            case .wholeKey: value = .object(key)
            case .wholeSelect: value = .object(select)
            case .key(let label): value = match.key.first { $0.label == label }?.value ?? .null
            case .select(let name): value = match.select.first { $0.name == name }?.value ?? .null
            }
            slots[slot] = place(value, &scratch)
        }
        let bytes = copy(raw, &scratch)
        let header = EventHeader(time: time, ingested: time, offset: match.id.low, raw: bytes, stream: stream, source: -1)
        withUnsafePointer(to: header) { body(EventView(header: $0, slots: slots)) }
    }

    private func copy(_ bytes: [UInt8], _ scratch: inout [UnsafeMutableRawPointer]) -> UnsafeRawBufferPointer {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 16)
        block.copyBytes(from: bytes)
        scratch.append(block.baseAddress!)
        return UnsafeRawBufferPointer(rebasing: block[0..<bytes.count])
    }

    private func place(_ value: OwnedValue, _ scratch: inout [UnsafeMutableRawPointer]) -> Value {
        switch value {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(value)
        case .double(let value): return .double(value)
        case .time(let value): return .time(value)
        case .duration(let value): return .duration(value)
        case .string(let text): return .string(copy(Array(text.utf8), &scratch))
        case .object(let json):
            let bytes = copy(json, &scratch)
            return Value(payload: UInt64(UInt(bitPattern: bytes.baseAddress)), length: UInt32(bytes.count), tag: .object)
        case .list(let values):
            let block = UnsafeMutablePointer<Value>.allocate(capacity: max(1, values.count))
            scratch.append(UnsafeMutableRawPointer(block))
            for (index, element) in values.enumerated() { (block + index).initialize(to: place(element, &scratch)) }
            return Value(payload: UInt64(UInt(bitPattern: block)), length: UInt32(values.count), tag: .list)
        }
    }
}

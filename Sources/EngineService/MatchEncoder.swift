import EventEngine

/// Matches as JSON, one on each line.
public struct MatchEncoder {
    private let program: EngineProgram

    /// Encodes matches of engines that run this program.
    public init(_ program: EngineProgram) {
        self.program = program
    }

    /// Appends a match and a newline: `match_id rule level kind key start end events select suppressed`. `kind` is left
    /// out for a match, `suppressed` where it is 0; events stand as they were read.
    public func append(_ match: Match, to buffer: inout ByteBuffer) {
        let rule = program.rules[match.rule]
        buffer.append("{\"match_id\":\"")
        match.id.appendHexadecimal(to: &buffer)
        buffer.append("\",\"rule\":")
        Self.append(rule.id, to: &buffer)
        buffer.append(",\"level\":")
        Self.append(rule.level, to: &buffer)
        if match.kind != .match {
            buffer.append(",\"kind\":")
            Self.append(match.kind.rawValue, to: &buffer)
        }
        buffer.append(",\"key\":")
        Self.append(match.key.lazy.map { ($0.label, $0.value) }, to: &buffer)
        buffer.append(",\"start\":")
        ValueEncoder.append(.time(match.start), to: &buffer)
        buffer.append(",\"end\":")
        ValueEncoder.append(.time(match.end), to: &buffer)
        buffer.append(",\"events\":[")
        for (index, event) in match.events.enumerated() {
            if index > 0 { buffer.append(",") }
            buffer.append("{\"name\":")
            Self.append(rule.variables[event.variable].name, to: &buffer)
            buffer.append(",\"event\":")
            event.raw.withUnsafeBytes { buffer.append($0) }
            buffer.append("}")
        }
        buffer.append("],\"select\":")
        Self.append(match.select.lazy.map { ($0.name, $0.value) }, to: &buffer)
        if match.suppressed > 0 {
            buffer.append(",\"suppressed\":")
            buffer.appendDecimal(Int64(match.suppressed))
        }
        buffer.append("}\n")
    }

    private static func append(_ pairs: some Sequence<(String, OwnedValue)>, to buffer: inout ByteBuffer) {
        buffer.append("{")
        var isFirst = true
        for (name, value) in pairs {
            if !isFirst { buffer.append(",") }
            isFirst = false
            append(name, to: &buffer)
            buffer.append(":")
            value.encode(to: &buffer)
        }
        buffer.append("}")
    }

    private static func append(_ text: String, to buffer: inout ByteBuffer) {
        var text = text
        text.withUTF8 { ValueEncoder.append(text: UnsafeRawBufferPointer($0), to: &buffer) }
    }
}

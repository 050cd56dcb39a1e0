/// Values as JSON.
public enum ValueEncoder {
    /// Appends a value as JSON: times as RFC 3339 texts, durations as texts such as `1m30s`, doubles that are integers
    /// as integers, objects as they were read.
    public static func append(_ value: Value, to buffer: inout ByteBuffer) {
        switch value.tag {
        case .null: buffer.append("null")
        case .bool: value.isTrue ? buffer.append("true") : buffer.append("false")
        case .int: buffer.appendDecimal(value.integer)
        case .double: NumberText.append(value.floatingPoint, to: &buffer)
        case .string: append(text: value.bytes, to: &buffer)
        case .object: buffer.append(value.bytes)
        case .time:
            buffer.append(UInt8(ascii: "\""))
            buffer.append(text: Timestamp.format(value.integer))
            buffer.append(UInt8(ascii: "\""))
        case .duration:
            buffer.append(UInt8(ascii: "\""))
            DurationFormat.append(value.integer, to: &buffer)
            buffer.append(UInt8(ascii: "\""))
        case .list:
            buffer.append(UInt8(ascii: "["))
            var isFirst = true
            for element in value.elements {
                if !isFirst { buffer.append(UInt8(ascii: ",")) }
                isFirst = false
                append(element, to: &buffer)
            }
            buffer.append(UInt8(ascii: "]"))
        }
    }

    /// Appends a text of valid UTF-8 as a JSON string, quotes included; only what JSON demands is escaped.
    public static func append(text: UnsafeRawBufferPointer, to buffer: inout ByteBuffer) {
        buffer.append(UInt8(ascii: "\""))
        var start = 0
        for position in 0..<text.count {
            let byte = text[position]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            buffer.append(UnsafeRawBufferPointer(rebasing: text[start..<position]))
            appendEscape(byte, to: &buffer)
            start = position + 1
        }
        buffer.append(UnsafeRawBufferPointer(rebasing: text[start..<text.count]))
        buffer.append(UInt8(ascii: "\""))
    }

    private static func appendEscape(_ byte: UInt8, to buffer: inout ByteBuffer) {
        switch byte {
        case UInt8(ascii: "\""): buffer.append("\\\"")
        case UInt8(ascii: "\\"): buffer.append("\\\\")
        case 0x0A: buffer.append("\\n")
        case 0x0D: buffer.append("\\r")
        case 0x09: buffer.append("\\t")
        default:
            let digit = byte & 15
            buffer.append("\\u00")
            buffer.append(byte < 16 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
            buffer.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}

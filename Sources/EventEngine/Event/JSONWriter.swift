/// Writes one JSON object. Commas and quotes are its business; texts are escaped.
public struct JSONWriter: ~Copyable {
    private var buffer = ByteBuffer()
    private var needsComma = false

    private init() {}

    /// The bytes of an object whose fields `build` writes, and a newline.
    public static func bytes(_ build: (inout JSONWriter) -> Void) -> [UInt8] {
        var buffer = ByteBuffer(capacity: 1024)
        append(to: &buffer, build)
        buffer.append("\n")
        return Array(buffer.bytes)
    }

    /// Appends an object whose fields `build` writes.
    public static func append(to buffer: inout ByteBuffer, _ build: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        swap(&writer.buffer, &buffer)
        writer.object(build)
        swap(&writer.buffer, &buffer)
    }

    /// A text; nil as null.
    public mutating func field(_ name: String, _ text: String?) {
        start(name)
        if let text { append(text) } else { buffer.append("null") }
    }

    /// A whole number; nil as null.
    public mutating func field(_ name: String, _ number: Int?) {
        start(name)
        if let number { buffer.appendDecimal(Int64(number)) } else { buffer.append("null") }
    }

    /// A number with at most one decimal, which a place in a picture has.
    public mutating func field(_ name: String, _ number: Double) {
        start(name)
        let tenths = Int64((number * 10).rounded())
        if tenths < 0 { buffer.append("-") }
        buffer.appendDecimal(Int64(tenths.magnitude / 10))
        if tenths % 10 != 0 {
            buffer.append(".")
            buffer.appendDecimal(Int64(tenths.magnitude % 10))
        }
    }

    /// A number that counts up from 0.
    public mutating func field(_ name: String, _ number: UInt64) { field(name, Int(clamping: number)) }

    /// True or false.
    public mutating func field(_ name: String, _ flag: Bool) {
        start(name)
        flag ? buffer.append("true") : buffer.append("false")
    }

    /// A time, nanoseconds since 1970 UTC, as RFC 3339; nil as null.
    public mutating func field(_ name: String, time: Int64?) {
        start(name)
        if let time { ValueEncoder.append(.time(time), to: &buffer) } else { buffer.append("null") }
    }

    /// JSON as it is.
    public mutating func field(_ name: String, json: [UInt8]) {
        start(name)
        json.withUnsafeBytes { buffer.append($0) }
    }

    /// What appends one JSON value itself.
    public mutating func field(_ name: String, appending append: (inout ByteBuffer) -> Void) {
        start(name)
        append(&buffer)
    }

    /// An object.
    public mutating func object(_ name: String, _ build: (inout JSONWriter) -> Void) {
        start(name)
        object(build)
    }

    /// A list of objects.
    public mutating func list<Elements: Sequence>(
        _ name: String, _ elements: Elements, _ build: (inout JSONWriter, Elements.Element) -> Void
    ) {
        values(name, elements) { json, element in json.object { json in build(&json, element) } }
    }

    /// A list of texts.
    public mutating func list(_ name: String, texts: [String]) { values(name, texts) { json, text in json.append(text) } }

    /// A list of what appends one JSON value itself.
    public mutating func list<Elements: Sequence>(
        _ name: String, _ elements: Elements, appending append: (Elements.Element, inout ByteBuffer) -> Void
    ) { values(name, elements) { json, element in append(element, &json.buffer) } }

    private mutating func values<Elements: Sequence>(
        _ name: String, _ elements: Elements, _ write: (inout JSONWriter, Elements.Element) -> Void
    ) {
        start(name)
        buffer.append("[")
        var isFirst = true
        for element in elements {
            if !isFirst { buffer.append(",") }
            isFirst = false
            write(&self, element)
        }
        buffer.append("]")
        needsComma = true
    }

    private mutating func object(_ build: (inout JSONWriter) -> Void) {
        buffer.append("{")
        needsComma = false
        build(&self)
        buffer.append("}")
        needsComma = true
    }

    private mutating func start(_ name: String) {
        if needsComma { buffer.append(",") }
        needsComma = true
        append(name)
        buffer.append(":")
    }

    private mutating func append(_ text: String) { buffer.appendJSON(text) }
}

extension ByteBuffer {
    /// Appends a JSON string.
    public mutating func appendJSON(_ text: String) {
        var text = text
        text.withUTF8 { ValueEncoder.append(text: UnsafeRawBufferPointer($0), to: &self) }
    }
}

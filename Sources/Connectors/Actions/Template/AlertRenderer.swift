import EventEngine

/// Fills templates with the parts of alerts. For one thread.
package final class AlertRenderer {
    private let templates: [Template]
    private var slots: [TemplatePath: Int] = [:]
    private let decoder: EventTextDecoder?
    /// What stands for a byte of a value in a text of any lines.
    private let escape: ((UInt8, (UInt8) -> Void) -> Void)?

    /// Fills these templates.
    ///
    /// - Parameter escape: gives the bytes that stand for one byte of a value in a text of form `plain`.
    package init(_ templates: [Template], escape: ((UInt8, (UInt8) -> Void) -> Void)? = nil) {
        self.templates = templates
        self.escape = escape
        var schema = EventSchema()
        let stream = schema.stream(named: "alerts")
        for path in templates.flatMap(\.paths) {
            if let field = path.field { slots[path] = schema.slot(for: field) }
        }
        precondition(stream == 0)
        decoder = slots.isEmpty ? nil : EventTextDecoder(schema: schema)
    }

    /// The texts of an alert, in the order of the templates. An alert that is no JSON is refused.
    package func texts(_ alert: Alert) throws(DeliveryError) -> [[UInt8]] {
        var texts: [[UInt8]] = []
        guard let decoder else { return templates.map { text($0, alert, nil) } }
        let problem = decoder.decode(String(decoding: alert.json, as: UTF8.self), time: 0, stream: 0, offset: 0) { event in
            texts = templates.map { text($0, alert, event.slots) }
        }
        if let problem { throw DeliveryError("the alert cannot be read: \(problem)", kind: .refused) }
        return texts
    }

    private func text(_ template: Template, _ alert: Alert, _ values: UnsafePointer<Value>?) -> [UInt8] {
        var result: [UInt8] = []
        var buffer = EventEngine.ByteBuffer(capacity: 256)
        for part in template.parts {
            switch part {
            case .text(let bytes): result += bytes
            case .value(let path, let place):
                buffer.removeAll()
                guard let slot = slots[path], let values else {
                    append(alert.json, isJSON: true, as: place, to: &result)
                    continue
                }
                let value = values[slot]
                if value.isNull {
                    if let standard = path.standard { buffer.append(standard) }
                    let isMissing = path.standard == nil && place == .jsonValue
                    if isMissing { buffer.append("null") }
                    append(buffer.bytes, isJSON: isMissing || path.root == .suppressed, as: place, to: &result)
                } else if value.tag == .string {
                    append(value.bytes, isJSON: false, as: place, to: &result)
                } else {
                    ValueEncoder.append(value, to: &buffer)
                    append(buffer.bytes, isJSON: true, as: place, to: &result)
                }
            }
        }
        return result
    }

    /// Appends a value as its place needs it; `isJSON`: it is a whole value of JSON.
    private func append(_ value: some Collection<UInt8>, isJSON: Bool, as place: Template.Place, to result: inout [UInt8]) {
        switch place {
        case .text:
            guard let escape else {
                result += value
                return
            }
            for byte in value { escape(byte) { result.append($0) } }
        case .line: for byte in value { result.append(byte < 0x20 || byte == 0x7F ? 0x20 : byte) }
        case .jsonString: Self.appendEscaped(value, to: &result)
        case .jsonValue:
            if isJSON {
                result += value
            } else {
                result.append(UInt8(ascii: "\""))
                Self.appendEscaped(value, to: &result)
                result.append(UInt8(ascii: "\""))
            }
        }
    }

    private static func appendEscaped(_ text: some Collection<UInt8>, to result: inout [UInt8]) {
        for byte in text { JSONText.forEscaped(byte) { result.append($0) } }
    }
}

import EventEngine

/// Decodes single events that lie in memory and whose time is known. For one thread.
public final class EventTextDecoder {
    private let decoder: EventDecoder
    private let block: EventBlock

    /// Decodes the fields of `schema`.
    public init(schema: EventSchema) {
        decoder = EventDecoder(schema: schema, timeFields: [])
        block = EventBlock(capacity: 4096, rowCapacity: 1, slotCount: schema.fields.count)
    }

    /// Shows `body` the event of a JSON object on one line; what it is shown is valid during the call.
    ///
    /// - Parameters:
    ///   - time: event time, nanoseconds since 1970 UTC.
    ///   - stream: index of its stream in the schema.
    ///   - offset: its position in its source.
    /// - Returns: why the text is no event; nil when it is one.
    public func decode(_ json: String, time: Int64, stream: Int32, offset: UInt64, _ body: (EventView) -> Void) -> String? {
        block.clear()
        var json = json
        let length = json.withUTF8 { text in
            if text.count + 1 > block.capacity { block.grow(to: (text.count + 1) * 2) }
            if let start = text.baseAddress { block.bytes.update(from: start, count: text.count) }
            block.bytes[text.count] = UInt8(ascii: "\n")
            return text.count + 1
        }
        block.length = length
        var problem: String?
        _ = decoder.decode(block, length: length, baseOffset: offset, stream: stream, source: 0, time: .known(time)) { _, _, _, reason in
            problem = problem ?? reason
        }
        if let problem { return problem }
        guard block.count == 1 else { return "not one event" }
        body(block.event(at: 0))
        return nil
    }
}

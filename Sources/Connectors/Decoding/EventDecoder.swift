import CSIMDJSON
import EventEngine

/// Decodes blocks of NDJSON lines into events: the fields of a schema, and event time. For one thread.
final class EventDecoder {
    /// Names that event time is looked for under when the caller names none.
    static let defaultTimeFields = ["@timestamp", "timestamp", "ts", "time"]

    /// Lines that are read in one go: more than a block of ordinary size has.
    private static let lineCapacity = 8192

    let slotCount: Int
    private let decoder: OpaquePointer
    private let lines: UnsafeMutablePointer<fx_line>
    private let times: UnsafeMutablePointer<fx_value>

    /// `timeFields`: names or dotted paths; the first one that an event has and that is not null gives its time.
    init(schema: EventSchema, timeFields: [String]) {
        slotCount = schema.fields.count
        decoder = fx_decoder_create()
        lines = .allocate(capacity: Self.lineCapacity)
        times = .allocate(capacity: Self.lineCapacity)
        for field in schema.fields {
            Self.withSegments(field.segments) { fx_decoder_add_slot(decoder, $0.baseAddress, $0.count) }
        }
        for name in timeFields.isEmpty ? Self.defaultTimeFields : timeFields {
            let segments = name.split(separator: ".", omittingEmptySubsequences: false).map { EventSchema.Field.Segment.key(String($0)) }
            Self.withSegments(segments) { fx_decoder_add_time(decoder, $0.baseAddress, $0.count) }
        }
        fx_decoder_seal(decoder)
    }

    deinit {
        fx_decoder_free(decoder)
        lines.deallocate()
        times.deallocate()
    }

    /// What one call of `decode` did.
    struct Progress {
        /// Bytes of the block that were read; the rest waits for another block, as this one's rows are full.
        var consumed: Int
        /// Newlines in them.
        var newlines: Int
    }

    /// Where event time comes from.
    enum TimeOrigin {
        /// The first time field that an event has.
        case fields
        /// It is the same for all.
        case known(Int64)
        /// It is known for each line, by how many newlines of the bytes to decode lie before it.
        case lines(UnsafePointer<Int64>)
    }

    /// Decodes lines of `block.bytes[0 ..< length]` into the block's rows. Header offsets count from the block's start;
    /// `reject` is given each malformed line: its offset and length in the block, the newlines before it, the reason.
    /// `time` says where event time comes from; `ingested` is the wall clock for the headers, nil: the event's time.
    func decode(
        _ block: EventBlock, length: Int, baseOffset: UInt64, stream: Int32, source: Int32, time: TimeOrigin = .fields,
        ingested: Int64? = nil,
        reject: (_ offset: Int, _ length: Int, _ newlines: Int, _ reason: String) -> Void
    ) -> Progress {
        var progress = Progress(consumed: 0, newlines: 0)
        while progress.consumed < length, block.count < block.rowCapacity {
            let start = block.bytes + progress.consumed
            let firstRow = block.count
            let firstSlots = block.slots + firstRow * slotCount
            let result = firstSlots.withMemoryRebound(to: fx_value.self, capacity: max(1, slotCount)) { slots in
                fx_decode(
                    decoder, block.arena, start, length - progress.consumed, slots, times,
                    min(block.rowCapacity - firstRow, Self.lineCapacity), lines, Self.lineCapacity)
            }
            var decoded = 0
            for index in 0..<result.lines {
                let line = lines[index]
                guard line.status == 0 else {
                    reject(
                        progress.consumed + Int(line.offset), Int(line.length), progress.newlines + Int(line.number),
                        Self.reason(line.status))
                    continue
                }
                let value = unsafeBitCast(times[decoded], to: Value.self)
                let row = firstRow + decoded
                decoded += 1
                let eventTime: Int64?
                switch time {
                case .fields: eventTime = Timestamp.nanoseconds(of: value)
                case .known(let known): eventTime = known
                case .lines(let known): eventTime = known[progress.newlines + Int(line.number)]
                }
                guard let eventTime else {
                    reject(
                        progress.consumed + Int(line.offset), Int(line.length), progress.newlines + Int(line.number),
                        Self.timeReason(value))
                    continue
                }
                if block.count != row {
                    // Rows close up over lines without a time.
                    (block.slots + block.count * slotCount).update(from: block.slots + row * slotCount, count: slotCount)
                }
                (block.headers + block.count).initialize(
                    to: EventHeader(
                        time: eventTime, ingested: ingested ?? eventTime,
                        offset: baseOffset &+ UInt64(truncatingIfNeeded: progress.consumed &+ Int(line.offset)),
                        raw: UnsafeRawBufferPointer(start: start + Int(line.offset), count: Int(line.length)), stream: stream,
                        source: source))
                block.count += 1
            }
            progress.consumed += result.consumed
            progress.newlines += result.newlines
        }
        return progress
    }

    private static func withSegments(
        _ segments: [EventSchema.Field.Segment], _ body: (UnsafeBufferPointer<fx_segment>) -> Void
    ) {
        // Keys first in one buffer of bytes, so that no pointer outlives what it points into.
        var text: [CChar] = []
        var ranges: [Range<Int>] = []
        for case .key(let key) in segments {
            let start = text.count
            text.append(contentsOf: key.utf8.map { CChar(bitPattern: $0) })
            ranges.append(start..<text.count)
        }
        text.append(0)
        text.withUnsafeBufferPointer { text in
            var nextKey = 0
            let parts = segments.map { segment in
                switch segment {
                case .key:
                    let range = ranges[nextKey]
                    nextKey += 1
                    return fx_segment(kind: CInt(FX_SEGMENT_KEY), text: text.baseAddress! + range.lowerBound, length: range.count, index: 0)
                case .anyElement:
                    return fx_segment(kind: CInt(FX_SEGMENT_ANY), text: nil, length: 0, index: 0)
                case .element(let index):
                    return fx_segment(kind: CInt(FX_SEGMENT_ELEMENT), text: nil, length: 0, index: index)
                }
            }
            parts.withUnsafeBufferPointer(body)
        }
    }

    private static func timeReason(_ value: Value) -> String {
        switch value.tag {
        case .null: return "no time field"
        case .string: return "time: \"\(String(decoding: value.bytes.prefix(64), as: UTF8.self))\" is no timestamp"
        case .int, .double: return "time: number out of range"
        default: return "time: neither text nor number"
        }
    }

    private static func reason(_ status: UInt32) -> String {
        switch fx_status(status) {
        case FX_NOT_AN_OBJECT: return "not a JSON object"
        case FX_TRUNCATED: return "JSON ends too early"
        case FX_EXPECTED_KEY: return "expected a key"
        case FX_EXPECTED_COLON: return "expected ':' after a key"
        case FX_EXPECTED_COMMA: return "expected ',' or the end of an object or array"
        case FX_BAD_LITERAL: return "not a JSON value"
        case FX_BAD_NUMBER: return "not a JSON number"
        case FX_BAD_STRING: return "invalid escape in a string"
        case FX_TRAILING: return "text after the JSON object"
        case FX_TOO_DEEP: return "nested deeper than 1024"
        case FX_UTF8: return "invalid UTF-8"
        case FX_CONTROL_CHARACTER: return "control character in a string"
        default: return "out of memory"
        }
    }
}

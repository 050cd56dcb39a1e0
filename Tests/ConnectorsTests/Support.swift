import Connectors
import EventEngine
import Glibc

/// A file that is deleted with its owner.
final class TemporaryFile {
    let path: String

    init(_ bytes: [UInt8] = []) {
        var template = Array("/tmp/fluxcore-test-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        precondition(descriptor >= 0, "no temporary file")
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        Self.write(bytes, to: descriptor)
        close(descriptor)
    }

    convenience init(_ text: String) { self.init(Array(text.utf8)) }

    func append(_ bytes: [UInt8]) {
        let descriptor = open(path, O_WRONLY | O_APPEND)
        Self.write(bytes, to: descriptor)
        close(descriptor)
    }

    private static func write(_ bytes: [UInt8], to descriptor: CInt) {
        var at = 0
        while at < bytes.count {
            let written = bytes[at...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            precondition(written > 0, "cannot write a temporary file")
            at += written
        }
    }

    deinit { unlink(path) }
}

/// A malformed line that outlives its delivery.
struct Rejected: Equatable {
    /// 0: without a number.
    var line: Int
    var offset: UInt64
    var reason: String
    var bytes: [UInt8]
    var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// An event that outlives its block.
struct Decoded: Equatable {
    var time: Int64
    var offset: UInt64
    var raw: String
    var source: Int32
    var values: [String]
}

/// All that an input gave.
struct ReadResult {
    var events: [Decoded] = []
    var rejected: [Rejected] = []
    var watermarks: [Int64] = []
    var counters = EventInput.Counters()
    /// The first event's values.
    var values: [String] { events.first?.values ?? [] }
    var reasons: [String] { rejected.map(\.reason) }
}

/// A path as rules write it: keys joined by dots, `[*]` and `[n]` behind a key.
func field(_ text: String) -> EventSchema.Field {
    var segments: [EventSchema.Field.Segment] = []
    for part in text.split(separator: ".", omittingEmptySubsequences: false) {
        let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
        segments.append(.key(String(pieces[0])))
        for piece in pieces.dropFirst() { segments.append(piece == "*]" ? .anyElement : .element(Int(piece.dropLast())!)) }
    }
    return EventSchema.Field(segments: segments, text: text)
}

func describe(_ value: Value) -> String {
    switch value.tag {
    case .null: return "null"
    case .bool: return value.isTrue ? "true" : "false"
    case .int: return "\(value.integer)"
    case .double: return "double \(value.floatingPoint)"
    case .string: return "'\(String(decoding: value.bytes, as: UTF8.self))'"
    case .object: return "object \(String(decoding: value.bytes, as: UTF8.self))"
    case .list: return "[" + value.elements.map(describe).joined(separator: " ") + "]"
    case .time, .duration: return "unexpected"
    }
}

func read(_ files: [String], fields: [String] = [], options: EventInputOptions = EventInputOptions()) throws -> ReadResult {
    var schema = EventSchema()
    for name in fields { _ = schema.slot(for: field(name)) }
    var result = ReadResult()
    let collector = Collector()
    let input = try EventInput(files: files, stream: "s", schema: schema, options: options) { collector.take($0) }
    while let batch = try input.next() {
        for index in 0..<batch.count {
            let event = batch[index]
            let header = event.header.pointee
            result.events.append(
                Decoded(
                    time: header.time, offset: header.offset, raw: String(decoding: header.raw, as: UTF8.self), source: header.source,
                    values: (0..<fields.count).map { describe(event.slots[$0]) }))
        }
        result.watermarks.append(batch.watermark)
    }
    result.rejected = collector.rejected
    result.counters = input.counters
    return result
}

func read(_ bytes: [UInt8], fields: [String] = [], options: EventInputOptions = EventInputOptions()) throws -> ReadResult {
    let file = TemporaryFile(bytes)
    return try withExtendedLifetime(file) { try read([file.path], fields: fields, options: options) }
}

func read(_ text: String, fields: [String] = [], options: EventInputOptions = EventInputOptions()) throws -> ReadResult {
    try read(Array(text.utf8), fields: fields, options: options)
}

/// Puts the pieces of long lines together.
final class Collector {
    var rejected: [Rejected] = []
    var largestPiece = 0

    func take(_ line: MalformedLine) {
        largestPiece = max(largestPiece, line.bytes.count)
        switch line.part {
        case .whole, .first:
            rejected.append(Rejected(line: line.line ?? 0, offset: line.offset, reason: line.reason, bytes: Array(line.bytes)))
        case .middle, .last: rejected[rejected.count - 1].bytes.append(contentsOf: line.bytes)
        }
    }
}

/// A small generator of random numbers, so that a seed gives the same run everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

import CRE2
import EventEngine
import Glibc

/// Lines of text as JSON objects: the named groups of an expression, in the expression's order, typed as CSV fields are
/// (nothing is null, what JSON reads as a number or Boolean is one). Groups that took no part in the match are left out.
struct TextConverter: RecordConverter {
    static let recordName = "line"

    private let plan: TextPlan
    private var years: YearTracker?
    private var spans: [cre2_span]
    /// The line last scanned.
    private var length = 0

    /// `note` is what `note(at:)` gave for the position that reading goes on at; `clock` gives nanoseconds since 1970.
    init(plan: TextPlan, note: String?, clock: @escaping () -> Int64) {
        self.plan = plan
        if let time = plan.time, !time.format.hasYear {
            years = YearTracker(firstYear: plan.firstYear, note: note, clock: clock)
        }
        spans = Array(repeating: cre2_span(), count: plan.expression.groupCount)
    }

    var givesTime: Bool { plan.time != nil }

    func note(at offset: UInt64) -> String? { years?.note(at: offset) }

    mutating func forget(before offset: UInt64) { years?.forget(before: offset) }

    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, isFinal: Bool) -> ScannedRecord? {
        guard let start = bytes.baseAddress else { return nil }
        let newline = memchr(start, 10, bytes.count).map { $0 - UnsafeMutableRawPointer(mutating: start) }
        guard let end = newline ?? (isFinal ? bytes.count : nil) else { return nil }
        length = end > 0 && bytes[end - 1] == 13 ? end - 1 : end
        let isBlank = bytes[..<length].allSatisfy { $0 == 32 || $0 == 9 }
        return ScannedRecord(
            length: length, end: newline == nil ? end : end + 1, newlines: newline == nil ? 0 : 1, error: nil, isBlank: isBlank)
    }

    mutating func convert(
        _ bytes: UnsafeBufferPointer<UInt8>, offset: UInt64, to block: EventBlock, mayGrow: Bool
    ) -> Conversion {
        let line = UnsafeBufferPointer(rebasing: bytes[..<length])
        guard plan.expression.match(line, &spans) else { return .malformed("does not match the expression") }
        guard reserve(in: block, mayGrow: mayGrow) else { return .full }
        var eventTime: Int64 = 0
        if let time = plan.time {
            guard let text = group(time.group, of: line) else { return .malformed("no time group") }
            guard let known = self.time(text, format: time.format, offset: offset) else {
                return .malformed("time: \"\(String(decoding: text.prefix(64), as: UTF8.self))\" is not of the format")
            }
            eventTime = known
        }
        write(line, to: block)
        return .written(time: eventTime)
    }

    private func group(_ number: Int, of line: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
        let span = spans[number]
        guard span.start >= 0 else { return nil }
        return UnsafeBufferPointer(rebasing: line[span.start..<span.start + span.length])
    }

    private mutating func time(_ text: UnsafeBufferPointer<UInt8>, format: TimeFormat, offset: UInt64) -> Int64? {
        guard let reading = format.read(text) else { return nil }
        guard years != nil else { return format.time(of: reading, year: reading.year) }
        return years?.time(of: reading, in: format, offset: offset)
    }

    private func reserve(in block: EventBlock, mayGrow: Bool) -> Bool {
        var bound = plan.keyBytes + 3
        for (number, _) in plan.keys { bound += JSONText.maximumExpansion * spans[number].length + 4 }
        guard bound > block.capacity - block.length else { return true }
        if mayGrow { block.grow(to: block.length + bound) }
        return mayGrow
    }

    private func write(_ line: UnsafeBufferPointer<UInt8>, to block: EventBlock) {
        var out = block.bytes + block.length
        var separator = UInt8(ascii: "{")
        for (number, key) in plan.keys {
            guard let text = group(number, of: line) else { continue }
            out = JSONText.put(separator, out)
            separator = UInt8(ascii: ",")
            key.withUnsafeBufferPointer { out.update(from: $0.baseAddress!, count: $0.count) }
            out = JSONText.writeTyped(text, to: out + key.count)
        }
        if separator == UInt8(ascii: "{") { out = JSONText.put(separator, out) }
        out[0] = UInt8(ascii: "}")
        out[1] = 10
        block.length = out + 2 - block.bytes
    }
}

import Glibc

/// Numbers as text and back.
public enum NumberText {
    /// Appends a finite double: as an integer where it is one within Int64, else the shortest text that reads back as it.
    public static func append(_ value: Double, to buffer: inout ByteBuffer) {
        if let integer = Int64(exactly: value) {
            buffer.appendDecimal(integer)
        } else {
            buffer.append(text: value.description)
        }
    }

    /// The number that a decimal text stands for, white space around it left out: an int where it has neither point nor
    /// exponent and fits 64 bits, else a double; null when it is no number or not finite.
    public static func parse(_ text: UnsafeRawBufferPointer) -> Value {
        var start = 0
        var end = text.count
        while start < end, isSpace(text[start]) { start += 1 }
        while start < end, isSpace(text[end - 1]) { end -= 1 }
        guard start < end else { return .null }
        if let integer = parseInteger(text, start, end) { return .int(integer) }
        guard isDecimal(text, start, end) else { return .null }
        return withUnsafeTemporaryAllocation(byteCount: end - start + 1, alignment: 1) { memory in
            memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: text[start..<end]))
            memory[end - start] = 0
            return .double(strtod(memory.baseAddress!.assumingMemoryBound(to: CChar.self), nil))
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

    private static func parseInteger(_ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Int64? {
        var position = start
        let isNegative = text[start] == UInt8(ascii: "-")
        if isNegative || text[start] == UInt8(ascii: "+") { position += 1 }
        guard position < end else { return nil }
        var value: Int64 = 0
        while position < end {
            guard isDigit(text[position]) else { return nil }
            let digit = Int64(text[position] - 48)
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) =
                isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            if overflow || carry { return nil }
            value = sum
            position += 1
        }
        return value
    }

    /// Digits with an optional sign, point and exponent; at least one digit before the exponent.
    private static func isDecimal(_ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Bool {
        var position = start
        func skipDigits() -> Int {
            let first = position
            while position < end, isDigit(text[position]) { position += 1 }
            return position - first
        }
        if text[position] == UInt8(ascii: "-") || text[position] == UInt8(ascii: "+") { position += 1 }
        var digits = skipDigits()
        if position < end, text[position] == UInt8(ascii: ".") {
            position += 1
            digits += skipDigits()
        }
        guard digits > 0 else { return false }
        if position < end, text[position] | 32 == UInt8(ascii: "e") {
            position += 1
            if position < end, text[position] == UInt8(ascii: "-") || text[position] == UInt8(ascii: "+") { position += 1 }
            guard skipDigits() > 0 else { return false }
        }
        return position == end
    }
}

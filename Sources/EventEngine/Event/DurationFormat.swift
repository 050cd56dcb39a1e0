/// Durations as text at run time: `1m30s`.
public enum DurationFormat {
    private static let units: [(name: StaticString, nanoseconds: UInt64)] = [
        ("w", 604_800_000_000_000), ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
        ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
    ]

    /// Appends the shortest compound form of nanoseconds: the units that are not 0, from weeks down; `0s` for nothing.
    public static func append(_ nanoseconds: Int64, to buffer: inout ByteBuffer) {
        guard nanoseconds != 0 else { return buffer.append("0s") }
        if nanoseconds < 0 { buffer.append(UInt8(ascii: "-")) }
        var rest = nanoseconds.magnitude
        for unit in units where rest >= unit.nanoseconds {
            buffer.appendDecimal(Int64(rest / unit.nanoseconds))
            buffer.append(unit.name)
            rest %= unit.nanoseconds
        }
    }

    /// Nanoseconds of a text of one or more integers with units (`w d h m s ms us µs ns`), with an optional sign; nil when
    /// it is none or does not fit.
    public static func parse(_ text: UnsafeRawBufferPointer) -> Int64? {
        var position = 0
        let isNegative = text.first == UInt8(ascii: "-")
        if isNegative { position = 1 }
        guard position < text.count else { return nil }
        var total: UInt64 = 0
        while position < text.count {
            var number: UInt64 = 0
            let first = position
            while position < text.count, text[position] >= 48, text[position] <= 57 {
                let (product, overflow) = number.multipliedReportingOverflow(by: 10)
                let (sum, carry) = product.addingReportingOverflow(UInt64(text[position] - 48))
                if overflow || carry { return nil }
                number = sum
                position += 1
            }
            guard position > first, let unit = parseUnit(text, &position) else { return nil }
            let (product, overflow) = number.multipliedReportingOverflow(by: unit)
            let (sum, carry) = total.addingReportingOverflow(product)
            if overflow || carry { return nil }
            total = sum
        }
        guard total <= UInt64(Int64.max) else { return nil }
        return isNegative ? -Int64(total) : Int64(total)
    }

    private static func parseUnit(_ text: UnsafeRawBufferPointer, _ position: inout Int) -> UInt64? {
        let first = position
        while position < text.count, text[position] < 48 || text[position] > 57 { position += 1 }
        let length = position - first
        if length == 3, text[first] == 0xC2, text[first + 1] == 0xB5, text[first + 2] == UInt8(ascii: "s") { return 1_000 }
        for unit in units where unit.name.utf8CodeUnitCount == length {
            if (0..<length).allSatisfy({ unit.name.utf8Start[$0] == text[first + $0] }) { return unit.nanoseconds }
        }
        return nil
    }
}

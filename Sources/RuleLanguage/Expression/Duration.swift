/// Durations as text: `90s`, `10m`, `1h30m`, `500ms`.
public enum DurationText {
    /// Units, the largest first.
    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("w", 604_800_000_000_000), ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
        ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
    ]

    /// Nanoseconds of a duration; nil when `text` is none or beyond 64 bits. Numbers with units `ns us ms s m h d w`
    /// directly behind each other, no spaces; whole numbers only; a leading `-` makes it negative.
    public static func parse(_ text: String) -> Int64? {
        var rest = Array(text.utf8)[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest = rest.dropFirst() }
        guard !rest.isEmpty else { return nil }
        var total: Int64 = 0
        while !rest.isEmpty {
            let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { !($0 >= 0x30 && $0 <= 0x39) }
            rest = rest.dropFirst(letters.count)
            let name = String(decoding: letters, as: UTF8.self)
            guard let count = Int64(String(decoding: digits, as: UTF8.self)),
                let unit = units.first(where: { $0.name == name || name == "µs" && $0.name == "us" })
            else { return nil }
            let product = count.multipliedReportingOverflow(by: unit.nanoseconds)
            let sum = total.addingReportingOverflow(product.partialValue)
            guard !product.overflow, !sum.overflow else { return nil }
            total = sum.partialValue
        }
        return isNegative ? -total : total
    }

    /// The shortest compound form of a duration in nanoseconds: `1m30s`; `0s` for none, a leading `-` for negatives.
    public static func format(_ nanoseconds: Int64) -> String {
        var rest = nanoseconds.magnitude
        guard rest > 0 else { return "0s" }
        var result = nanoseconds < 0 ? "-" : ""
        for unit in units {
            let size = UInt64(unit.nanoseconds)
            if rest >= size { result += "\(rest / size)\(unit.name)" }
            rest %= size
        }
        return result
    }
}

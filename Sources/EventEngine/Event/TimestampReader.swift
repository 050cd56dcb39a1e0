/// Reads one timestamp from bytes, from left to right; every method that fails leaves it unusable.
struct TimestampReader {
    private let bytes: UnsafeRawBufferPointer
    private var at = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    private var isAtEnd: Bool { at == bytes.count }

    private mutating func accept(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    private mutating func digit() -> Int64? {
        guard at < bytes.count, bytes[at] &- 48 < 10 else { return nil }
        at += 1
        return Int64(bytes[at - 1] &- 48)
    }

    private mutating func twoDigits() -> Int64? {
        guard let tens = digit(), let ones = digit() else { return nil }
        return tens * 10 + ones
    }

    /// `YYYY-MM-DD`, `T`, `t` or a space, `HH:MM:SS`, a fraction or none, a zone or none.
    mutating func dateAndTime() -> Int64? {
        guard let century = twoDigits(), let yearOfCentury = twoDigits(), accept(UInt8(ascii: "-")),
            let month = twoDigits(), (1...12).contains(month), accept(UInt8(ascii: "-")),
            let day = twoDigits(), day >= 1
        else { return nil }
        let year = century * 100 + yearOfCentury
        guard day <= Self.days(inMonth: month, year: year) else { return nil }
        guard accept(UInt8(ascii: "T")) || accept(UInt8(ascii: " ")) || accept(UInt8(ascii: "t")) else { return nil }
        guard let hour = twoDigits(), hour < 24, accept(UInt8(ascii: ":")),
            let minute = twoDigits(), minute < 60, accept(UInt8(ascii: ":")),
            var second = twoDigits(), second <= 60
        else { return nil }
        guard var fraction = fraction() else { return nil }
        if second == 60 {
            second = 59
            fraction = 999_999_999
        }
        guard let zone = zoneSeconds(), isAtEnd else { return nil }
        let days = Timestamp.day(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - zone
        return Self.join(seconds: seconds, fraction: fraction)
    }

    /// An integer or decimal number of seconds, milliseconds, microseconds or nanoseconds, by magnitude.
    mutating func epoch() -> Int64? {
        let negative = accept(UInt8(ascii: "-"))
        guard var whole = digit() else { return nil }
        while let next = digit() {
            let (product, overflow) = whole.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(next)
            guard !overflow, !carry else { return nil }
            whole = sum
        }
        guard let fraction = fraction(), isAtEnd else { return nil }
        guard let start = Timestamp.fromEpoch(whole) else { return nil }
        let part: Int64
        if whole < 100_000_000_000 {
            part = fraction
        } else if whole < 100_000_000_000_000 {
            part = fraction / 1_000
        } else if whole < 100_000_000_000_000_000 {
            part = fraction / 1_000_000
        } else {
            part = 0
        }
        let (result, overflow) = start.addingReportingOverflow(part)
        return overflow ? nil : negative ? -result : result
    }

    /// Nanoseconds of `.digits` or `,digits`; 0 when there is none.
    private mutating func fraction() -> Int64? {
        guard accept(UInt8(ascii: ".")) || accept(UInt8(ascii: ",")) else { return 0 }
        guard var result = digit() else { return nil }
        var count = 1
        while let next = digit() {
            if count < 9 {
                result = result * 10 + next
                count += 1
            }
        }
        while count < 9 {
            result *= 10
            count += 1
        }
        return result
    }

    /// Seconds east of UTC.
    private mutating func zoneSeconds() -> Int64? {
        if isAtEnd || accept(UInt8(ascii: "Z")) || accept(UInt8(ascii: "z")) { return 0 }
        let isWest = accept(UInt8(ascii: "-"))
        guard isWest || accept(UInt8(ascii: "+")) else { return nil }
        guard let hours = twoDigits(), hours < 24 else { return nil }
        var minutes: Int64 = 0
        if !isAtEnd {
            _ = accept(UInt8(ascii: ":"))
            guard let read = twoDigits(), read < 60 else { return nil }
            minutes = read
        }
        let seconds = hours * 3_600 + minutes * 60
        return isWest ? -seconds : seconds
    }

    /// Nanoseconds of whole seconds and a fraction that counts forward; nil beyond Int64.
    private static func join(seconds: Int64, fraction: Int64) -> Int64? {
        // The earliest second's start does not fit, its later part does: count from the second after it.
        let (whole, overflow) = (seconds + 1).multipliedReportingOverflow(by: Timestamp.second)
        if !overflow {
            let (result, carry) = whole.addingReportingOverflow(fraction - Timestamp.second)
            return carry ? nil : result
        }
        let (start, beyond) = seconds.multipliedReportingOverflow(by: Timestamp.second)
        guard !beyond else { return nil }
        let (result, carry) = start.addingReportingOverflow(fraction)
        return carry ? nil : result
    }

    private static func days(inMonth month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }
}

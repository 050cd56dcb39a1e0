/// Points in time as Int64 nanoseconds since 1970 UTC, and their texts.
///
/// Covers the years 1677 to 2262. Leap seconds do not exist in this count: second 60 is read as 59.999999999.
public enum Timestamp {
    /// Nanoseconds in a second.
    public static let second: Int64 = 1_000_000_000

    /// Event time of a decoded value: RFC 3339 text, an epoch number, or an epoch number as text. Nil when it is none of
    /// them or out of range.
    @inlinable
    public static func nanoseconds(of value: Value) -> Int64? {
        switch value.tag {
        case .int: return fromEpoch(value.integer)
        case .string: return parse(value.bytes)
        case .double: return fromEpoch(value.floatingPoint)
        case .time: return value.integer
        default: return nil
        }
    }

    /// An epoch number in the unit that its magnitude tells: below 10^11 seconds, below 10^14 milliseconds, below 10^17
    /// microseconds, else nanoseconds. Nil when out of range.
    @inlinable
    public static func fromEpoch(_ number: Int64) -> Int64? {
        let magnitude = number.magnitude
        let unit: Int64
        if magnitude < 100_000_000_000 {
            unit = second
        } else if magnitude < 100_000_000_000_000 {
            unit = 1_000_000
        } else if magnitude < 100_000_000_000_000_000 {
            unit = 1_000
        } else {
            return number
        }
        let (result, overflow) = number.multipliedReportingOverflow(by: unit)
        return overflow ? nil : result
    }

    /// The same of a floating-point number, rounded to the microsecond: more digits than that a double does not hold.
    public static func fromEpoch(_ number: Double) -> Int64? {
        let magnitude = number.magnitude
        let microseconds: Double
        if magnitude < 1e11 {
            microseconds = number * 1e6
        } else if magnitude < 1e14 {
            microseconds = number * 1e3
        } else if magnitude < 1e17 {
            microseconds = number
        } else {
            return Int64(exactly: number.rounded())
        }
        guard let whole = Int64(exactly: microseconds.rounded()) else { return nil }
        let (result, overflow) = whole.multipliedReportingOverflow(by: 1_000)
        return overflow ? nil : result
    }

    /// RFC 3339 with `T` or a space between date and time, any number of fractional digits (beyond nanoseconds cut off),
    /// and `Z`, `±HH:MM`, `±HHMM`, `±HH` or no zone, which is UTC; or an epoch number. Nil when it is neither.
    public static func parse(_ text: String) -> Int64? {
        var text = text
        return text.withUTF8 { parse(UnsafeRawBufferPointer($0)) }
    }

    /// The same of UTF-8 bytes.
    public static func parse(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        var reader = TimestampReader(bytes)
        return bytes.count >= 19 && bytes[4] == UInt8(ascii: "-") ? reader.dateAndTime() : reader.epoch()
    }

    /// RFC 3339 in UTC with `Z`; a fraction of 3, 6 or 9 digits, as many as needed, only when it is not zero.
    public static func format(_ nanoseconds: Int64) -> String {
        var seconds = nanoseconds / second
        var fraction = nanoseconds % second
        if fraction < 0 {
            fraction += second
            seconds -= 1
        }
        var day = seconds / 86_400
        var ofDay = seconds % 86_400
        if ofDay < 0 {
            ofDay += 86_400
            day -= 1
        }
        let date = civil(fromDay: day)
        return String(unsafeUninitializedCapacity: 32) { buffer in
            var length = 0
            func put(_ byte: UInt8) {
                buffer[length] = byte
                length += 1
            }
            func put(_ number: Int64, digits: Int) {
                var rest = number
                for index in stride(from: length + digits - 1, through: length, by: -1) {
                    buffer[index] = UInt8(48 + rest % 10)
                    rest /= 10
                }
                length += digits
            }
            put(date.year, digits: 4)
            put(UInt8(ascii: "-"))
            put(date.month, digits: 2)
            put(UInt8(ascii: "-"))
            put(date.day, digits: 2)
            put(UInt8(ascii: "T"))
            put(ofDay / 3_600, digits: 2)
            put(UInt8(ascii: ":"))
            put(ofDay / 60 % 60, digits: 2)
            put(UInt8(ascii: ":"))
            put(ofDay % 60, digits: 2)
            if fraction != 0 {
                put(UInt8(ascii: "."))
                if fraction % 1_000_000 == 0 {
                    put(fraction / 1_000_000, digits: 3)
                } else if fraction % 1_000 == 0 {
                    put(fraction / 1_000, digits: 6)
                } else {
                    put(fraction, digits: 9)
                }
            }
            put(UInt8(ascii: "Z"))
            return length
        }
    }

    /// Days since 1970-01-01 of a date of the proleptic Gregorian calendar; the parts are taken as valid.
    static func day(year: Int64, month: Int64, day: Int64) -> Int64 {
        // Years start in March here, so that the leap day is a year's last.
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The date of a day since 1970-01-01.
    static func civil(fromDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

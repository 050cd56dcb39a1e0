/// Parts of a point in time in the proleptic Gregorian calendar, UTC.
struct CalendarTime {
    let year: Int64
    /// 1 to 12.
    let month: Int64
    /// 1 to 31.
    let day: Int64
    /// 0 to 23.
    let hour: Int64
    /// 0 to 59.
    let minute: Int64
    /// 1 (Monday) to 7 (Sunday).
    let weekday: Int64

    /// The parts of nanoseconds since 1970 UTC.
    init(nanoseconds: Int64) {
        let minutes = Self.floorDivide(nanoseconds, 60_000_000_000)
        let days = Self.floorDivide(minutes, 1440)
        let minuteOfDay = minutes - days * 1440
        hour = minuteOfDay / 60
        minute = minuteOfDay % 60
        // 1970-01-01 was a Thursday.
        weekday = (days + 3) - Self.floorDivide(days + 3, 7) * 7 + 1

        // Years are counted from March, so that the leap day is the last of its year; eras are 400 years.
        let shifted = days + 719_468
        let era = Self.floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }
}

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
        let minutes = Self.floorDivide(nanoseconds, 60 * Timestamp.second)
        let days = Self.floorDivide(minutes, 1440)
        let minuteOfDay = minutes - days * 1440
        hour = minuteOfDay / 60
        minute = minuteOfDay % 60
        // 1970-01-01 was a Thursday.
        weekday = (days + 3) - Self.floorDivide(days + 3, 7) * 7 + 1
        (year, month, day) = Timestamp.civil(fromDay: days)
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }
}

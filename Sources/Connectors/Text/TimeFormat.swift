import CTime
import EventEngine
import Glibc

/// How times are written in text: a format of `strptime` in the C locale, and `%f` for a fraction of a second of any
/// number of digits (beyond nanoseconds cut off).
struct TimeFormat: Sendable {
    /// A time as written; the year is missing where the format has none.
    struct Reading {
        fileprivate var fields: tm
        fileprivate var nanoseconds: Int64
        /// 0 to 11.
        var month: Int { Int(fields.tm_mon) }
        /// The year as written.
        var year: Int { Int(fields.tm_year) + 1900 }
    }

    /// Whether times have a year.
    let hasYear: Bool
    private let hasZone: Bool
    /// Seconds east of UTC.
    private let zone: Int
    /// The format without `%f`, NUL-terminated.
    private let format: [CChar]
    /// What stands before `%f`; nil without one.
    private let beforeFraction: [CChar]?

    /// `zone`: seconds east of UTC, for formats without one. Throws what is wrong with the format.
    init(_ text: String, zone: Int) throws(SourceFormatError) {
        var conversions: Set<Character> = []
        var plain = ""
        var beforeFraction: String?
        // The conversion under way: the per cent sign and flags.
        var conversion = ""
        for character in text {
            if conversion.isEmpty {
                if character == "%" { conversion = "%" } else { plain.append(character) }
                continue
            }
            conversion.append(character)
            if "EO_-0^#".contains(character) { continue }
            if character != "f" {
                conversions.insert(character)
                plain += conversion
            } else if beforeFraction == nil {
                beforeFraction = plain
            } else {
                throw SourceFormatError("time format: %f stands twice")
            }
            conversion = ""
        }
        guard conversion.isEmpty else { throw SourceFormatError("time format: ends in the middle of a conversion") }
        let whole: Set<Character> = ["D", "F", "c", "x", "s", "+"]
        hasYear = !conversions.isDisjoint(with: whole.union(["Y", "y"]))
        let hasMonth = !conversions.isDisjoint(with: ["b", "B", "h", "m"])
        let hasDay = !conversions.isDisjoint(with: ["d", "e"])
        guard !conversions.isDisjoint(with: whole) || (hasMonth && hasDay) || (hasYear && conversions.contains("j")) else {
            throw SourceFormatError("time format: names no day of the year")
        }
        hasZone = !conversions.isDisjoint(with: ["z", "s"])
        self.zone = zone
        format = Array(plain.utf8CString)
        self.beforeFraction = beforeFraction.map { Array($0.utf8CString) }
    }

    /// Reads a whole text, blanks at its end aside; nil when it is not written so.
    func read(_ text: UnsafeBufferPointer<UInt8>) -> Reading? {
        guard text.count < 256, !text.contains(0) else { return nil }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { copy in
            for (index, byte) in text.enumerated() { copy[index] = CChar(bitPattern: byte) }
            copy[text.count] = 0
            var reading = Reading(fields: tm(), nanoseconds: 0)
            if let beforeFraction {
                guard let fraction = ctime_read(copy.baseAddress!, beforeFraction, &reading.fields) else { return nil }
                guard let nanoseconds = Self.cutFraction(UnsafeMutablePointer(mutating: fraction)) else { return nil }
                reading = Reading(fields: tm(), nanoseconds: nanoseconds)
            }
            guard let end = ctime_read(copy.baseAddress!, format, &reading.fields) else { return nil }
            return end[strspn(end, " \t\r")] == 0 ? reading : nil
        }
    }

    /// The point in time, nanoseconds since 1970 UTC; nil when the year has no such day or it is out of range.
    func time(of reading: Reading, year: Int) -> Int64? {
        var fields = reading.fields
        guard (1...9999).contains(year), fields.tm_sec <= 60 else { return nil }
        fields.tm_year = CInt(year - 1900)
        let isLeapSecond = fields.tm_sec == 60
        if isLeapSecond { fields.tm_sec = 59 }
        let (month, day) = (fields.tm_mon, fields.tm_mday)
        let offset = hasZone ? fields.tm_gmtoff : zone
        let seconds = timegm(&fields)
        guard fields.tm_mon == month, fields.tm_mday == day else { return nil }
        let (whole, overflow) = (seconds - offset).multipliedReportingOverflow(by: Int(Timestamp.second))
        guard !overflow else { return nil }
        let (time, sumOverflow) = Int64(whole).addingReportingOverflow(isLeapSecond ? 999_999_999 : reading.nanoseconds)
        return sumOverflow ? nil : time
    }

    /// The year at a point in time, in this format's zone.
    func year(at time: Int64) -> Int {
        var seconds = Int(time / Timestamp.second) + (hasZone ? 0 : zone)
        var fields = tm()
        gmtime_r(&seconds, &fields)
        return Int(fields.tm_year) + 1900
    }

    /// Takes the digits at the start of a NUL-terminated text out of it; nil when there are none.
    private static func cutFraction(_ text: UnsafeMutablePointer<CChar>) -> Int64? {
        let digits = strspn(text, "0123456789")
        guard digits > 0 else { return nil }
        var nanoseconds: Int64 = 0
        for place in 0..<9 { nanoseconds = nanoseconds * 10 + (place < digits ? Int64(text[place]) - 48 : 0) }
        memmove(text, text + digits, strlen(text + digits) + 1)
        return nanoseconds
    }
}

/// What is wrong with a source's format.
public struct SourceFormatError: Error, CustomStringConvertible, Sendable {
    /// In a few words.
    public let description: String

    init(_ description: String) { self.description = description }
}

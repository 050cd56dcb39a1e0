import EventEngine

/// Finds the years of times that are written without one.
///
/// The first line has the year that is given, or the latest one that does not put it more than a day into the future (a
/// day for clocks and zones that differ). Each later line is put in the month nearest to the latest month so far, from six
/// before it to five behind it: December to January goes to the next year, and a line of December that comes a little
/// late, after one of January, still belongs to the last.
struct YearTracker {
    private let firstYear: Int?
    private let clock: () -> Int64
    /// Months since year 0 of the latest line so far; nil before the first.
    private var latest: Int?
    /// Where the latest month changed: offset of the line and what it changed to. So a position in the middle of what was
    /// read can tell what held there.
    private var changes: [(offset: UInt64, month: Int)] = []
    /// What held before the first change.
    private var base: Int?

    /// `note` is what `note(at:)` gave for the position that reading goes on at; `clock` gives nanoseconds since 1970.
    init(firstYear: Int?, note: String?, clock: @escaping () -> Int64) {
        self.firstYear = firstYear
        self.clock = clock
        base = note.flatMap(Self.month(of:))
        latest = base
    }

    /// The time of a line at `offset`, nanoseconds since 1970 UTC; nil when there is no such day.
    mutating func time(of reading: TimeFormat.Reading, in format: TimeFormat, offset: UInt64) -> Int64? {
        guard let latest else {
            guard let first = firstTime(of: reading, in: format) else { return nil }
            move(to: first.year * 12 + reading.month, at: offset)
            return first.time
        }
        // -6 … 5.
        let distance = (reading.month - latest % 12 + 18) % 12 - 6
        guard let time = format.time(of: reading, year: (latest + distance) / 12) else { return nil }
        if distance > 0 { move(to: latest + distance, at: offset) }
        return time
    }

    /// What to open the tracker with to go on at `offset`: the latest month of the lines before it, as `2015-12`.
    func note(at offset: UInt64) -> String? {
        guard let month = changes.last(where: { $0.offset < offset })?.month ?? base else { return nil }
        let year = String(month / 12)
        let number = month % 12 + 1
        return String(repeating: "0", count: max(0, 4 - year.count)) + year + (number < 10 ? "-0" : "-") + String(number)
    }

    /// No position before `offset` will be asked for.
    mutating func forget(before offset: UInt64) {
        guard let kept = changes.lastIndex(where: { $0.offset < offset }) else { return }
        base = changes[kept].month
        changes.removeFirst(kept + 1)
    }

    private mutating func move(to month: Int, at offset: UInt64) {
        latest = month
        changes.append((offset, month))
    }

    private func firstTime(of reading: TimeFormat.Reading, in format: TimeFormat) -> (time: Int64, year: Int)? {
        if let firstYear { return format.time(of: reading, year: firstYear).map { ($0, firstYear) } }
        let limit = clock() + 86_400 * Timestamp.second
        let latest = format.year(at: limit)
        // The 29th of February may lie up to eight years back.
        for year in stride(from: latest, through: latest - 8, by: -1) {
            if let time = format.time(of: reading, year: year), time <= limit { return (time, year) }
        }
        return nil
    }

    private static func month(of note: String) -> Int? {
        let parts = note.split(separator: "-")
        guard parts.count == 2, let year = Int(parts[0]), let month = Int(parts[1]), (1...12).contains(month) else { return nil }
        return year * 12 + month - 1
    }
}

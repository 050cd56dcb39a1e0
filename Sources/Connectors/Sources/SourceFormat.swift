/// How the bytes of a source become events.
public enum SourceFormat: Sendable, Equatable {
    /// One JSON object on each line.
    case ndjson
    /// RFC 4180; the names of the columns are given, or in the first record where they are nil.
    case csv(columns: [String]?)
    /// Lines of text: an RE2 expression whose named groups are the event's fields.
    case text(TextFormat)
}

/// How a line of text becomes an event: a JSON object of the expression's named groups, in its order. Groups are typed as CSV
/// fields are: nothing is null, `true`, `false` and what JSON reads as a number are such, all else is text. A group that took no
/// part in the match is left out. The object is the event as read; its offset is the line's.
public struct TextFormat: Sendable, Equatable {
    /// RE2 expression with at least one named group; a line that it does not match is malformed.
    public var expression: String
    /// The group that holds the time; nil: the usual time fields are looked for among the groups.
    public var timeGroup: String?
    /// How the time is written, as in `strptime` (C locale): `%b %e %H:%M:%S`, and `%f` for a fraction of a second; nil: RFC 3339
    /// or a number.
    public var timeFormat: String?
    /// The year of a file's first line where the format has none; nil: the latest that does not put it more than a day into the
    /// future. Later lines go on from there: each is in the month nearest to the latest before it. A file that takes the place of
    /// another goes on where that one was.
    public var year: Int?
    /// Seconds east of UTC of times without a zone.
    public var zone: Int

    /// A format of these parts.
    public init(expression: String, timeGroup: String? = nil, timeFormat: String? = nil, year: Int? = nil, zone: Int = 0) {
        self.expression = expression
        self.timeGroup = timeGroup
        self.timeFormat = timeFormat
        self.year = year
        self.zone = zone
    }

    /// Throws what is wrong with `timeFormat`.
    public func checkTime() throws(SourceFormatError) {
        if let timeFormat { _ = try TimeFormat(timeFormat, zone: zone) }
    }
}

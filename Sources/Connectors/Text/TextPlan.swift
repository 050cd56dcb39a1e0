/// A `TextFormat`, compiled. Shared by the partitions of a source.
struct TextPlan: Sendable {
    let expression: TextExpression
    /// The named groups: number, and the key with quotes and colon.
    let keys: [(number: Int, key: [UInt8])]
    /// Bytes of all keys and what separates them.
    let keyBytes: Int
    /// The group that holds the time, and how it is written; nil when the time fields of the event tell it.
    let time: (group: Int, format: TimeFormat)?
    /// The year of a file's first line, for formats without a year.
    let firstYear: Int?
    /// Names of the event's fields that give its time where `time` is nil; empty: the usual ones.
    let timeFields: [String]

    /// `timeFields` are those of the source's configuration; the format's own group goes before them. Throws what is wrong.
    init(_ format: TextFormat, timeFields: [String]) throws(SourceFormatError) {
        expression = try TextExpression(format.expression)
        keys = expression.groups.map { ($0.number, Array("\"\($0.name)\":".utf8)) }
        keyBytes = keys.reduce(0) { $0 + $1.key.count + 1 }
        firstYear = format.year
        let groups = expression.groups
        if let name = format.timeGroup, !groups.contains(where: { $0.name == name }) {
            throw SourceFormatError("time group \"\(name)\" is not a group of the expression")
        }
        let candidates = format.timeGroup.map { [$0] } ?? (timeFields.isEmpty ? EventDecoder.defaultTimeFields : timeFields)
        self.timeFields = format.timeGroup.map { [$0] } ?? timeFields
        guard let timeFormat = format.timeFormat else {
            time = nil
            return
        }
        let group = candidates.lazy.compactMap { name in groups.first { $0.name == name }?.number }.first
        guard let group else {
            throw SourceFormatError(
                "time format without a group for the time: name one of the groups \(candidates.joined(separator: ", "))")
        }
        time = (group, try TimeFormat(timeFormat, zone: format.zone))
    }
}

/// An alert on its way to one action.
package struct Alert: Sendable, Equatable {
    /// Its number in the action's outbox, from 0 without gaps.
    package let number: UInt64
    /// The alert as `MatchEncoder` writes it: one line of JSON with its newline.
    package let line: [UInt8]

    private static let prefix = Array("{\"match_id\":\"".utf8)
    private static let keyField = Array(",\"key\":".utf8)

    /// An alert of these parts.
    package init(number: UInt64, line: [UInt8]) {
        self.number = number
        self.line = line
    }

    /// The alert without its newline.
    package var json: ArraySlice<UInt8> { line.last == 10 ? line.dropLast() : line[...] }

    /// The match's id, by which whoever receives it knows a repeated one; empty when the line is none of ours.
    package var matchID: String {
        guard line.starts(with: Self.prefix), let end = line[Self.prefix.count...].firstIndex(of: UInt8(ascii: "\"")) else { return "" }
        return String(decoding: line[Self.prefix.count..<end], as: UTF8.self)
    }

    /// What tells the alert from every other: its id, rule, level and kind, as they are written. Nil when the line is none of ours.
    package var identity: ArraySlice<UInt8>? { Self.identity(of: line[...]) }

    /// The same of a line that may have been written by `MatchEncoder`.
    package static func identity(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard line.starts(with: prefix) else { return nil }
        // In a text every quote is escaped, so this is the field.
        guard let end = line.indices.first(where: { line[$0] == keyField[0] && line[$0...].starts(with: keyField) }) else { return nil }
        return line[..<end]
    }
}

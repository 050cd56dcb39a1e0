/// Columns for people: as wide as their widest entry, but for very long ones, two blanks between them, no blanks at the ends of lines.
struct TextTable {
    /// An entry that is longer moves what stands behind it, and not all other lines too.
    private static let widest = 60

    private var rows: [[String]]
    private let rightAligned: Set<Int>

    /// A table with these headings; `rightAligned` are columns of numbers.
    init(_ headings: [String], rightAligned: Set<Int> = []) {
        rows = [headings]
        self.rightAligned = rightAligned
    }

    /// Adds a row of as many entries as there are headings.
    mutating func add(_ entries: [String]) { rows.append(entries.map(\.withoutControls)) }

    /// The lines.
    var text: String {
        var widths = [Int](repeating: 0, count: rows[0].count)
        for row in rows { for (column, entry) in row.enumerated() { widths[column] = max(widths[column], min(entry.count, Self.widest)) } }
        var text = ""
        for row in rows {
            var line = ""
            for (column, entry) in row.enumerated() {
                if column > 0 { line += "  " }
                let padding = String(repeating: " ", count: max(0, widths[column] - entry.count))
                if rightAligned.contains(column) {
                    line += padding + entry
                } else {
                    line += column == row.count - 1 ? entry : entry + padding
                }
            }
            text += line + "\n"
        }
        return text
    }
}

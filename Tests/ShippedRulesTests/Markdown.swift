import Foundation

/// The parts of a Markdown text that tests run: fenced blocks and rows of tables.
struct Markdown {
    /// A fenced block.
    struct Block {
        /// The first word behind the fence.
        let language: String
        /// The second word: the file that readers save the block as; empty without one.
        let file: String
        /// True when the third word is `config`: a configuration of the service.
        let isConfiguration: Bool
        /// Line of the opening fence, from 1.
        let line: Int
        let text: String
    }

    /// A row of a table, its cells without white space and backticks around them.
    struct Row {
        let line: Int
        let cells: [String]
    }

    private(set) var blocks: [Block] = []
    private(set) var rows: [Row] = []

    init(contentsOf path: String) throws {
        let lines = try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n")
        var open: (words: [String], line: Int, text: String)?
        for (index, line) in lines.enumerated() {
            if let block = open {
                if line == "```" {
                    let file = block.words.count > 1 ? block.words[1] : ""
                    let isConfiguration = block.words.dropFirst(2).first == "config"
                    blocks.append(
                        Block(
                            language: block.words.first ?? "", file: file, isConfiguration: isConfiguration, line: block.line,
                            text: block.text))
                    open = nil
                } else {
                    open?.text += line + "\n"
                }
            } else if line.hasPrefix("```") {
                open = (line.dropFirst(3).split(separator: " ").map(String.init), index + 1, "")
            } else if line.hasPrefix("| ") {
                rows.append(Row(line: index + 1, cells: Self.cells(line)))
            }
        }
    }

    private static func cells(_ line: String) -> [String] {
        let bar = "\u{1}"
        let parts = line.replacingOccurrences(of: "\\|", with: bar).split(separator: "|", omittingEmptySubsequences: false)
        return parts.dropFirst().dropLast().map { cell in
            cell.trimmingCharacters(in: CharacterSet(charactersIn: " `")).replacingOccurrences(of: bar, with: "|")
        }
    }
}

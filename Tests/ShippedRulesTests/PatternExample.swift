import Foundation

/// A row of the README's tables: a pattern over events such as `a1 x2 b3`, a letter and its second.
struct PatternExample {
    let pattern: String
    let policies: String
    let events: String

    /// The matches as the table writes them: `a1 b3; a2 b3`, `none`, `timeout a1`, `a1 @31` where no event ends it.
    func matches(in workshop: Workshop) throws -> String {
        try workshop.write(rule, to: "row.yaml")
        try workshop.write(input, to: "row.ndjson")
        let output = try workshop.output(of: "fluxcore replay --quiet --rules row.yaml --input row.ndjson")
        let lines = output.split(separator: "\n")
        return lines.isEmpty ? "none" : try lines.map { try Self.text(of: String($0)) }.joined(separator: "; ")
    }

    private var rule: String {
        var keys = Self.topLevel(policies)
        if !keys.contains(where: { $0.hasPrefix("within") }) { keys.append("within: 1m") }
        let text = pattern + " " + policies
        let names = Set(text.matches(of: #/\b[a-z]\b/#).map { String($0.output) }).sorted()
        let events = names.map { "\($0): 'k == \"\($0)\"'" }.joined(separator: ", ")
        return "rule: row\npattern: '\(pattern)'\nevents: { \(events) }\n" + keys.joined(separator: "\n") + "\n"
    }

    /// Splits at commas that stand in no braces.
    private static func topLevel(_ text: String) -> [String] {
        var parts = [""]
        var depth = 0
        for character in text {
            if character == "{" { depth += 1 }
            if character == "}" { depth -= 1 }
            if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        return parts.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    private var input: String {
        events.split(separator: " ").map { "{\"ts\":\($0.dropFirst()),\"k\":\"\($0.prefix(1))\"}\n" }.joined()
    }

    private struct Line: Decodable {
        struct Bound: Decodable {
            struct Event: Decodable {
                let ts: Int
            }
            let name: String
            let event: Event
        }
        let kind: String?
        let end: String
        let events: [Bound]
    }

    private static func text(of line: String) throws -> String {
        let match = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
        var words = match.kind.map { [$0] } ?? []
        words += match.events.map { "\($0.name)\($0.event.ts)" }
        let end = ISO8601DateFormatter().date(from: match.end).map { Int($0.timeIntervalSince1970) }
        if let end, match.kind == nil, end != match.events.last?.event.ts { words.append("@\(end)") }
        return words.joined(separator: " ")
    }
}

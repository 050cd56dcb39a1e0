import EngineService
import RuleLanguage
import TestSupport

/// A rule and a file of events, small enough to be read: the event `a3 k=1 v=2` has the type `a`, the time 3 s after 1970, and these fields.
struct WhyScenario {
    private let folder: TemporaryFolder
    private let rules: [Rule]

    /// A rule over events a to d, u and n, each of which is its type; `lines` are further lines of the rule, or of other documents.
    init(_ pattern: String, _ lines: String = "within: 1m", events: String? = nil) throws {
        let events =
            events
                ?? """
                  a: type == "a"
                  b: type == "b"
                  c: type == "c"
                  d: type == "d"
                """
        try self.init(yaml: "rule: r\nby: k\nevents:\n\(events)\npattern: '\(pattern)'\n\(lines)\n")
    }

    init(yaml: String) throws {
        folder = try TemporaryFolder()
        try folder.write(yaml, to: "rule.yaml")
        rules = RuleLoader.load(paths: [folder.file("rule.yaml")], patternDirectories: []).rules
    }

    /// The report on these events.
    func report(
        _ text: String, key: String? = "1", limit: Int = 5, _ configure: (inout Why.Options) -> Void = { _ in }
    ) throws -> WhyReport {
        try folder.write(Self.lines(text), to: "s.ndjson")
        var options = Why.Options(streams: [("s", [folder.file("s.ndjson")])], rule: "r")
        options.key = key
        options.limit = limit
        configure(&options)
        return try Why(rules, options: options).run()
    }

    /// How each attempt of the first key ended, with its number, and what began none.
    func ends(_ text: String, key: String? = "1", _ configure: (inout Why.Options) -> Void = { _ in }) throws -> [String] {
        lines(of: try report(text, key: key, configure)) { $0.hasPrefix("    ") }
    }

    /// The near misses of the first key.
    func misses(_ text: String, key: String? = "1", _ configure: (inout Why.Options) -> Void = { _ in }) throws -> [String] {
        guard let nearMisses = try report(text, key: key, configure).keys.first?.nearMisses else { return [] }
        let report = try report(text, key: key, configure).text
        let lines = report.split(separator: "\n").map(String.init)
        let first = lines.firstIndex { $0.hasPrefix("near misses") } ?? lines.endIndex
        let shown = lines[first...].dropFirst().filter { $0.contains(": this event ") }
        return shown.count == nearMisses.count ? shown.map { Self.short($0, folder.path) } : []
    }

    /// The verdict.
    func verdict(_ text: String, key: String? = "1", _ configure: (inout Why.Options) -> Void = { _ in }) throws -> String {
        Self.short(try report(text, key: key, configure).verdict, folder.path)
    }

    /// The whole text.
    func text(_ text: String, key: String? = "1", limit: Int = 5) throws -> String {
        Self.short(try report(text, key: key, limit: limit).text, folder.path)
    }

    private func lines(of report: WhyReport, _ isWanted: (String) -> Bool) -> [String] {
        let words = [
            "matched", "ended", "dropped", "replaced", "was complete", "is open", "it is also", "the key held",
        ]
        return report.text.split(separator: "\n").map(String.init).filter { line in
            let text = line.drop { $0 == " " }
            return line.hasPrefix("    ")
                && (words.contains { text.hasPrefix($0) } || text.contains(" had come at ") || text.hasPrefix("false"))
        }.map { Self.short(String($0.drop { $0 == " " }), folder.path) }
    }

    /// Without what differs from run to run: the folder, and match ids.
    private static func short(_ text: String, _ folder: String) -> String {
        text.replacing(folder + "/", with: "").replacing("1970-01-01T00:", with: "").replacing(/[0-9a-f]{32}/, with: "ID")
    }

    private static func lines(_ text: String) -> String {
        text.split(separator: ";").map { event in
            let words = event.split(separator: " ")
            var fields = ["\"ts\":\(words[0].dropFirst())", "\"type\":\"\(words[0].first ?? "?")\""]
            if !words.contains(where: { $0.hasPrefix("k=") }) { fields.append("\"k\":1") }
            for word in words.dropFirst() {
                let parts = word.split(separator: "=")
                fields.append("\"\(parts[0])\":\(parts[1])")
            }
            return "{" + fields.joined(separator: ",") + "}\n"
        }.joined()
    }
}

import ArgumentParser
import EngineService
import EventEngine
import RuleLanguage

/// `fluxcore state ls`.
struct StateListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List partial matches by rule and key.",
        discussion: """
            For each key how many attempts there are, the steps that they await with the number of threads, and when the first of \
            it expires; in order of rule and key. JSON is one object on each line.
            """)

    @OptionGroup var location: StateLocation

    @Option(help: ArgumentHelp("Only this rule.", valueName: "id"))
    var rule: String?

    @Option(help: ArgumentHelp("Keys that are shown at most; 0: all.", valueName: "n"))
    var limit = 1000

    @Option(help: "text or json.")
    var format = StateFormatOption.text

    func validate() throws {
        guard limit >= 0 else { throw ValidationError("--limit needs a number from 0") }
    }

    func run() throws {
        try location.inspect { inspection in
            if let rule { try inspection.requireRule(rule) }
            let (keys, total) = try inspection.list(rule: rule, limit: limit == 0 ? .max : limit)
            guard !keys.isEmpty else {
                Terminal.writeError("no partial matches\n")
                throw ExitStatus.findings
            }
            switch format {
            case .text: Terminal.writeOutput(ListedKey.text(keys))
            case .json:
                var buffer = ByteBuffer(capacity: 4096)
                for key in keys { key.appendJSON(to: &buffer) }
                Terminal.writeOutput(buffer.text)
            }
            if keys.count < total {
                Terminal.writeError(
                    "\(ReplaySummary.grouped(keys.count)) of \(ReplaySummary.grouped(total)) keys; --limit 0 shows all\n")
            }
            if keys.contains(where: { $0.problem != nil }) { throw ExitStatus.findings }
        }
    }
}

extension StateInspection {
    /// Says so, and throws `findings`, when the rule has no partial matches.
    func requireRule(_ rule: String) throws {
        guard !rules.contains(rule) else { return }
        let hint = NameSuggestion.hint(for: rule, among: rules)
        Terminal.writeError("error: rule `\(rule)` has no partial matches\(hint.isEmpty ? "" : "; " + hint)\n")
        throw ExitStatus.findings
    }
}

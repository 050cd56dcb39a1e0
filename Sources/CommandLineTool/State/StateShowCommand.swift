import ArgumentParser
import EngineService
import EventEngine

/// `fluxcore state show`.
struct StateShowCommand: ParsableCommand {
    private static let suggestions = 5

    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the partial matches of one key in full.",
        discussion: """
            Each attempt with its threads, the most preferred first: the events that a thread has bound, the steps that it awaits, \
            and until when. --key is the key's one value, or a JSON array of all its parts; it may be left out where the \
            rule has one key only.

            EXAMPLES:
              fluxcore state show --state rocksdb:./state --rule auth.bruteforce --key bob
              fluxcore state show --state rocksdb:./state --rule net.scan --key '["10.0.0.1",null]'
            """)

    @OptionGroup var location: StateLocation

    @Option(help: ArgumentHelp("The rule's id.", valueName: "id"))
    var rule: String

    @Option(help: ArgumentHelp("The key: one value, or a JSON array.", valueName: "key"))
    var key: String?

    @Option(help: "text or json.")
    var format = StateFormatOption.text

    func validate() throws {
        if let key, StateInspection.storedKey(meaning: key) == nil {
            throw ValidationError("--key needs one value, or a JSON array of texts, numbers and null, not '\(key)'")
        }
    }

    func run() throws {
        try location.inspect { inspection in
            try inspection.requireRule(rule)
            let stored = try key.flatMap { StateInspection.storedKey(meaning: $0) } ?? onlyKey(inspection)
            guard let shown = try inspection.key(stored, rule: rule) else {
                Terminal.writeError("error: rule `\(rule)` has no partial matches of the key \(stored)\n")
                throw ExitStatus.findings
            }
            switch format {
            case .text: Terminal.writeOutput(shown.text)
            case .json:
                var buffer = ByteBuffer(capacity: 4096)
                shown.appendJSON(to: &buffer)
                Terminal.writeOutput(buffer.text)
            }
            if case .failure = shown.state { throw ExitStatus.findings }
        }
    }

    private func onlyKey(_ inspection: StateInspection) throws -> String {
        let (keys, total) = try inspection.list(rule: rule, limit: Self.suggestions)
        if total == 1, let only = keys.first { return only.key }
        let some = keys.map(\.key).joined(separator: ", ")
        Terminal.writeError(
            "error: rule `\(rule)` has \(ReplaySummary.grouped(total)) keys; choose one with --key: \(some)"
                + (total > keys.count ? ", …" : "") + "\n")
        throw ExitStatus.usage
    }
}

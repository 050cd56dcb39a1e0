import ArgumentParser
import Connectors
import EngineService
import EventEngine
import RuleLanguage

/// `fluxcore why`.
struct WhyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Say why a rule fired or did not.",
        discussion: """
            Runs one rule over files and tells what became of its attempts: what began them, what they bound, which step they \
            waited for, what ended them, and which events nearly advanced them, with the part of the predicate that fails and its \
            values. Before that, how many events came how far. The files are read as replay reads them, and read twice.

            Without --key it looks at the keys that came nearest to a match. With --state it shows instead what a service has half \
            matched, and what that waits for.

            EXAMPLES:
              fluxcore why --rules rules --input auth.ndjson --rule auth.guessed
              fluxcore why --rules rules --input auth.ndjson --rule auth.guessed --key bob
              fluxcore why --rules rules --input n.ndjson --rule scan --key '["h1",null]'
              fluxcore why --state rocksdb:./state --rule auth.guessed --key bob
            """)

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Rule files, or directories that are searched for them.", valueName: "path"))
    var rules: [String] = []

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Files of events.", valueName: "file"))
    var input: [String] = []

    @Option(help: ArgumentHelp("The id of the rule.", valueName: "id"))
    var rule: String

    @Option(help: ArgumentHelp("The key: one value, or a JSON array. (default: those that came nearest)", valueName: "key"))
    var key: String?

    @Option(help: "text or json.")
    var format = StateFormatOption.text

    @Option(help: ArgumentHelp("Attempts and near misses that are shown of each key.", valueName: "n"))
    var limit = 5

    @Option(help: ArgumentHelp("Keys that are shown without --key.", valueName: "n"))
    var keys = 3

    @Option(help: ArgumentHelp("The stream that the events belong to.", valueName: "name"))
    var stream: String?

    @Option(
        help: ArgumentHelp(
            "Fields that give event time; the first one present counts. (default: @timestamp,timestamp,ts,time)", valueName: "a,b"))
    var timeField: String?

    @Option(help: ArgumentHelp("ndjson or csv. (default: csv for files named .csv, else ndjson)", valueName: "format"))
    var inputFormat: ReplayCommand.Format?

    @Option(help: ArgumentHelp("Names of the columns, for CSV without a header line.", valueName: "a,b,c"))
    var csvColumns: String?

    @Option(help: ArgumentHelp("How far events may be out of order, such as 5s.", valueName: "duration"))
    var lateness = "0s"

    @Flag(help: "Put everything in order of event time first.")
    var sort = false

    @Flag(help: "Leave pending what the end of the input would decide, as if more events could come.")
    var noFlush = false

    @Option(help: ArgumentHelp("The state store of a service, to look at instead of files.", valueName: "url"))
    var state: String?

    @OptionGroup var patternOptions: PatternOptions

    func validate() throws {
        if state != nil {
            guard rules.isEmpty, input.isEmpty else { throw ValidationError("--state goes without --rules and --input") }
            return
        }
        if rules.isEmpty { throw ValidationError("--rules needs at least one path") }
        if input.isEmpty { throw ValidationError("--input needs at least one file") }
        guard let duration = DurationText.parse(lateness), duration >= 0 else {
            throw ValidationError("--lateness needs a duration such as 5s or 1m30s, not '\(lateness)'")
        }
        guard (1...1000).contains(limit) else { throw ValidationError("--limit needs a number from 1 to 1000") }
        guard (1...100).contains(keys) else { throw ValidationError("--keys needs a number from 1 to 100") }
        if csvColumns != nil, inputFormat == .ndjson { throw ValidationError("--csv-columns goes with --input-format csv") }
        if Set(input.map { fileFormat(of: $0) }).count > 1 { throw ValidationError("all files must have one format; say --input-format") }
    }

    func run() throws {
        if let state { return try showState(state) }
        let loaded = try LoadedRules(paths: rules, patternDirectories: patternOptions.patterns)
        guard loaded.rules.contains(where: { $0.id == rule }) else {
            loaded.reportErrors()
            let hint = NameSuggestion.hint(for: rule, among: loaded.rules.map(\.id))
            Terminal.writeError("error: no rule `\(rule)`\(hint.isEmpty ? "" : "; " + hint)\n")
            throw ExitStatus.findings
        }
        let report = try report(loaded.rules)
        switch format {
        case .text: Terminal.writeOutput(report.text)
        case .json:
            var buffer = ByteBuffer(capacity: 4096)
            report.appendJSON(to: &buffer)
            Terminal.writeOutput(buffer.text)
        }
    }

    private func report(_ rules: [Rule]) throws -> WhyReport {
        var options = Why.Options(streams: InputFiles.streams(input, stream: stream, rules: rules), rule: rule)
        options.input.timeFields = InputFiles.names(timeField)
        options.input.lateness = DurationText.parse(lateness) ?? 0
        options.input.sortsAll = sort
        if fileFormat(of: input[0]) == .csv { options.input.format = .csv(columns: csvColumns.map { InputFiles.names($0) }) }
        options.key = key
        options.limit = limit
        options.keyCount = keys
        if noFlush { options.end = .clock(.min) }
        do throws(Why.Failure) {
            return try Why(rules, options: options).run()
        } catch {
            Terminal.writeError("error: \(error)\n")
            switch error {
            case .input: throw ExitStatus.environment
            case .key, .readOnce: throw ExitStatus.usage
            case .noRule: throw ExitStatus.findings
            }
        }
    }

    private func fileFormat(of file: String) -> ReplayCommand.Format {
        InputFiles.format(of: file, said: inputFormat, hasColumns: csvColumns != nil)
    }

    /// What `fluxcore state show` shows of the key.
    private func showState(_ url: String) throws {
        var arguments = ["--state", url, "--rule", rule, "--format", format.rawValue]
        if let key { arguments += ["--key", key] }
        let show = try StateShowCommand.parse(arguments)
        try show.run()
    }
}

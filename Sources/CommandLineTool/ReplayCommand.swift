import ArgumentParser
import Connectors
import EngineService
import RuleLanguage

/// `fluxcore replay`.
struct ReplayCommand: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case ndjson
        case csv
    }

    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Run rules over files of events.",
        discussion: """
            Reads events in event time and writes each match as one line of JSON. Several files are merged by event time. \
            Lines that are no events are counted and never stop a replay; a summary goes to standard error.

            An event is late when it is older than the newest event before it, less the lateness; late events are counted \
            and left out. Use --lateness to allow for disorder, or --sort for a file that is not in order at all.

            Without --stream all files are events of the one stream that the rules name; where they name none or several, \
            a file is a stream of its own whose name is the file's, without folders and up to the first dot.

            EXAMPLES:
              fluxcore replay --rules rules --input auth.ndjson
              fluxcore replay --rules rules --input web-1.ndjson web-2.ndjson --lateness 5s
              fluxcore replay --rules fraud.yaml --input payments.csv --time-field booked_at --sort
              zcat auth.ndjson.gz | fluxcore replay --rules rules --input - --output matches.ndjson
            """)

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Rule files, or directories that are searched for them.", valueName: "path"))
    var rules: [String]

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Files of events; - is standard input.", valueName: "file"))
    var input: [String]

    @Option(help: ArgumentHelp("The stream that the events belong to.", valueName: "name"))
    var stream: String?

    @Option(
        help: ArgumentHelp(
            "Fields that give event time; the first one present counts. (default: @timestamp,timestamp,ts,time)", valueName: "a,b"))
    var timeField: String?

    @Option(help: ArgumentHelp("ndjson or csv. (default: csv for files named .csv, else ndjson)", valueName: "format"))
    var format: Format?

    @Option(help: ArgumentHelp("Names of the columns, for CSV without a header line.", valueName: "a,b,c"))
    var csvColumns: String?

    @Option(help: ArgumentHelp("How far events may be out of order, such as 5s.", valueName: "duration"))
    var lateness = "0s"

    @Flag(help: "Read everything first and put it in order of event time.")
    var sort = false

    @Option(
        help: ArgumentHelp(
            "Threads that match; matches do not depend on it. (default: one for each core)", valueName: "n"))
    var workers: Int?

    @Option(help: ArgumentHelp("File for matches. (default: standard output)", valueName: "file"))
    var output: String?

    @Option(help: ArgumentHelp("File for lines that are no events, as they were read.", valueName: "file"))
    var deadLetter: String?

    @Flag(help: "Leave pending what the end of the input would decide, as if more events could come.")
    var noFlush = false

    @Flag(help: "No progress bar and no summary.")
    var quiet = false

    @OptionGroup var patternOptions: PatternOptions

    func validate() throws {
        guard let duration = DurationText.parse(lateness), duration >= 0 else {
            throw ValidationError("--lateness needs a duration such as 5s or 1m30s, not '\(lateness)'")
        }
        if let workers, !(1...1024).contains(workers) { throw ValidationError("--workers needs a number from 1 to 1024") }
        if csvColumns != nil, format == .ndjson { throw ValidationError("--csv-columns goes with --format csv") }
        if rules.isEmpty { throw ValidationError("--rules needs at least one path") }
        if input.isEmpty { throw ValidationError("--input needs at least one file, or - for standard input") }
        if input.count(where: { $0 == "-" }) > 1 { throw ValidationError("standard input can be read only once") }
        if let deadLetter, deadLetter == output { throw ValidationError("--output and --dead-letter need different files") }
        let formats = Set(input.map { inputFormat(of: $0) })
        if formats.count > 1 { throw ValidationError("all files must have one format; say --format, or replay them apart") }
    }

    func run() throws {
        let loaded = try LoadedRules(paths: rules, patternDirectories: patternOptions.patterns)
        try loaded.requireNoErrors()
        guard let program = loaded.program else { throw ExitStatus.findings }
        var options = Replay.Options(streams: InputFiles.streams(input, stream: stream, rules: loaded.rules))
        options.input.timeFields = InputFiles.names(timeField)
        options.input.lateness = DurationText.parse(lateness) ?? 0
        options.input.sortsAll = sort
        if inputFormat(of: input[0]) == .csv { options.input.format = .csv(columns: csvColumns.map { InputFiles.names($0) }) }
        options.output = output ?? "-"
        options.deadLetter = deadLetter
        options.flushes = !noFlush
        options.workers = workers ?? SystemInfo.cores
        let bar = !quiet && Terminal.errorIsTerminal ? ProgressBar(total: EventInput.totalSize(of: input)) : nil
        do throws(Replay.Failure) {
            let summary = try Replay(program, options: options).run { bar?.update(bytes: $0, events: $1) }
            bar?.clear()
            if !quiet { Terminal.writeError(summary.text) }
        } catch {
            bar?.clear()
            if case .output(.closed) = error { return }
            Terminal.writeError("error: \(error)\n")
            throw ExitStatus.environment
        }
    }

    private func inputFormat(of file: String) -> Format {
        InputFiles.format(of: file, said: format, hasColumns: csvColumns != nil)
    }
}

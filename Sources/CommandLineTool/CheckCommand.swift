import ArgumentParser
import RuleLanguage

/// `fluxcore check`.
struct CheckCommand: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }

    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Compile rules and report what is wrong with them.",
        discussion: """
            Prints each error and warning with its file, line and column, the line itself, a caret and a hint. The last \
            line, on standard error, says how many there are. Warnings do not make the check fail.

            EXAMPLES:
              fluxcore check rules
              fluxcore check rules/auth/bruteforce.yaml --format json
            """)

    @Argument(help: ArgumentHelp("Rule files, or directories that are searched for them.", valueName: "path"))
    var paths: [String]

    @Option(help: ArgumentHelp("How findings are written: text or json.", valueName: "format"))
    var format = Format.text

    @OptionGroup var patternOptions: PatternOptions

    func run() throws {
        let loaded = try LoadedRules(paths: paths, patternDirectories: patternOptions.patterns)
        switch format {
        case .text: Terminal.writeOutput(DiagnosticRenderer(usesColor: Terminal.outputUsesColor).text(loaded.diagnostics))
        case .json: Terminal.writeOutput(DiagnosticRenderer().json(loaded.diagnostics))
        }
        Terminal.writeError(loaded.summary + "\n")
        if loaded.hasErrors { throw ExitStatus.findings }
    }
}

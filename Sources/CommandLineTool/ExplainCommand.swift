import ArgumentParser
import PatternCompiler
import RuleLanguage

/// `fluxcore explain`.
struct ExplainCommand: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case dot
        case mermaid
        case svg
    }

    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show the automaton that a rule becomes.",
        discussion: """
            EXAMPLES:
              fluxcore explain rules --rule auth.bruteforce_success
              fluxcore explain rules --rule auth.bruteforce_success --format svg > rule.svg
            """)

    @Argument(help: ArgumentHelp("Rule files, or directories that are searched for them.", valueName: "path"))
    var paths: [String]

    @Option(help: ArgumentHelp("The id of the rule.", valueName: "id"))
    var rule: String

    @Option(help: ArgumentHelp("text, dot, mermaid or svg.", valueName: "format"))
    var format = Format.text

    @OptionGroup var patternOptions: PatternOptions

    func run() throws {
        let loaded = try LoadedRules(paths: paths, patternDirectories: patternOptions.patterns)
        guard let found = loaded.rules.first(where: { $0.id == rule }) else {
            loaded.reportErrors()
            let hint = NameSuggestion.hint(for: rule, among: loaded.rules.map(\.id))
            Terminal.writeError("error: no rule `\(rule)`\(hint.isEmpty ? "" : "; " + hint)\n")
            throw ExitStatus.findings
        }
        guard let automaton = Automaton(found.pattern) else {
            loaded.reportErrors()
            throw ExitStatus.findings
        }
        Terminal.writeOutput("\(automaton)\n")
    }
}

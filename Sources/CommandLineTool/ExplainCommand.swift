import ArgumentParser
import PatternCompiler
import RuleLanguage

/// `fluxcore explain`.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show the automaton that a rule becomes.",
        discussion: """
            One line for each step: where it can go next, the preferred way first.

            EXAMPLES:
              fluxcore explain rules --rule auth.bruteforce_success
            """)

    @Argument(help: ArgumentHelp("Rule files, or directories that are searched for them.", valueName: "path"))
    var paths: [String]

    @Option(help: ArgumentHelp("The id of the rule.", valueName: "id"))
    var rule: String

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
        let names = found.events.map(\.name)
        func name(_ step: Int?) -> String { step.map { "\($0 + 1) \(names[automaton.steps[$0].variable])" } ?? "accept" }
        Terminal.writeOutput("start -> " + automaton.start.map { name($0.target) }.joined(separator: " | ") + "\n")
        for (step, edges) in automaton.follow.enumerated() {
            Terminal.writeOutput("\(name(step)) -> " + edges.map { name($0.target) }.joined(separator: " | ") + "\n")
        }
    }
}

import ArgumentParser
import PatternCompiler
import RuleLanguage

/// `fluxcore explain`.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show the automaton that a rule becomes, and what it may cost.",
        discussion: """
            What each step awaits next, the preferred way first; the policies; the machine that
            runs the rule, and the bound on its state.

            EXAMPLES:
              fluxcore explain rules --rule auth.bruteforce_success
              fluxcore explain rules --rule auth.bruteforce_success --format svg > rule.svg
            """)

    /// How the automaton is shown.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, dot, mermaid, svg
    }

    @Argument(help: ArgumentHelp("Rule files, or directories that are searched for them.", valueName: "path"))
    var paths: [String]

    @Option(help: ArgumentHelp("The id of the rule.", valueName: "id"))
    var rule: String

    @Option(help: "text, dot (Graphviz), mermaid or svg.")
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
        guard let explanation = Explanation(found) else {
            loaded.reportErrors()
            throw ExitStatus.findings
        }
        switch format {
        case .text: Terminal.writeOutput(explanation.text())
        case .dot: Terminal.writeOutput(explanation.dot())
        case .mermaid: Terminal.writeOutput(explanation.mermaid())
        case .svg: Terminal.writeOutput(explanation.svg())
        }
    }
}

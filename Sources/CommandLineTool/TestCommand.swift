import ArgumentParser
import EngineService
import RuleLanguage

/// `fluxcore test`.
struct TestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run the tests that rules carry.",
        discussion: """
            Each test gives its rule events on a virtual clock that starts at 2026-01-01T00:00:00Z and says which matches \
            must come out. All tests are run; of one that fails, the difference is shown. Other rules do not run: matches \
            that a rule reads are given as events of the stream `matches`.

            EXAMPLES:
              fluxcore test rules
              fluxcore test rules --filter auth.bruteforce_success --junit results.xml
            """)

    @Argument(help: ArgumentHelp("Rule files, or directories that are searched for them.", valueName: "path"))
    var paths: [String]

    @Option(help: ArgumentHelp("Also write the results to this file, as JUnit XML.", valueName: "file"))
    var junit: String?

    @Option(help: ArgumentHelp("Run only tests of rules whose id contains this text.", valueName: "rule"))
    var filter: String?

    @OptionGroup var patternOptions: PatternOptions

    func run() throws {
        let loaded = try LoadedRules(paths: paths, patternDirectories: patternOptions.patterns)
        loaded.reportErrors()
        var outcomes: [RuleTestOutcome] = []
        var ruleCount = 0
        for rule in loaded.rules where filter.map({ rule.id.contains($0) }) ?? true {
            ruleCount += 1
            guard let runner = RuleTestRunner(rule) else { continue }
            let results = runner.runAll()
            outcomes += results
            for result in results { report(result) }
        }
        if let junit { try write(JUnitReport(outcomes).text, to: junit) }
        let failed = outcomes.count { $0.failure != nil }
        let errors = loaded.diagnostics.count { $0.severity == .error }
        var summary = "\(LoadedRules.count(outcomes.count, "test")) of \(LoadedRules.count(ruleCount, "rule")), \(failed) failed"
        if errors > 0 { summary += ", " + LoadedRules.count(errors, "error") }
        Terminal.writeOutput(summary + "\n")
        if ruleCount == 0, let filter {
            let hint = NameSuggestion.hint(for: filter, among: loaded.rules.map(\.id))
            Terminal.writeError("error: no rule's id contains `\(filter)`\(hint.isEmpty ? "" : "; " + hint)\n")
            throw ExitStatus.findings
        }
        if failed > 0 || loaded.hasErrors { throw ExitStatus.findings }
    }

    private func report(_ outcome: RuleTestOutcome) {
        guard let failure = outcome.failure else { return }
        let usesColor = Terminal.outputUsesColor
        let label = usesColor ? "\u{1B}[1;31mFAILED\u{1B}[0m" : "FAILED"
        let line = outcome.span.file.position(at: outcome.span.start).line
        let indented = failure.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }.joined(separator: "\n")
        Terminal.writeOutput("\(label) \(outcome.rule): \(outcome.test) (\(outcome.span.file.path):\(line))\n\(indented)\n")
    }

    private func write(_ text: String, to file: String) throws {
        do throws(OutputError) {
            let output = try BufferedOutput(file: file)
            try output.append { $0.append(text: text) }
            try output.flush()
        } catch {
            Terminal.writeError("error: \(error)\n")
            throw ExitStatus.environment
        }
    }
}

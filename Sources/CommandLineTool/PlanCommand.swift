import ArgumentParser
import EngineService
import EventEngine
import RuleLanguage
import StateStore

/// `fluxcore plan`.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Say what a reload with other rules would do, before it is done.",
        discussion: """
            Compares the rules of the configuration with others, rule by rule: which are added, removed or changed, and \
            whether their partial matches go on. How many there are is read from the state store, also while the service \
            runs.

            EXAMPLES:
              fluxcore plan --config fluxcore.yaml new-rules
            """)

    @Option(help: ArgumentHelp("The service's configuration.", valueName: "file"))
    var config: String

    @Argument(
        help: ArgumentHelp(
            "Rule files, or directories that are searched for them, to take the place of the present ones.", valueName: "new-rules"))
    var newRules: [String]

    @OptionGroup var patternOptions: PatternOptions

    func run() throws {
        let loaded = ConfigurationReader.read(path: config)
        guard let configuration = loaded.configuration else {
            Terminal.writeError(loaded.secrets.redact(DiagnosticRenderer(usesColor: Terminal.errorUsesColor).text(loaded.diagnostics)))
            throw loaded.isUnreadable ? ExitStatus.environment : ExitStatus.findings
        }
        let patterns = configuration.patterns?.map(ServiceConfiguration.short) ?? []
        let old = try LoadedRules(paths: configuration.rules.map(ServiceConfiguration.short), patternDirectories: patterns)
        let new = try LoadedRules(
            paths: newRules, patternDirectories: patternOptions.patterns.isEmpty ? patterns : patternOptions.patterns)
        try new.requireNoErrors()
        let unknown = configuration.unknownActions(of: new.rules)
        if !unknown.isEmpty {
            Terminal.writeError(DiagnosticRenderer(usesColor: Terminal.errorUsesColor).text(unknown))
            throw ExitStatus.findings
        }
        guard let before = old.program, let after = new.program else { throw ExitStatus.findings }
        let (counts, remark) = Self.keyCounts(configuration, for: after)
        Terminal.writeOutput(ReloadReport(from: before, to: after, keys: counts.keys, mapped: counts.mapped).text)
        if let remark { Terminal.writeError(configuration.secrets.redact(remark) + "\n") }
    }

    /// Keys with partial matches by rule; none, and the reason, when the store cannot be read.
    private static func keyCounts(
        _ configuration: ServiceConfiguration, for program: EngineProgram
    ) -> (counts: RuleKeyCounts, remark: String?) {
        do throws(StateStoreError) { return (try RuleKeyCounts.read(configuration, for: program), nil) } catch {
            return (RuleKeyCounts(), "partial matches are not counted: \(error)")
        }
    }
}

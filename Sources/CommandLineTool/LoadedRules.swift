import ArgumentParser
import EngineService
import EventEngine
import Glibc
import RuleLanguage

/// Rules read and compiled, and everything there is to say about them.
struct LoadedRules {
    /// The rules, their program, and what there is to say of them.
    let loaded: LoadedRuleSet

    /// Reads files and directories. Throws `environment`, with the reason said, when one of them does not exist.
    init(paths: [String], patternDirectories: [String]) throws {
        for path in paths + patternDirectories where access(path, R_OK) != 0 {
            Terminal.writeError("error: \(path): \(String(cString: strerror(errno)))\n")
            throw ExitStatus.environment
        }
        loaded = LoadedRuleSet(paths: paths, patternDirectories: patternDirectories)
    }

    /// The rules that can run.
    var rules: [Rule] { loaded.rules }
    /// Of the reader and of the compiler, in this order.
    var diagnostics: [Diagnostic] { loaded.diagnostics }
    /// What the engine runs; nil when a rule cannot be compiled.
    var program: EngineProgram? { loaded.program }
    /// True when at least one error was found.
    var hasErrors: Bool { loaded.hasErrors }

    /// `3 rules, 1 error, 2 warnings`.
    var summary: String {
        let errors = diagnostics.count { $0.severity == .error }
        return [
            Self.count(rules.count, "rule"), Self.count(errors, "error"), Self.count(diagnostics.count - errors, "warning"),
        ].joined(separator: ", ")
    }

    /// Errors to standard error. Throws `findings` when there are any.
    func requireNoErrors() throws {
        guard hasErrors else { return }
        reportErrors()
        Terminal.writeError(summary + "\n")
        throw ExitStatus.findings
    }

    /// Errors to standard error.
    func reportErrors() {
        let renderer = DiagnosticRenderer(usesColor: Terminal.errorUsesColor)
        Terminal.writeError(renderer.text(diagnostics.filter { $0.severity == .error }))
    }

    /// `1 rule`, `2 rules`.
    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

/// `--patterns`, which every command has.
struct PatternOptions: ParsableArguments {
    @Option(
        name: .long, parsing: .upToNextOption,
        help: ArgumentHelp(
            "Directories with pattern libraries. Left out: directories named `patterns` in, beside and above the rules.",
            valueName: "dir"))
    var patterns: [String] = []
}

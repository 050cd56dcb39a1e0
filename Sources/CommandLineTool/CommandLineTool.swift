import ArgumentParser
import Glibc

/// The command line: parses arguments, runs a command, says with what code the process ends.
public enum CommandLineTool {
    /// The version that `--version` prints.
    public static let version = "0.1.0"

    /// Runs a command to its end.
    ///
    /// - Parameter arguments: without the executable's name.
    /// - Returns: 0 ok, 1 findings, 2 usage, 3 environment.
    public static func run(_ arguments: [String]) -> Int32 {
        // A reader that closes the pipe shows as an error of `write`, which ends the command quietly.
        signal(SIGPIPE, SIG_IGN)
        // Who started this may have ignored it, and then nobody learns how a child has ended.
        signal(SIGCHLD, SIG_DFL)
        do {
            var command = try FluxCoreCommand.parseAsRoot(arguments)
            try command.run()
            return ExitStatus.ok.rawValue
        } catch let status as ExitStatus {
            return status.rawValue
        } catch {
            let message = FluxCoreCommand.fullMessage(for: error)
            if FluxCoreCommand.exitCode(for: error).isSuccess {
                Terminal.writeOutput(message + "\n")
                return ExitStatus.ok.rawValue
            }
            Terminal.writeError(message + "\n")
            return ExitStatus.usage.rawValue
        }
    }

    /// The help text of a subcommand, or of the tool itself for nil, at 80 columns.
    static func help(for command: (any ParsableCommand.Type)?) -> String {
        if let command { return FluxCoreCommand.helpMessage(for: command, columns: 80) }
        return FluxCoreCommand.helpMessage(columns: 80)
    }
}

/// How a command ends when it does not end well; thrown after everything has been said.
enum ExitStatus: Int32, Error {
    /// Everything is well.
    case ok = 0
    /// Rules have errors, or tests failed.
    case findings = 1
    /// The command line cannot be understood.
    case usage = 2
    /// A file cannot be read or written.
    case environment = 3
}

/// `fluxcore`.
struct FluxCoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fluxcore",
        abstract: "Finds patterns of events over time, as rules describe them.",
        discussion: """
            A rule names events, the order in which they must come, and the time they may take. FluxCore reads rules from \
            YAML files and events from NDJSON or CSV, and writes each match as one line of JSON.

            EXAMPLES:
              fluxcore check rules
              fluxcore test rules
              fluxcore replay --rules rules --input auth.ndjson
              fluxcore explain rules --rule auth.bruteforce_success
              fluxcore why --rules rules --input auth.ndjson --rule auth.bruteforce_success
              fluxcore run --config fluxcore.yaml --check
              fluxcore plan --config fluxcore.yaml new-rules
              fluxcore state ls --config fluxcore.yaml
              fluxcore dlq ls --config fluxcore.yaml

            EXIT CODES:
              0 ok, 1 rules with errors or failed tests, 2 usage, 3 a file cannot be read or written
            """,
        version: CommandLineTool.version,
        subcommands: [
            CheckCommand.self, TestCommand.self, ReplayCommand.self, ExplainCommand.self, WhyCommand.self, RunCommand.self,
            PlanCommand.self, SilenceCommand.self, StateCommand.self, DeadLetterCommand.self, OutboxCommand.self,
            PlaygroundCommand.self,
        ])
}

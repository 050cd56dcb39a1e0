import AdminServer
import ArgumentParser

/// What a running service starts for each request to its playground; nothing for people.
struct PlaygroundCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: PlaygroundWorker.command, shouldDisplay: false)

    @OptionGroup var patternOptions: PatternOptions

    func run() throws {
        if PlaygroundWorker.run(patternDirectories: patternOptions.patterns) != 0 { throw ExitStatus.environment }
    }
}

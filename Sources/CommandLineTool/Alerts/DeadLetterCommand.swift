import ArgumentParser
import EngineService

/// `fluxcore dlq`.
struct DeadLetterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dlq",
        abstract: "Look at alerts that were given up, deliver them after all, or remove them.",
        discussion: """
            An alert that its action's system refuses, or that the configuration gives up, is a dead letter: it is kept in the \
            state store with the reason. ls and show disturb nobody. retry and purge ask a service that is running over its HTTP \
            interface, with --config (`server`; a token comes from FLUXCORE_TOKEN). Otherwise they change the store, and the \
            service must be stopped: RocksDB is locked while it runs; in Redis nothing tells, and the change would end it, so \
            they need --force.

            EXAMPLES:
              fluxcore dlq ls --config fluxcore.yaml
              fluxcore dlq show --config fluxcore.yaml --action hook --number 3
              fluxcore dlq retry --config fluxcore.yaml --action hook --all
              fluxcore dlq purge --state rocksdb:./state --action hook --number 3 4

            EXIT CODES:
              0 ok, 1 nothing is there, 2 usage, 3 a store cannot be read or written
            """,
        subcommands: [DeadLetterListCommand.self, DeadLetterShowCommand.self, DeadLetterRetryCommand.self, DeadLetterPurgeCommand.self])
}

/// `fluxcore dlq ls`.
struct DeadLetterListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "ls", abstract: "List dead letters by action, the oldest first.")

    @OptionGroup var options: AlertOptions
    @OptionGroup var list: AlertList

    func run() throws {
        try options.withActions(.dead, isReadOnly: true) { try list.show($0, $1) }
    }
}

/// `fluxcore dlq show`.
struct DeadLetterShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one dead letter in full.")

    @OptionGroup var location: StateLocation

    @Option(help: ArgumentHelp("The action.", valueName: "name"))
    var action: String

    @Option(help: ArgumentHelp("The number of the dead letter.", valueName: "n"))
    var number: UInt64

    @Option(help: "text or json.")
    var format = StateFormatOption.text

    func run() throws {
        try location.inspect { try AlertStore($0.store, kind: .dead).show(action: action, number: number, format: format) }
    }
}

/// `fluxcore dlq retry`.
struct DeadLetterRetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Let dead letters be delivered after all.",
        discussion: "They go behind the alerts that wait, with the same match ids, and are delivered as soon as the service runs.")

    @OptionGroup var options: AlertOptions
    @OptionGroup var choice: AlertChoice

    func run() throws {
        try choice.change(options, .dead, done: "to be delivered:", path: "/api/v1/dead-letters/retry") {
            try $0.retry(action: $1, numbers: $2)
        }
    }
}

/// `fluxcore dlq purge`.
struct DeadLetterPurgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "purge", abstract: "Remove dead letters for good.")

    @OptionGroup var options: AlertOptions
    @OptionGroup var choice: AlertChoice

    func run() throws {
        try choice.change(options, .dead, done: "removed:", path: "/api/v1/dead-letters/purge") { try $0.purge(action: $1, numbers: $2) }
    }
}

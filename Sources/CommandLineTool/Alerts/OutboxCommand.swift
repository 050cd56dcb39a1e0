import ArgumentParser
import EngineService

/// `fluxcore outbox`.
struct OutboxCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox",
        abstract: "Look at alerts that wait for delivery, or remove them.",
        discussion: """
            An alert is in the outbox of each of its actions from the checkpoint that decides it to the one after its delivery. \
            ls and show disturb nobody. purge asks a service that is running over its HTTP interface, with --config (`server`; a \
            token comes from FLUXCORE_TOKEN). Otherwise it changes the store, and the service must be stopped: RocksDB is locked \
            while it runs; in Redis nothing tells, and the change would end it, so it needs --force.

            EXAMPLES:
              fluxcore outbox ls --config fluxcore.yaml
              fluxcore outbox show --config fluxcore.yaml --action hook --number 12
              fluxcore outbox purge --config fluxcore.yaml --action hook --all

            EXIT CODES:
              0 ok, 1 nothing is there, 2 usage, 3 a store cannot be read or written
            """,
        subcommands: [OutboxListCommand.self, OutboxShowCommand.self, OutboxPurgeCommand.self])
}

/// `fluxcore outbox ls`.
struct OutboxListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "ls", abstract: "List alerts that wait by action, the oldest first.")

    @OptionGroup var options: AlertOptions
    @OptionGroup var list: AlertList

    func run() throws {
        try options.withActions(.outbox, isReadOnly: true) { try list.show($0, $1) }
    }
}

/// `fluxcore outbox show`.
struct OutboxShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one alert that waits in full.")

    @OptionGroup var location: StateLocation

    @Option(help: ArgumentHelp("The action.", valueName: "name"))
    var action: String

    @Option(help: ArgumentHelp("The number of the alert.", valueName: "n"))
    var number: UInt64

    @Option(help: "text or json.")
    var format = StateFormatOption.text

    func run() throws {
        try location.inspect { try AlertStore($0.store, kind: .outbox).show(action: action, number: number, format: format) }
    }
}

/// `fluxcore outbox purge`.
struct OutboxPurgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge", abstract: "Remove alerts that wait for good: they are never delivered, and count as dropped.")

    @OptionGroup var options: AlertOptions
    @OptionGroup var choice: AlertChoice

    func run() throws {
        try choice.change(options, .outbox, done: "removed:", path: "/api/v1/outbox/purge") { try $0.purge(action: $1, numbers: $2) }
    }
}

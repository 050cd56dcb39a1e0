import ArgumentParser

/// `fluxcore state`.
struct StateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Look at an engine's state, or move it to another store.",
        discussion: """
            Reads the partial matches that the service keeps in RocksDB or Redis: which there are, what each waits for and \
            when it expires. A running engine is not disturbed; what it has not committed yet is not seen.

            EXAMPLES:
              fluxcore state ls --state rocksdb:./state
              fluxcore state show --config fluxcore.yaml --rule auth.bruteforce --key bob
              fluxcore state stats --state redis://127.0.0.1:6379/0
              fluxcore state export --state rocksdb:./state --output state.ndjson
              fluxcore state import --state redis://127.0.0.1:6379/0 --input state.ndjson

            EXIT CODES:
              0 ok, 1 nothing is there, or state does not fit, 2 usage, 3 a store or file cannot be read or written
            """,
        subcommands: [
            StateListCommand.self, StateShowCommand.self, StateStatsCommand.self, StateExportCommand.self, StateImportCommand.self,
        ])
}

/// How state is shown.
enum StateFormatOption: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

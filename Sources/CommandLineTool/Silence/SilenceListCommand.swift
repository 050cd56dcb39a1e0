import ArgumentParser
import Connectors
import EngineService
import EventEngine
import StateStore

/// `fluxcore silence ls`.
struct SilenceListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls", abstract: "List silences and how many alerts they have held back.",
        discussion: "In order of their start, as of the last checkpoint. JSON is one object on each line.")

    @OptionGroup var location: StateLocation

    @Option(help: "text or json.")
    var format = StateFormatOption.text

    func run() throws {
        try location.withStore(isReadOnly: true) { store in
            let silences = try SilenceStore.list(store)
            if silences.isEmpty { Terminal.writeError("no silences\n") }
            Terminal.writeOutput(format == .json ? SilenceListing.json(silences) : SilenceListing.text(silences))
        }
    }
}

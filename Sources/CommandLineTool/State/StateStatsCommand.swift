import ArgumentParser
import EngineService
import EventEngine

/// `fluxcore state stats`.
struct StateStatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show how much state there is, and how far the engine has come.",
        discussion: """
            Generation and epoch of the last commit, event time reached, size of each table, partial matches by rule, alerts that \
            wait for delivery, positions of sources, and counts. Goes through the whole store.
            """)

    @OptionGroup var location: StateLocation

    @Option(help: "text or json.")
    var format = StateFormatOption.text

    func run() throws {
        try location.inspect { inspection in
            let statistics = try StateStatistics(inspection)
            switch format {
            case .text: Terminal.writeOutput(statistics.text)
            case .json:
                var buffer = ByteBuffer(capacity: 4096)
                statistics.appendJSON(to: &buffer)
                Terminal.writeOutput(buffer.text)
            }
        }
    }
}

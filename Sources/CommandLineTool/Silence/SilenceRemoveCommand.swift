import ArgumentParser
import EngineService
import StateStore

/// `fluxcore silence rm`.
struct SilenceRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm", abstract: "End a silence, and say how many alerts it has held back.")

    @OptionGroup var location: StateLocation

    @Argument(help: ArgumentHelp("The silence, as `silence ls` shows it.", valueName: "id"))
    var id: String

    func run() throws {
        if let service = try location.service() {
            let answer = try service.ask("DELETE", "/api/v1/silences/\(percentEncoded(id))")
            return say(rule: try answer.text("rule") ?? "", count: answer.number("silenced") ?? 0)
        }
        try location.withSilences { store in
            let silence = try SilenceStore.remove(id, from: store)
            say(rule: silence.rule, count: silence.count)
        }
    }

    private func say(rule: String, count: Int) {
        Terminal.writeOutput("silence \(id) of \(rule) is over; \(LoadedRules.count(count, "alert")) not delivered\n")
    }
}

extension StateLocation {
    /// Runs `body` with the store open for writing; says what is wrong as `withStore` does.
    func withSilences(_ body: (any StateStore) throws -> Void) throws {
        try withStore(isReadOnly: false) { store in
            do {
                try body(store)
            } catch SilenceStore.Failure.unknown(let id) {
                Terminal.writeError("error: \(SilenceStore.Failure.unknown(id))\n")
                throw ExitStatus.findings
            }
        }
    }
}

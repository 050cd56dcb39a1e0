import ArgumentParser
import EngineService

/// `fluxcore state export`.
struct StateExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a whole store as lines of JSON.",
        discussion: """
            One record on each line; text as text, other bytes in base64. `state import` makes another store of it, of whatever \
            kind. The engine must not run meanwhile: an export in which its commits would be mixed is broken off.
            """)

    @OptionGroup var location: StateLocation

    @Option(help: ArgumentHelp("File to write. (default: standard output)", valueName: "file"))
    var output: String?

    func run() throws {
        try location.withStore(isReadOnly: true) { store in
            let file: BufferedOutput
            do throws(OutputError) { file = try BufferedOutput(file: output ?? "-") } catch { throw StateTransferError.output(error) }
            let records = try StateExport.write(store, to: file)
            Terminal.writeError("exported \(LoadedRules.count(records, "record")) of \(store.name)\n")
        }
    }
}

/// `fluxcore state import`.
struct StateImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Fill an empty store with what `state export` wrote.",
        discussion: """
            The store must hold no state. A store whose import was broken off is refused by the service and by all other commands; \
            importing again fills it from the beginning.
            """)

    @OptionGroup var location: StateLocation

    @Option(help: ArgumentHelp("File to read; - is standard input.", valueName: "file"))
    var input: String

    func run() throws {
        try location.withStore(isReadOnly: false) { store in
            let records = try StateImport.read(file: input, into: store)
            Terminal.writeError("imported \(LoadedRules.count(records, "record")) into \(store.name)\n")
        }
    }
}

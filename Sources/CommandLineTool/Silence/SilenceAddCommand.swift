import ArgumentParser
import Connectors
import EngineService
import EventEngine
import Glibc
import RuleLanguage

/// `fluxcore silence add`.
struct SilenceAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Silence a rule, or some of its keys, for some time.")

    @OptionGroup var location: StateLocation

    @Option(help: ArgumentHelp("A rule's id, or a pattern of ids with *, ? and [abc].", valueName: "id"))
    var rule: String

    @Option(help: ArgumentHelp("A field that the alert's key must have; may be given more than once.", valueName: "name=value"))
    var key: [String] = []

    @Option(name: .customLong("for"), help: ArgumentHelp("How long from now, such as 90m or 2d.", valueName: "duration"))
    var duration: String

    @Option(help: ArgumentHelp("Why.", valueName: "text"))
    var reason: String

    @Option(help: ArgumentHelp("Who. (default: the user's name)", valueName: "name"))
    var author: String?

    func validate() throws {
        guard let duration = DurationText.parse(duration), duration > 0 else {
            throw ValidationError("--for needs a duration such as 90m or 2d, not '\(self.duration)'")
        }
        guard SilenceCheck.isPattern(rule) else {
            throw ValidationError("--rule needs a rule's id or a pattern in which every [ is closed, not '\(rule)'")
        }
        for field in key where Self.field(field) == nil { throw ValidationError("--key needs name=value, not '\(field)'") }
    }

    func run() throws {
        if let service = try location.service() {
            let answer = try service.ask("POST", "/api/v1/silences", body: request)
            Terminal.writeOutput("\(try answer.text("id") ?? "")\n")
            Terminal.writeError("\(rule) is silenced until \(try answer.text("end") ?? "")\n")
            return warn(try answer.text("warning"))
        }
        let end = WallClock.now().addingReportingOverflow(DurationText.parse(duration) ?? 0)
        let silence = Silence(
            rule: rule, fields: key.compactMap(Self.field), end: end.overflow ? .max : end.partialValue, author: author ?? Self.user,
            reason: reason)
        try location.withSilences { store in
            try SilenceStore.add(silence, to: store)
            Terminal.writeOutput("\(silence.id)\n")
            Terminal.writeError("\(rule) is silenced until \(Timestamp.format(silence.end)), from the next start of the service on\n")
            warn(SilenceCheck.warning(silence, rules: try SilenceCheck.rules(store)))
        }
    }

    private func warn(_ warning: String?) {
        if let warning { Terminal.writeError("warning: \(warning)\n") }
    }

    /// What the running service is sent.
    private var request: [UInt8] {
        JSONWriter.bytes { json in
            json.field("rule", rule)
            json.field("for", duration)
            json.field("author", author ?? Self.user)
            json.field("reason", reason)
            json.object("key") { json in for field in key.compactMap(Self.field) { json.field(field.name, field.value) } }
        }
    }

    private static func field(_ text: String) -> Silence.Field? {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else { return nil }
        return Silence.Field(name: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
    }

    private static var user: String {
        getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "\(geteuid())"
    }
}

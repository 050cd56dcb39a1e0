import ArgumentParser
import EngineService
import EventEngine
import RuleLanguage
import StateStore

/// What the commands about alerts have in common: the store, and which alerts are meant.
struct AlertOptions: ParsableArguments {
    @OptionGroup var location: StateLocation

    @Option(help: ArgumentHelp("Only alerts of this action.", valueName: "name"))
    var action: String?

    /// Runs `body` with the actions that are meant and have such alerts. Throws `findings` when there are none.
    func withActions(_ kind: AlertStore.Kind, isReadOnly: Bool, _ body: (AlertStore, [String]) throws -> Void) throws {
        // A store that nobody has used is not made by looking into it.
        try location.inspect { inspection in
            let alerts = AlertStore(inspection.store, kind: kind)
            let all = try alerts.actions()
            let meant = try chosen(from: all, kind)
            if isReadOnly { try body(alerts, meant) }
        }
        guard !isReadOnly else { return }
        try location.withStore(isReadOnly: false) { store in
            let alerts = AlertStore(store, kind: kind)
            try body(alerts, try chosen(from: alerts.actions(), kind))
        }
    }

    private func chosen(from all: [String], _ kind: AlertStore.Kind) throws -> [String] {
        let meant = all.filter { action == nil || $0 == action }
        guard meant.isEmpty else { return meant }
        let what = kind == .dead ? "dead letters" : "alerts that wait"
        let whose = action.map { " of action `\($0)`" } ?? ""
        let hint = action.map { NameSuggestion.hint(for: $0, among: all) } ?? ""
        Terminal.writeError("no \(what)\(whose)\(hint.isEmpty ? "" : "; " + hint)\n")
        throw ExitStatus.findings
    }
}

/// Alerts in a list.
struct AlertList: ParsableArguments {
    @Option(help: ArgumentHelp("Alerts of each action that are shown at most, the oldest first; 0: all.", valueName: "n"))
    var limit = 1000

    @Option(help: "text or json.")
    var format = StateFormatOption.text

    func validate() throws {
        guard limit >= 0 else { throw ValidationError("--limit needs a number from 0") }
    }

    /// Shows the alerts of some actions.
    func show(_ alerts: AlertStore, _ actions: [String]) throws {
        var shown: [StoredAlert] = []
        var total = 0
        for action in actions {
            let numbers = try alerts.numbers(ofAction: action)
            total += numbers.count
            shown += try alerts.alerts(ofAction: action, numbers: limit == 0 ? numbers : Array(numbers.prefix(limit)))
        }
        switch format {
        case .text: Terminal.writeOutput(StoredAlert.text(shown))
        case .json:
            var buffer = ByteBuffer(capacity: 4096)
            for alert in shown { alert.appendJSON(to: &buffer) }
            Terminal.writeOutput(buffer.text)
        }
        if shown.count < total {
            Terminal.writeError("\(ReplaySummary.grouped(shown.count)) of \(ReplaySummary.grouped(total)) alerts; --limit 0 shows all\n")
        }
    }
}

/// Alerts that are changed.
struct AlertChoice: ParsableArguments {
    @Option(parsing: .upToNextOption, help: ArgumentHelp("Numbers of the alerts, as ls shows them; they need --action.", valueName: "n"))
    var number: [UInt64] = []

    @Flag(help: "All of them, or all of the action.")
    var all = false

    @Flag(help: "Of a store in Redis: the service that uses it was stopped.")
    var force = false

    func validate() throws {
        if number.isEmpty == !all { throw ValidationError("either --number or --all is needed, to say which alerts") }
    }

    /// Changes alerts, and says how many: by the service when it runs, which does it at `path`, else in its store.
    func change(
        _ options: AlertOptions, _ kind: AlertStore.Kind, done word: String, path: String,
        _ body: (AlertStore, _ action: String, _ numbers: [UInt64]) throws -> Int
    ) throws {
        if !number.isEmpty, options.action == nil {
            Terminal.writeError("error: --number needs --action: numbers are the action's own\n")
            throw ExitStatus.usage
        }
        if let service = try options.location.service() { return try change(options, kind, done: word, by: service, path) }
        if try options.location.isRedis, !force {
            Terminal.writeError(
                "error: a store in Redis can be changed while a service runs on it, which would end the service: "
                    + "stop it first, then say --force\n")
            throw ExitStatus.usage
        }
        try options.withActions(kind, isReadOnly: false) { alerts, actions in
            var count = 0
            for action in actions {
                let there = try alerts.numbers(ofAction: action)
                let meant = all ? there : numbers.filter(Set(there).contains)
                if !all { sayAbsent(numbers.filter { !meant.contains($0) }, kind, action) }
                count += try body(alerts, action, meant)
            }
            Terminal.writeError("\(word) \(LoadedRules.count(count, "alert")) of \(alerts.store.name)\n")
            if count == 0 { throw ExitStatus.findings }
        }
    }

    private func change(
        _ options: AlertOptions, _ kind: AlertStore.Kind, done word: String, by service: ServiceClient, _ path: String
    ) throws {
        if kind == .outbox, !number.isEmpty {
            Terminal.writeError("error: a running service drops all alerts that wait for an action or none: say --all, or stop it first\n")
            throw ExitStatus.usage
        }
        try options.withActions(kind, isReadOnly: true) { _, actions in
            var count = 0
            func say() { Terminal.writeError("\(word) \(LoadedRules.count(count, "alert"))\n") }
            do {
                for action in actions {
                    let target = "\(path)?action=\(percentEncoded(action))"
                    if all { count += try service.ask("POST", target).number("alerts") ?? 0 }
                    var absent: [UInt64] = []
                    for number in numbers {
                        let answer = try service.askForOne("POST", "\(target)&number=\(number)")
                        if answer == nil { absent.append(number) }
                        count += answer?.number("alerts") ?? 0
                    }
                    sayAbsent(absent, kind, action)
                }
            } catch {
                // What the service has taken it will do, whatever comes of the rest.
                if count > 0 { say() }
                throw error
            }
            say()
            if count == 0 { throw ExitStatus.findings }
        }
    }

    /// Each number once: nothing is delivered twice because it was said twice.
    private var numbers: [UInt64] {
        var seen: Set<UInt64> = []
        return number.filter { seen.insert($0).inserted }
    }

    private func sayAbsent(_ numbers: [UInt64], _ kind: AlertStore.Kind, _ action: String) {
        guard !numbers.isEmpty else { return }
        let what = (kind == .dead ? "dead letter" : "alert") + (numbers.count == 1 ? "" : "s")
        Terminal.writeError("action `\(action)` has no \(what) \(numbers.map(String.init).joined(separator: ", "))\n")
    }
}

extension AlertStore {
    /// Shows one alert in full.
    func show(action: String, number: UInt64, format: StateFormatOption) throws {
        guard let alert = try alerts(ofAction: action, numbers: [number]).first else {
            Terminal.writeError("error: action `\(action)` has no alert \(number)\n")
            throw ExitStatus.findings
        }
        switch format {
        case .text: Terminal.writeOutput(alert.text)
        case .json:
            var buffer = ByteBuffer(capacity: 1024)
            alert.appendJSON(to: &buffer)
            Terminal.writeOutput(buffer.text)
        }
    }
}

import Connectors
import RuleLanguage

extension ServiceConfiguration {
    /// What the configuration says, defaults included, for people: one line for each part. Secrets stand as their references,
    /// passwords of URLs as `***`. Paths are relative to the configuration where they lie beside it.
    public var redacted: String {
        let lines = redactedParts
        let width = lines.map(\.title.count).max() ?? 0
        return lines.map { $0.title + String(repeating: " ", count: width - $0.title.count) + "  " + $0.text + "\n" }.joined()
    }

    /// The same, part by part.
    public var redactedParts: [(title: String, text: String)] {
        var lines: [(title: String, text: String)] = []
        for source in sources { lines.append(("source", "\(source.name): \(describe(source))")) }
        lines.append(("rules", rules.map(value).joined(separator: ", ")))
        lines.append(("patterns", patterns.map { $0.map(value).joined(separator: ", ") } ?? "beside the rules"))
        lines.append(("workers", workers.map(String.init) ?? "one for each core"))
        lines.append(("state", describe(state)))
        for action in actions { lines.append(("action", "\(action.name): \(action.described { value($0) })")) }
        lines.append(("default actions", defaultActions.isEmpty ? "none" : defaultActions.joined(separator: ", ")))
        lines.append(("dead letters", deadLetter.map(value) ?? "counted only"))
        if let server { lines.append(("server", describe(server))) }
        lines.append(("log", "\(log.level) as \(log.format)"))
        return lines
    }

    /// An absolute path as the process can say it from its directory, where it lies there; else the path.
    public static func short(_ path: String) -> String {
        ConfigurationPath.short(path, in: ConfigurationPath.currentDirectory)
    }

    /// A path or another text, safe to print.
    public func redactedValue(_ text: String) -> String { value(text) }

    private func value(_ text: String) -> String {
        secrets.redactValue(ConfigurationPath.short(text, in: ConfigurationPath.directory(of: path)))
    }

    private func describe(_ source: Source) -> String {
        var parts: [String] = []
        switch source.kind {
        case .file(let pattern, let follow):
            parts.append(
                (ConfigurationPath.isPattern(pattern) ? "files " : "file ") + value(pattern) + (follow ? ", followed" : ", read once"))
        case .standardInput:
            parts.append("standard input")
        case .redis(let url, let keys, let group, let consumer, let field):
            parts.append("redis \(value(url)), keys \(keys.map(value).joined(separator: " "))")
            parts.append("group \(value(group)), consumer \(value(consumer))")
            if let field { parts.append("field \(value(field))") }
        case .http(let queue):
            parts.append("pushed over http, at most \(ByteSize.format(queue)) wait")
        }
        switch source.format {
        case .ndjson: parts.append("ndjson")
        case .csv(let columns): parts.append("csv" + (columns.map { " of " + $0.map(value).joined(separator: " ") } ?? ""))
        case .text: parts.append("text")
        }
        if !source.timeFields.isEmpty { parts.append("time in " + source.timeFields.map(value).joined(separator: " ")) }
        parts.append("lateness " + DurationText.format(source.lateness))
        parts.append(source.idle.map { "idle after " + DurationText.format($0) } ?? "never idle")
        if source.kind.hasStart { parts.append("from the " + source.start.rawValue) }
        switch source.late {
        case .drop: parts.append("late events dropped")
        case .process: parts.append("late events processed")
        case .side(let path): parts.append("late events to " + value(path))
        }
        return parts.joined(separator: ", ")
    }

    private func describe(_ state: State) -> String {
        let scheme = "rocksdb:"
        let url = state.url.hasPrefix(scheme) ? scheme + value(String(state.url.dropFirst(scheme.count))) : value(state.url)
        var parts = [url]
        parts.append(
            "checkpoint every \(DurationText.format(state.checkpointInterval)) or \(ReplaySummary.grouped(state.checkpointEvents)) events")
        parts.append(state.memory.map { "at most \(ByteSize.format($0)) in memory" } ?? "memory without bound")
        if state.url.hasPrefix(scheme) { parts.append(state.syncs ? "synced" : "not synced") }
        parts.append("tried for \(DurationText.format(state.startTimeout)) at start")
        return parts.joined(separator: ", ")
    }

    private func describe(_ server: Server) -> String {
        var parts = [server.url]
        if let tls = server.tls { parts.append("certificate \(value(tls.certificate)), key \(value(tls.key))") }
        if !server.hosts.isEmpty { parts.append("also named " + server.hosts.map(value).joined(separator: " ")) }
        let tokens = server.tokens.map { token in
            "\(token.name) (\(Server.Scope.allCases.filter(token.scopes.contains).map(\.rawValue).joined(separator: " ")))"
        }
        parts.append(tokens.isEmpty ? "no tokens" : "tokens " + tokens.joined(separator: ", "))
        parts.append("bodies of at most \(ByteSize.format(server.maximumBody))")
        parts.append("\(server.connections) connections")
        parts.append("requests of at most \(DurationText.format(server.timeout))")
        return parts.joined(separator: ", ")
    }
}

extension ServiceConfiguration.Source.Kind {
    /// Whether it can be said where reading begins.
    fileprivate var hasStart: Bool {
        switch self {
        case .file, .redis: true
        case .standardInput, .http: false
        }
    }
}

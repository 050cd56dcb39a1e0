import Connectors
import Glibc
import RuleLanguage

/// Why a rule of a service fired or did not, over what its sources have now: files, and Redis streams.
public struct LiveWhy {
    /// Bytes of all files that are read for one answer, at most.
    public static let largestInput = 256 << 20
    /// Bytes of all Redis streams that are read for one answer, at most: they are copied.
    public static let largestCopy = 64 << 20

    /// Why there is no answer.
    public enum Failure: Error {
        /// What is wrong with the sources and what to do instead, for people.
        case unavailable(String)
        /// What is wrong with what was asked, or with the files.
        case why(Why.Failure)
    }

    /// What is read for one answer.
    private struct Input {
        var streams: [(name: String, files: [String])] = []
        var options: [String: EventInputOptions] = [:]
        /// Bytes of all files.
        var size = 0
        /// Copies of Redis streams by path, and the streams' keys.
        var copies: [String: (key: String, copy: RedisStreamCopy)] = [:]
    }

    private let configuration: ServiceConfiguration
    private let controls: ServiceControls

    /// Looks at the sources of a service.
    public init(_ configuration: ServiceConfiguration, controls: ServiceControls) {
        self.configuration = configuration
        self.controls = controls
    }

    /// The report of one of `rules`, which are all that the service runs. `key` and `limit` are those of `Why.Options`.
    public func report(_ rule: Rule, of rules: [Rule], key: String?, limit: Int) throws(Failure) -> WhyReport {
        let input = try input(of: rule, among: rules)
        let status = controls.monitor.status
        var options = Why.Options(streams: input.streams, rule: rule.id)
        options.ownInput = input.options
        options.key = key
        options.limit = limit
        options.end = .clock(status.clock ?? .min)
        var report: WhyReport
        do throws(Why.Failure) { report = naming(try Why(rules, options: options).run(), input.copies) } catch { throw .why(error) }
        report.notes = LiveNotes(
            sources: configuration.sources.filter { input.options[$0.name] != nil }, status: status, silences: controls.silences.silences,
            reloads: controls.reloader.history
        ).notes(on: report)
        return report
    }

    /// All that the rule reads.
    private func input(of rule: Rule, among rules: [Rule]) throws(Failure) -> Input {
        // Matches come of what the other rules read.
        let readsMatches = rule.events.contains { $0.streams?.contains("matches") ?? false }
        let named = (readsMatches ? [rule] + rules.filter { !$0.isShadow } : [rule]).flatMap(\.events).map(\.streams)
        let sources = configuration.sources.filter { source in named.contains { $0?.contains(source.name) ?? true } }
        guard !sources.isEmpty else { throw .unavailable("the rule reads no source of this service") }
        var input = Input()
        for source in sources {
            let files = try add(source, to: &input)
            if !files.isEmpty { input.streams.append((source.name, files)) }
            input.options[source.name] = options(of: source)
        }
        guard input.size <= Self.largestInput else {
            throw .unavailable(
                "the files of the sources have more than \(Self.largestInput >> 20) MiB; `fluxcore why` can look at a part of them")
        }
        guard !input.streams.isEmpty else { throw .unavailable("the sources have no files yet") }
        return input
    }

    /// The files of a source.
    private func add(_ source: ServiceConfiguration.Source, to input: inout Input) throws(Failure) -> [String] {
        switch source.kind {
        case .file(let pattern, _):
            let files = SourceFiles.matching(pattern).compactMap { path -> (path: String, size: Int)? in
                var status = stat()
                guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
                return (path, Int(status.st_size))
            }
            input.size += files.reduce(0) { $0 + $1.size }
            return files.map(\.path)
        case .redis(let url, let keys, let group, let consumer, let field):
            let settings = RedisStreamSettings(url: url, keys: keys, group: group, consumer: consumer, field: field)
            return try keys.map { (key) throws(Failure) in try copy(key, settings, source.name, to: &input) }
        case .standardInput, .http:
            throw .unavailable(
                "source `\(source.name)` cannot be read again; save its events in a file and use `fluxcore why`, or the playground")
        }
    }

    /// The path of a copy of one Redis stream.
    private func copy(_ key: String, _ settings: RedisStreamSettings, _ source: String, to input: inout Input) throws(Failure) -> String {
        let used = input.copies.values.reduce(0) { $0 + $1.copy.size }
        do throws(RedisStreamCopy.Failure) {
            let copy = try RedisStreamCopy(settings, key: key, limit: Self.largestCopy - used)
            input.copies[copy.file.path] = (key, copy)
            return copy.file.path
        } catch {
            switch error {
            case .redis(let error): throw .unavailable("source `\(source)`: \(error)")
            case .tooLarge:
                throw .unavailable(
                    "the Redis streams of the sources have more than \(Self.largestCopy >> 20) MiB; save the events in question in a file "
                        + "and use `fluxcore why`, or the playground")
            }
        }
    }

    private func options(of source: ServiceConfiguration.Source) -> EventInputOptions {
        var options = EventInputOptions()
        options.format = source.format
        options.timeFields = source.timeFields
        options.lateness = source.lateness
        if case .process = source.late { options.latePolicy = .process }
        return options
    }

    /// The report with keys and ids of entries where it has paths and lines of copies. The copies live until then.
    private func naming(_ report: WhyReport, _ copies: [String: (key: String, copy: RedisStreamCopy)]) -> WhyReport {
        report.mapEvents { event in
            guard let stream = event.file.flatMap({ copies[$0] }) else { return event }
            var event = event
            event.file = stream.key
            event.entry = event.line.flatMap { stream.copy.entry(atLine: $0) }
            event.line = nil
            return event
        }
    }
}

import Glibc
import RuleLanguage

/// Reads the service's configuration: one YAML document in which every key is checked.
public struct ConfigurationReader {
    private static let keys = [
        "sources", "rules", "patterns", "workers", "state", "actions", "default_actions", "allow_exec", "dead_letter", "log", "server",
    ]
    private static let maximumWorkers = 1024

    private var context: ConfigurationContext
    private let path: String

    private init(path: String, environment: @escaping @Sendable (String) -> [UInt8]?) {
        self.path = path
        context = ConfigurationContext(directory: ConfigurationPath.directory(of: path), environment: environment)
    }

    /// Reads a file. References are resolved with this process's environment and with files as they are now.
    public static func read(path: String) -> LoadedConfiguration {
        var reader = ConfigurationReader(path: path) { name in
            getenv(name).map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
        }
        guard let file = FileSearch.read(path, into: &reader.context.sink) else { return reader.result(nil) }
        return reader.read(file)
    }

    /// Reads bytes as if they stood in the file `path`, with another environment.
    static func read(
        bytes: [UInt8], path: String, environment: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }
    ) -> LoadedConfiguration {
        var reader = ConfigurationReader(path: path, environment: environment)
        return reader.read(SourceFile(path: path, bytes: bytes))
    }

    private mutating func read(_ file: SourceFile) -> LoadedConfiguration {
        let documents = YAMLReader.documents(of: file, into: &context.sink)
        if context.sink.hasErrors { return result(nil) }
        guard let document = documents.first else {
            context.sink.error(
                .missingKey, "the configuration is empty", at: SourceSpan(file: file, start: 0, end: 0),
                hint: "it needs `sources` and `rules`")
            return result(nil)
        }
        for other in documents.dropFirst() {
            let start = SourceSpan(file: file, start: other.span.start, end: other.span.start + 1)
            context.sink.error(.invalidYAML, "a configuration is one document; here begins another", at: start)
        }
        guard let root = MappingReader(document, what: "the configuration", known: Self.keys, into: &context.sink) else {
            return result(nil)
        }
        let configuration = configuration(root)
        return result(configuration)
    }

    private func result(_ configuration: ServiceConfiguration?) -> LoadedConfiguration {
        let ordered = context.sink.diagnostics.enumerated().sorted {
            ($0.element.span.start, $0.offset) < ($1.element.span.start, $1.offset)
        }
        return LoadedConfiguration(
            configuration: context.sink.hasErrors ? nil : configuration, diagnostics: ordered.map(\.element), secrets: context.secrets)
    }

    private mutating func configuration(_ root: MappingReader) -> ServiceConfiguration {
        let file = root.node.span.file
        let start = SourceSpan(file: file, start: root.node.span.start, end: root.node.span.start + 1)
        let sources = root.required("sources", of: "the configuration", at: start, into: &context.sink)
        let rules = root.required("rules", of: "the configuration", at: start, into: &context.sink)
        let actions = ActionSection.actions(root, into: &context)
        var configuration = ServiceConfiguration(
            path: ConfigurationPath.absolute(path, in: ConfigurationPath.currentDirectory),
            sources: sources.map { SourceSection.sources($0, into: &context) } ?? [],
            rules: rules.map { paths($0, as: "`rules`") } ?? [], patterns: root["patterns"].map { paths($0, as: "`patterns`") },
            workers: context.number(root["workers"], as: "`workers`", in: 1...Self.maximumWorkers),
            state: StateSection.state(root["state"], into: &context), actions: actions.actions, defaultActions: actions.defaults,
            deadLetter: context.path(root["dead_letter"], as: "`dead_letter`")?.value)
        configuration.server = ServerSection.server(root["server"], into: &context)
        if root.pair("server") == nil { requireServer(of: configuration.sources, at: sources) }
        configuration.log = LogSection.log(root["log"], into: &context)
        OutputCheck(root: root).report(configuration, into: &context)
        configuration.secrets = context.secrets
        return configuration
    }

    /// Sources that are pushed to need somebody who listens.
    private mutating func requireServer(of sources: [ServiceConfiguration.Source], at node: YAMLNode?) {
        guard case .mapping(let pairs)? = node?.kind else { return }
        for source in sources {
            guard case .http = source.kind, let pair = pairs.first(where: { $0.key == source.name }) else { continue }
            context.sink.error(
                .missingKey, "source `\(source.name)` is pushed to, and nothing listens: `server` is missing", at: pair.keySpan,
                hint: "server: { listen: \"127.0.0.1:8080\" }")
        }
    }

    /// Absolute paths that can be read.
    private mutating func paths(_ node: YAMLNode, as what: String) -> [String] {
        let texts = context.texts(node, as: what)
        if case .sequence(let items) = node.kind, items.isEmpty {
            context.sink.error(.invalidValue, "\(what) names no path", at: node.span)
        }
        let paths = texts.map { context.absolute($0) }
        for path in paths where access(path.value, R_OK) != 0 {
            let reason = String(cString: strerror(errno))
            context.sink.error(.unreadableFile, "`\(path.written)` cannot be read: \(reason)", at: path.span)
        }
        return paths.map(\.value)
    }
}

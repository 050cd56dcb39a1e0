import RuleLanguage
import StateStore

/// Reads `state`: a mapping, or the URL alone.
struct StateSection {
    private static let keys = ["url", "checkpoint", "events", "memory", "sync", "start_timeout"]
    private static let schemes = ["memory:", "rocksdb:"] + StoreURL.redis
    /// Less could not hold one event of the greatest size.
    private static let minimumMemory = 1 << 20

    /// What holds where nothing else is said: RocksDB in `state` beside the configuration.
    static func standard(in directory: String) -> ServiceConfiguration.State {
        ServiceConfiguration.State(
            url: "rocksdb:" + ConfigurationPath.absolute("state", in: directory), checkpointInterval: 100_000_000,
            checkpointEvents: 1_000_000, memory: nil, syncs: true, startTimeout: 30_000_000_000)
    }

    /// The section; what is left out or wrong is as in `standard`.
    static func state(_ node: YAMLNode?, into context: inout ConfigurationContext) -> ServiceConfiguration.State {
        var state = standard(in: context.directory)
        guard let node else { return state }
        if node.scalar != nil {
            if let url = url(node, as: "`state`", into: &context) { state.url = url }
            return state
        }
        guard let mapping = MappingReader(node, what: "`state`", known: keys, into: &context.sink) else { return state }
        if let node = mapping["url"], let url = url(node, as: "`url`", into: &context) { state.url = url }
        if let interval = context.duration(mapping["checkpoint"], as: "`checkpoint`", minimum: 1_000_000) {
            state.checkpointInterval = interval
        }
        if let events = context.number(mapping["events"], as: "`events`", in: 1...1_000_000_000) { state.checkpointEvents = events }
        state.memory = context.size(mapping["memory"], as: "`memory`", minimum: minimumMemory)
        if let syncs = context.flag(mapping["sync"], as: "`sync`") { state.syncs = syncs }
        if let timeout = context.duration(mapping["start_timeout"], as: "`start_timeout`") { state.startTimeout = timeout }
        return state
    }

    private static func url(_ node: YAMLNode, as what: String, into context: inout ConfigurationContext) -> String? {
        guard let text = context.text(node, as: what, isURL: true),
            let url = StoreURL.check(text, as: what, among: schemes, into: &context, read: { _ = try StateStores.open($0) })
        else {
            return nil
        }
        if url.hasPrefix("memory:"), url != "memory:" {
            context.sink.error(.invalidValue, "nothing can stand behind `memory:`", at: text.span)
            return nil
        }
        guard url.hasPrefix("rocksdb:") else { return url }
        let path = String(url.dropFirst("rocksdb:".count))
        if path.isEmpty {
            context.sink.error(.invalidValue, "`rocksdb:` needs the path of a directory", at: text.span, hint: "such as rocksdb:./state")
            return nil
        }
        return "rocksdb:" + ConfigurationPath.absolute(path, in: context.directory)
    }
}

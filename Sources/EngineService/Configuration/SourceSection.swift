import Connectors
import RedisClient
import RuleLanguage

/// Reads `sources`.
struct SourceSection {
    /// `type`.
    private enum SourceType: String, CaseIterable {
        case file, stdin, redis, http

        /// The keys that this type has beside those that all have.
        var keys: [String] {
            switch self {
            case .file: ["path", "follow", "start"]
            case .stdin: []
            case .http: ["queue"]
            case .redis: ["url", "key", "keys", "group", "consumer", "field", "start"]
            }
        }
    }

    private static let commonKeys = ["type", "format", "columns", "expression", "time", "lateness", "idle", "late"]
    /// The stream of matches.
    private static let reserved = "matches"
    private static let defaultIdle: Int64 = 30_000_000_000
    private static let defaultQueue = 16 << 20
    private static let minimumQueue = 64 << 10

    /// The sources in the order of the file.
    static func sources(_ node: YAMLNode, into context: inout ConfigurationContext) -> [ServiceConfiguration.Source] {
        guard let pairs = node.entries(as: "`sources`", into: &context.sink) else { return [] }
        if pairs.isEmpty { context.sink.error(.invalidValue, "`sources` names no source", at: node.span) }
        let sources = pairs.compactMap { source($0, into: &context) }
        let inputs = pairs.filter { isStandardInput($0.value) }
        for pair in inputs.dropFirst() {
            context.sink.error(
                .invalidValue, "standard input can be read by one source only", at: pair.keySpan,
                hint: "source `\(inputs[0].key)` reads it")
        }
        return sources
    }

    private static func isStandardInput(_ node: YAMLNode) -> Bool {
        guard case .mapping(let pairs) = node.kind else { return false }
        return pairs.contains { $0.key == "type" && $0.value.scalar?.text.text == SourceType.stdin.rawValue }
    }

    private static func source(_ pair: YAMLNode.Pair, into context: inout ConfigurationContext) -> ServiceConfiguration.Source? {
        let what = "source `\(pair.key)`"
        var isNamed = context.checkName(pair, as: "a source")
        if pair.key == reserved {
            context.sink.error(
                .invalidName, "a source cannot be named `\(reserved)`", at: pair.keySpan, hint: "that is the stream of the rules' matches")
            isNamed = false
        }
        guard let type = type(of: pair.value, what, into: &context) else { return nil }
        let known = commonKeys + type.keys
        guard let mapping = MappingReader(pair.value, what: "a source of type `\(type)`", known: known, into: &context.sink) else {
            return nil
        }
        let kind = kind(type, mapping, of: pair, into: &context)
        let decoding = FormatSection(mapping: mapping, span: pair.keySpan).read(path: path(of: kind), into: &context)
        let lateness = context.duration(mapping["lateness"], as: "`lateness`")
        let idle = idle(mapping["idle"], into: &context)
        let starts = ServiceConfiguration.Source.Start.allCases.map(\.rawValue)
        let start = type == .stdin || type == .http ? nil : context.choice(mapping["start"], as: "`start`", among: starts)
        let late = late(mapping["late"], into: &context)
        guard isNamed, let kind, let decoding else { return nil }
        if type == .http, decoding.format != .ndjson {
            context.sink.error(
                .invalidValue, "a source of type `http` takes `ndjson` only", at: mapping["format"]?.span ?? pair.keySpan)
        }
        return ServiceConfiguration.Source(
            name: pair.key, kind: kind, format: decoding.format, timeFields: decoding.timeFields, lateness: lateness ?? 0, idle: idle,
            start: start.flatMap { .init(rawValue: $0) } ?? .beginning, late: late)
    }

    /// The type says which keys there are, so it is read first.
    private static func type(of node: YAMLNode, _ what: String, into context: inout ConfigurationContext) -> SourceType? {
        guard let pairs = node.entries(as: what, into: &context.sink) else { return nil }
        guard let type = pairs.first(where: { $0.key == "type" })?.value, !type.isNull else { return .file }
        return context.choice(type, as: "`type`", among: SourceType.allCases.map(\.rawValue)).flatMap { SourceType(rawValue: $0) }
    }

    private static func path(of kind: ServiceConfiguration.Source.Kind?) -> String? {
        if case .file(let pattern, _)? = kind { return pattern }
        return nil
    }

    private static func kind(
        _ type: SourceType, _ mapping: MappingReader, of pair: YAMLNode.Pair, into context: inout ConfigurationContext
    ) -> ServiceConfiguration.Source.Kind? {
        switch type {
        case .stdin: return .standardInput
        case .http:
            let queue = context.size(mapping["queue"], as: "`queue`", minimum: minimumQueue)
            return .http(queue: queue ?? defaultQueue)
        case .redis: return redis(mapping, of: pair, into: &context)
        case .file:
            let follow = context.flag(mapping["follow"], as: "`follow`")
            let what = "source `\(pair.key)`"
            guard let node = mapping.required("path", of: what, at: pair.keySpan, into: &context.sink),
                let path = context.text(node, as: "`path`")
            else { return nil }
            return .file(pattern: ConfigurationPath.absolutePattern(path.value, in: context.directory), follow: follow ?? true)
        }
    }

    private static func redis(
        _ mapping: MappingReader, of pair: YAMLNode.Pair, into context: inout ConfigurationContext
    ) -> ServiceConfiguration.Source.Kind? {
        let what = "source `\(pair.key)`"
        let node = mapping.required("url", of: what, at: pair.keySpan, into: &context.sink)
        let url = context.text(node, as: "`url`", isURL: true).flatMap {
            StoreURL.check($0, as: "`url`", among: StoreURL.redis, into: &context, read: { _ = try RedisURL($0) })
        }
        if let key = mapping.pair("key"), mapping["key"] != nil, mapping["keys"] != nil {
            context.sink.error(.invalidValue, "`key` and `keys` are one thing", at: key.keySpan, hint: "keep `keys`")
        }
        var keys: [String] = []
        if mapping["keys"] == nil, mapping["key"] == nil {
            context.sink.error(.missingKey, "\(what) needs the key `keys`", at: pair.keySpan, hint: "the names of Redis streams")
        } else {
            keys = context.texts(mapping["keys"], as: "`keys`").map(\.value)
            if let key = context.text(mapping["key"], as: "`key`") { keys.append(key.value) }
            if keys.isEmpty, let list = mapping["keys"], case .sequence(let items) = list.kind, items.isEmpty {
                context.sink.error(.invalidValue, "`keys` names no stream", at: list.span)
            }
        }
        let group = context.text(mapping["group"], as: "`group`")?.value ?? "fluxcore"
        let consumer = context.text(mapping["consumer"], as: "`consumer`")?.value ?? "fluxcore"
        let field = context.text(mapping["field"], as: "`field`")?.value
        guard let url, !keys.isEmpty else { return nil }
        return .redis(url: url, keys: keys, group: group, consumer: consumer, field: field)
    }

    private static func idle(_ node: YAMLNode?, into context: inout ConfigurationContext) -> Int64? {
        guard let node else { return defaultIdle }
        if node.scalar?.text.text == "never" { return nil }
        return context.duration(
            node, as: "`idle`", minimum: 1_000_000, hint: "`never` for a source that is waited for however long it takes")
    }

    private static func late(_ node: YAMLNode?, into context: inout ConfigurationContext) -> ServiceConfiguration.Source.Late {
        guard let node else { return .drop }
        if case .mapping = node.kind {
            guard let mapping = MappingReader(node, what: "`late`", known: ["side"], into: &context.sink),
                let side = mapping.required("side", of: "`late`", at: node.span, into: &context.sink),
                let path = context.path(side, as: "`side`")
            else { return .drop }
            return .side(path: path.value)
        }
        guard node.scalar != nil else {
            context.sink.error(.wrongKind, "`late` must be drop, process or { side: PATH }, not \(node.kindName)", at: node.span)
            return .drop
        }
        return context.choice(node, as: "`late`", among: ["drop", "process"], or: "{ side: PATH }") == "process" ? .process : .drop
    }
}

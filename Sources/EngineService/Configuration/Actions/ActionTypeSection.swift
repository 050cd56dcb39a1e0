import Connectors
import RedisClient
import RuleLanguage

/// Reads what an action of one type has of its own: those that write lines or start programs here, the others in extensions.
struct ActionTypeSection {
    /// The action.
    let mapping: MappingReader
    /// Its name, for messages.
    let what: String
    /// Where its name stands.
    let span: SourceSpan

    /// What the action does; nil with a diagnostic when that cannot be told.
    func kind(
        _ type: ActionSection.ActionType, policy: inout DeliveryPolicy, allowedPrograms: [String], into context: inout ConfigurationContext
    ) -> ServiceConfiguration.Action.Kind? {
        // A URL or a system that takes single alerts unless told otherwise.
        let batch = mapping["batch"] == nil ? nil : policy.batch
        switch type {
        case .stdout: return .standardOutput
        case .file: return file(into: &context).map { .file($0) }
        case .webhook: return webhook(batch: batch ?? 1, into: &context).map { .webhook($0) }
        case .slack: return slack(into: &context).map { .slack($0) }
        case .alertmanager: return alertmanager(batch: batch ?? 64, into: &context).map { .alertmanager($0) }
        case .email: return email(into: &context).map { .email($0) }
        case .syslog: return syslog(into: &context).map { .syslog($0) }
        case .redis: return redis(into: &context).map { .redis($0) }
        case .exec: return exec(allowedPrograms: allowedPrograms, into: &context).map { .exec($0) }
        }
    }

    /// The value of a key that must be there.
    func required(_ key: String, into context: inout ConfigurationContext) -> YAMLNode? {
        mapping.required(key, of: what, at: span, into: &context.sink)
    }

    private func file(into context: inout ConfigurationContext) -> FileAction.Settings? {
        guard let path = context.path(required("path", into: &context), as: "`path`") else { return nil }
        var settings = FileAction.Settings(path: path.value)
        guard let node = mapping["rotate"] else { return settings }
        guard let rotate = MappingReader(node, what: "`rotate`", known: ["size", "keep"], into: &context.sink) else { return nil }
        let written = rotate.required("size", of: "`rotate`", at: node.span, into: &context.sink)
        guard let size = context.size(written, as: "`size`", minimum: 1024) else { return nil }
        let keep = context.number(rotate["keep"], as: "`keep`", in: 0...1000) ?? 5
        settings.rotation = FileRotation(maximumSize: size, keep: keep)
        return settings
    }

    private func redis(into context: inout ConfigurationContext) -> RedisAction.Settings? {
        let url = context.text(required("url", into: &context), as: "`url`", isURL: true).flatMap { text in
            StoreURL.check(text, as: "`url`", among: StoreURL.redis, into: &context, read: { _ = try RedisURL($0) }).map {
                (value: $0, span: text.span)
            }
        }
        let given = RedisAction.Target.allCases.filter { mapping[$0.rawValue] != nil }
        guard given.count == 1 else {
            context.sink.error(
                given.isEmpty ? .missingKey : .invalidValue, "\(what) needs one of the keys `stream`, `list` and `channel`", at: span,
                hint: "the name of what alerts are written to")
            return nil
        }
        let key = context.text(mapping[given[0].rawValue], as: "`\(given[0])`")
        let most = context.number(mapping["max"], as: "`max`", in: 1...1_000_000_000)
        if given[0] == .channel, let pair = mapping.pair("max") {
            context.sink.error(.invalidValue, "a channel keeps nothing: `max` does not belong here", at: pair.keySpan)
        }
        guard let url, let key else { return nil }
        do {
            return try RedisAction.Settings(url: url.value, target: given[0], key: key.value, most: most)
        } catch {
            context.sink.error(.invalidValue, "`url`: \(error)", at: url.span)
            return nil
        }
    }

    private func exec(allowedPrograms: [String], into context: inout ConfigurationContext) -> ExecAction.Settings? {
        guard let node = required("command", into: &context) else { return nil }
        guard case .sequence(let items) = node.kind, !items.isEmpty else {
            context.sink.error(
                .wrongKind, "`command` must be a list: a program and its arguments", at: node.span,
                hint: "such as [/usr/local/bin/page, --now]")
            return nil
        }
        let words = items.compactMap { context.text($0, as: "an element of `command`") }
        guard words.count == items.count else { return nil }
        let program = context.absolute(words[0])
        guard allowedPrograms.contains(program.value) else {
            context.sink.error(
                .invalidValue, "`\(program.written)` is not in `allow_exec`", at: program.span,
                hint: "programs are started only when the configuration allows them: `allow_exec: [PATH]` beside `actions`")
            return nil
        }
        for word in words.dropFirst() where word.value.contains("{{") {
            context.sink.warning(
                .invalidTemplate, "arguments are no templates: `\(word.written)` is passed as it stands", at: word.span,
                hint: "the program gets the alert on its standard input")
        }
        var settings = ExecAction.Settings(command: [program.value] + words.dropFirst().map(\.value))
        if let node = mapping["environment"] { settings.environment = context.texts(node, as: "`environment`").map(\.value) }
        if let timeout = context.duration(mapping["timeout"], as: "`timeout`", minimum: 1_000_000) { settings.timeout = timeout }
        return settings
    }
}

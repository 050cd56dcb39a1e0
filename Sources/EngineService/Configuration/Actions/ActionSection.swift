import Connectors
import RuleLanguage

/// Reads `actions` and `default_actions`.
struct ActionSection {
    /// The types of actions.
    enum ActionType: String, CaseIterable {
        case stdout, file, webhook, slack, alertmanager, email, syslog, redis, exec

        /// The keys that this type has beside those that all have.
        var keys: [String] {
            switch self {
            case .stdout: []
            case .file: ["path", "rotate"]
            case .webhook: ["url", "method", "headers", "body", "signature"] + TransferSection.keysOfHTTP
            case .slack: ["url", "text", "channel", "username", "icon"] + TransferSection.keysOfHTTP
            case .alertmanager: ["url", "labels", "annotations", "lasts", "authorization"] + TransferSection.keysOfHTTP
            case .email:
                ["server", "encryption", "user", "password", "from", "to", "subject", "body"] + TransferSection.keys
            case .syslog: ["server", "protocol", "facility", "app", "hostname", "message", "timeout"]
            case .redis: ["url"] + RedisAction.Target.allCases.map(\.rawValue) + ["max"]
            case .exec: ["command", "environment", "timeout"]
            }
        }

        /// Alerts that its system takes at a time; 1: it takes no batches.
        var takesBatches: Bool {
            switch self {
            case .slack, .email, .exec: false
            default: true
            }
        }
    }

    /// Types of the language that this version does not have.
    private static let later = ["kafka", "rabbitmq", "elasticsearch", "postgresql"]

    /// The actions in the order of the file, and the names of those for rules that name none: all, unless said otherwise.
    /// Without any, matches go to standard output.
    static func actions(
        _ mapping: MappingReader, into context: inout ConfigurationContext
    ) -> (actions: [ServiceConfiguration.Action], defaults: [String]) {
        let pairs = mapping["actions"]?.entries(as: "`actions`", into: &context.sink) ?? []
        let allowed = context.texts(mapping["allow_exec"], as: "`allow_exec`").map { context.absolute($0).value }
        var actions = pairs.compactMap { action($0, allowedPrograms: allowed, into: &context) }
        // One that could not be read exists, too: that was said already.
        var names = pairs.map(\.key)
        if pairs.isEmpty {
            actions = [ServiceConfiguration.Action(name: "stdout", kind: .standardOutput, level: nil)]
            names = ["stdout"]
        }
        guard let node = mapping["default_actions"] else { return (actions, names) }
        let defaults = context.texts(node, as: "`default_actions`")
        for name in defaults where !names.contains(name.value) {
            context.sink.error(
                .unknownAction, "no action `\(name.written)` is configured", at: name.span, hint: hint(for: name.written, among: names))
        }
        return (actions, defaults.map(\.value))
    }

    /// What may be meant by an action's name.
    static func hint(for name: String, among names: [String]) -> String {
        let hint = NameSuggestion.hint(for: name, among: names)
        return hint.isEmpty ? "configured: " + names.joined(separator: ", ") : hint
    }

    private static func action(
        _ pair: YAMLNode.Pair, allowedPrograms: [String], into context: inout ConfigurationContext
    ) -> ServiceConfiguration.Action? {
        let isNamed = context.checkName(pair, as: "an action")
        guard let type = type(of: pair, into: &context) else { return nil }
        let known = ["type", "level"] + type.keys + PolicySection.keys
        guard let mapping = MappingReader(pair.value, what: "an action of type `\(type)`", known: known, into: &context.sink) else {
            return nil
        }
        let level = context.choice(mapping["level"], as: "`level`", among: Rule.Level.allCases.map(\.rawValue))
        var policy = PolicySection.policy(mapping, takesBatches: type.takesBatches, into: &context)
        let section = ActionTypeSection(mapping: mapping, what: "action `\(pair.key)`", span: pair.keySpan)
        guard let kind = section.kind(type, policy: &policy, allowedPrograms: allowedPrograms, into: &context), isNamed else { return nil }
        return ServiceConfiguration.Action(name: pair.key, kind: kind, level: level, policy: policy)
    }

    private static func type(of pair: YAMLNode.Pair, into context: inout ConfigurationContext) -> ActionType? {
        let what = "action `\(pair.key)`"
        guard let pairs = pair.value.entries(as: what, into: &context.sink) else { return nil }
        let types = ActionType.allCases.map(\.rawValue)
        guard let node = pairs.first(where: { $0.key == "type" })?.value, !node.isNull else {
            context.sink.error(
                .missingKey, "\(what) needs the key `type`", at: pair.keySpan, hint: "one of: " + types.joined(separator: ", "))
            return nil
        }
        if let written = node.scalar?.text, later.contains(written.text) {
            context.sink.error(
                .notSupported, "actions of type `\(written.text)` are not in this version", at: written.span,
                hint: "this version has: " + types.joined(separator: ", "))
            return nil
        }
        return context.choice(node, as: "`type`", among: types).flatMap { ActionType(rawValue: $0) }
    }
}

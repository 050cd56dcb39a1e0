import Connectors
import RuleLanguage

extension ServiceConfiguration.Action {
    /// What it does, for people; `show` takes the secrets out of a text. Of URLs only scheme, host and port are shown.
    func described(_ show: (String) -> String) -> String {
        var parts = [kind.described(show)]
        if let level { parts.append("from level \(level)") }
        let standard = DeliveryPolicy()
        switch policy.giveUp {
        case .never: break
        case .after(let time): parts.append("given up after \(DurationText.format(time))")
        case .attempts(let count): parts.append("given up after \(count) tries")
        }
        if let rate = policy.rate { parts.append("at most \(rate.count) in \(DurationText.format(rate.period))") }
        if policy.batch != standard.batch { parts.append("up to \(policy.batch) at a time") }
        if let limit = policy.queueLimit { parts.append("at most \(limit) waiting, then \(policy.whenFull.rawValue)") }
        return parts.joined(separator: ", ")
    }
}

extension ServiceConfiguration.Action.Kind {
    fileprivate func described(_ show: (String) -> String) -> String {
        switch self {
        case .standardOutput: return "standard output"
        case .file(let settings):
            let rotation = settings.rotation.map { ", rotated at \(ByteSize.format($0.maximumSize)), \($0.keep) kept" }
            return "file " + show(settings.path) + (rotation ?? "")
        case .webhook(let settings):
            return "webhook \(settings.method) " + show(HTTPEndpoint.shown(settings.url)) + (settings.signature == nil ? "" : ", signed")
                + Self.verification(settings.transfer)
        case .slack(let settings): return "slack " + show(HTTPEndpoint.shown(settings.url)) + Self.verification(settings.transfer)
        case .alertmanager(let settings):
            return "alertmanager " + show(HTTPEndpoint.shown(settings.url)) + Self.verification(settings.transfer)
        case .email(let settings):
            return "email by \(show(settings.server)) (\(settings.encryption.rawValue)) to "
                + settings.recipients.map(show).joined(separator: " ") + Self.verification(settings.transfer)
        case .syslog(let settings): return "syslog \(settings.carrier.rawValue) " + show("\(settings.host):\(settings.port)")
        case .redis(let settings): return "\(settings.target.rawValue) \(show(settings.key)) of " + show(settings.url.redacted)
        case .exec(let settings): return "program " + settings.command.map(show).joined(separator: " ")
        }
    }

    private static func verification(_ options: TransferOptions) -> String { options.verifiesTLS ? "" : ", certificate not checked" }
}

import Connectors
import RuleLanguage

/// Mails and messages of syslog.
extension ActionTypeSection {
    private static let facilities = [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp", "audit", "alert",
        "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ]

    /// Reads a mail.
    func email(into context: inout ConfigurationContext) -> MailAction.Settings? {
        let server = context.server(required("server", into: &context))
        let from = address(context.line(required("from", into: &context), as: "`from`"), into: &context)
        let node = required("to", into: &context)
        let recipients = context.texts(node, as: "`to`").compactMap { address($0, into: &context) }
        if let node, case .sequence(let items) = node.kind, items.isEmpty {
            context.sink.error(.invalidValue, "`to` names nobody", at: node.span)
        }
        var settings = MailAction.Settings(server: "", from: from ?? "", to: recipients)
        settings.transfer = TransferSection.transfer(mapping, into: &context)
        let words = MailAction.Encryption.allCases.map(\.rawValue)
        if let word = context.choice(mapping["encryption"], as: "`encryption`", among: words) {
            settings.encryption = MailAction.Encryption(rawValue: word) ?? .starttls
        }
        settings.user = context.line(mapping["user"], as: "`user`")?.value
        settings.password = context.secret(mapping["password"], as: "`password`")
        if (mapping["user"] == nil) != (mapping["password"] == nil) {
            context.sink.error(.missingKey, "`user` and `password` belong together", at: span)
        }
        if settings.password != nil, settings.encryption == .none, let pair = mapping.pair("password") {
            context.sink.warning(.invalidValue, "`encryption: none`: the password goes over the network in the clear", at: pair.keySpan)
        }
        if let subject = context.template(mapping["subject"], as: "`subject`", form: .line) { settings.subject = subject }
        if let body = context.template(mapping["body"], as: "`body`", form: .plain) { settings.body = body }
        guard let server, from != nil, !recipients.isEmpty else { return nil }
        let standardPort = settings.encryption == .implicit ? 465 : settings.encryption == .starttls ? 587 : 25
        settings.server = "\(server.host.contains(":") ? "[\(server.host)]" : server.host):\(server.port ?? standardPort)"
        return settings
    }

    /// `local@domain` or `Name <local@domain>`, without anything that could end the header.
    private func address(_ text: ConfigurationContext.Text?, into context: inout ConfigurationContext) -> String? {
        guard let text else { return nil }
        var address = Substring(text.value)
        if let open = text.value.lastIndex(of: "<"), text.value.hasSuffix(">") {
            address = text.value[text.value.index(after: open)...].dropLast()
        }
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        let isAddress =
            parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
            && address.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"<>()[],;:\\\"".utf8.contains($0) }
        guard isAddress, text.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            context.sink.error(
                .invalidValue, "`\(text.written)` is no mail address", at: text.span, hint: "name@host, or Name <name@host>")
            return nil
        }
        return text.value
    }

    /// Reads a receiver of syslog.
    func syslog(into context: inout ConfigurationContext) -> SyslogAction.Settings? {
        let server = context.server(required("server", into: &context))
        var settings = SyslogAction.Settings(host: server?.host ?? "")
        settings.port = server?.port ?? 514
        let carriers = SyslogAction.Carrier.allCases.map(\.rawValue)
        if let word = context.choice(mapping["protocol"], as: "`protocol`", among: carriers) {
            settings.carrier = SyslogAction.Carrier(rawValue: word) ?? .udp
        }
        if let word = context.choice(mapping["facility"], as: "`facility`", among: Self.facilities) {
            settings.facility = Self.facilities.firstIndex(of: word) ?? 16
        }
        if let name = word("app", longest: 48, into: &context) { settings.application = name }
        if let name = word("hostname", longest: 255, into: &context) { settings.hostname = name }
        if let message = context.template(mapping["message"], as: "`message`", form: .line) { settings.message = message }
        if let timeout = context.duration(mapping["timeout"], as: "`timeout`", minimum: 1_000_000) { settings.timeout = timeout }
        return server == nil ? nil : settings
    }

    private func word(_ key: String, longest: Int, into context: inout ConfigurationContext) -> String? {
        guard let text = context.text(mapping[key], as: "`\(key)`") else { return nil }
        guard text.value.utf8.count <= longest, text.value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            context.sink.error(
                .invalidValue, "`\(key)` must be at most \(longest) printable ASCII characters without spaces", at: text.span)
            return nil
        }
        return text.value
    }
}

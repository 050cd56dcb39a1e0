import Connectors
import Glibc
import RuleLanguage

/// Reads how servers are connected to: `tls`, `timeout` and `connect_timeout` of an action.
struct TransferSection {
    /// Its keys.
    static let keys = ["tls", "timeout", "connect_timeout"]
    /// Those of HTTP.
    static let keysOfHTTP = keys + ["proxy"]

    /// The section; what is left out or wrong is at its default.
    static func transfer(_ mapping: MappingReader, into context: inout ConfigurationContext) -> TransferOptions {
        var options = TransferOptions()
        if let timeout = context.duration(mapping["timeout"], as: "`timeout`", minimum: 1_000_000) { options.timeout = timeout }
        if let timeout = context.duration(mapping["connect_timeout"], as: "`connect_timeout`", minimum: 1_000_000) {
            options.connectTimeout = timeout
        }
        options.proxy = url(mapping["proxy"], as: "`proxy`", into: &context)?.value
        guard let node = mapping["tls"], let tls = MappingReader(node, what: "`tls`", known: ["verify", "ca"], into: &context.sink) else {
            return options
        }
        if let verify = context.flag(tls["verify"], as: "`verify`") {
            options.verifiesTLS = verify
            if !verify, let pair = tls.pair("verify") {
                context.sink.warning(
                    .invalidValue, "`verify: false`: whoever is between here and the server can read and change what is sent",
                    at: pair.keySpan, hint: "name the certificate of its authority with `ca`")
            }
        }
        if let path = context.path(tls["ca"], as: "`ca`") {
            if access(path.value, R_OK) != 0 {
                let reason = String(cString: strerror(errno))
                context.sink.error(.unreadableFile, "`\(path.written)` cannot be read: \(reason)", at: path.span)
            }
            options.authorities = path.value
        }
        return options
    }

    /// A URL of HTTP; nil with a diagnostic when it is none. It is not quoted: it may hold a password.
    static func url(
        _ node: YAMLNode?, as what: String = "`url`", into context: inout ConfigurationContext
    ) -> ConfigurationContext.Text? {
        guard let text = context.text(node, as: what, isURL: true) else { return nil }
        let scheme = ["http://", "https://"].first { text.value.lowercased().hasPrefix($0) }
        guard let scheme, text.value.utf8.count > scheme.utf8.count else {
            context.sink.error(.invalidValue, "\(what) must begin with http:// or https:// and name a host", at: text.span)
            return nil
        }
        guard text.value.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            context.sink.error(.invalidValue, "\(what) has spaces or control characters", at: text.span)
            return nil
        }
        return text
    }
}

import Connectors
import Glibc
import RuleLanguage

/// Reads `server`: a mapping, or the address alone.
struct ServerSection {
    private static let keys = ["listen", "hosts", "tokens", "body", "connections", "timeout", "tls"]
    private static let tlsKeys = ["certificate", "key"]
    private static let tokenKeys = ["name", "scopes", "sha256", "value"]
    private static let standard = "127.0.0.1:8080"
    /// Shorter ones can be guessed.
    private static let shortestToken = 16
    private static let minimumBody = 1 << 10

    /// The section; nil when it is left out or has no usable address.
    static func server(_ node: YAMLNode?, into context: inout ConfigurationContext) -> ServiceConfiguration.Server? {
        guard let node else { return nil }
        if node.scalar != nil {
            guard let address = address(node, as: "`server`", into: &context) else { return nil }
            requireProtection(of: address.server, at: address.text, by: nil, into: &context)
            return address.server
        }
        guard let mapping = MappingReader(node, what: "`server`", known: keys, into: &context.sink) else { return nil }
        var server = ServiceConfiguration.Server(host: "127.0.0.1", port: 8080)
        var listen: ConfigurationContext.Text?
        if let node = mapping["listen"] {
            guard let address = address(node, as: "`listen`", into: &context) else { return nil }
            server = address.server
            listen = address.text
        }
        server.tls = tls(mapping["tls"], into: &context)
        for host in context.texts(mapping["hosts"], as: "`hosts`") {
            if isHostName(host.value) {
                server.hosts.append(host.value.lowercased())
            } else {
                context.sink.error(
                    .invalidValue, "`\(host.written)` is no host's name", at: host.span,
                    hint: "such as fluxcore.example or [2001:db8::1], without a port")
            }
        }
        server.tokens = tokens(mapping["tokens"], into: &context)
        if let body = context.size(mapping["body"], as: "`body`", minimum: minimumBody) { server.maximumBody = body }
        if let connections = context.number(mapping["connections"], as: "`connections`", in: 1...10_000) {
            server.connections = connections
        }
        if let timeout = context.duration(mapping["timeout"], as: "`timeout`", minimum: 100_000_000) { server.timeout = timeout }
        if let listen { requireProtection(of: server, at: listen, by: mapping, into: &context) }
        return server
    }

    private static func tls(_ node: YAMLNode?, into context: inout ConfigurationContext) -> ServiceConfiguration.Server.TLS? {
        guard let node, let mapping = MappingReader(node, what: "`tls`", known: tlsKeys, into: &context.sink) else { return nil }
        let certificate = mapping.required("certificate", of: "`tls`", at: node.span, into: &context.sink)
        let key = mapping.required("key", of: "`tls`", at: node.span, into: &context.sink)
        guard let certificate = context.path(certificate, as: "`certificate`"), let key = context.path(key, as: "`key`") else { return nil }
        return ServiceConfiguration.Server.TLS(certificate: certificate.value, key: key.value)
    }

    // MARK: The address

    private static func address(
        _ node: YAMLNode, as what: String, into context: inout ConfigurationContext
    ) -> (server: ServiceConfiguration.Server, text: ConfigurationContext.Text)? {
        guard let text = context.text(node, as: what) else { return nil }
        guard let (host, port) = split(text.value) else {
            context.sink.error(
                .invalidValue, "\(what) must be an address and a port, not `\(text.written)`", at: text.span, hint: "such as \(standard)")
            return nil
        }
        return (ServiceConfiguration.Server(host: host, port: port), text)
    }

    /// Reports an address that others can reach and that lacks what keeps them out.
    private static func requireProtection(
        of server: ServiceConfiguration.Server, at address: ConfigurationContext.Text, by mapping: MappingReader?,
        into context: inout ConfigurationContext
    ) {
        if isLoopback(server.host) { return }
        // What is there and wrong has been reported where it stands.
        let missing = ["tls", "tokens"].filter { mapping?[$0] == nil }.map { "`\($0)`" }
        if !missing.isEmpty {
            context.sink.error(
                .missingKey, "`\(address.written)` is no loopback address: that needs \(missing.joined(separator: " and "))",
                at: address.span,
                hint: "tls: { certificate: cert.pem, key: key.pem } and tokens: [{ name: …, scopes: [read], sha256: … }]; "
                    + "or \(standard), behind a reverse proxy on this machine")
        }
        if isWildcard(server.host), server.hosts.isEmpty {
            context.sink.error(
                .missingKey, "`\(address.written)` stands for every address of this machine: `hosts` must say what clients call it",
                at: address.span, hint: "hosts: [fluxcore.example]")
        }
    }

    /// A name, an IPv4 address, or an IPv6 address in brackets.
    private static func isHostName(_ text: String) -> Bool {
        if text.hasPrefix("["), text.hasSuffix("]") {
            var address = in6_addr()
            return inet_pton(AF_INET6, String(text.dropFirst().dropLast()), &address) == 1
        }
        return !text.utf8.contains { $0 <= 0x20 || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ":") }
    }

    private static func split(_ text: String) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (1...65535).contains(port) else {
            return nil
        }
        let host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { return (String(host.dropFirst().dropLast()), port) }
        return host.isEmpty || host.contains(":") ? nil : (host.lowercased(), port)
    }

    /// 127.0.0.0/8, ::1 and the name that stands for them.
    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" { return true }
        var address = in_addr()
        if inet_pton(AF_INET, host, &address) == 1 { return UInt32(bigEndian: address.s_addr) >> 24 == 127 }
        var wide = in6_addr()
        guard inet_pton(AF_INET6, host, &wide) == 1 else { return false }
        return withUnsafeBytes(of: &wide) { bytes in bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1 }
    }

    /// 0.0.0.0 and ::.
    private static func isWildcard(_ host: String) -> Bool {
        var address = in_addr()
        if inet_pton(AF_INET, host, &address) == 1 { return address.s_addr == 0 }
        var wide = in6_addr()
        return inet_pton(AF_INET6, host, &wide) == 1 && withUnsafeBytes(of: &wide) { $0.allSatisfy { $0 == 0 } }
    }

    // MARK: Tokens

    private static func tokens(_ node: YAMLNode?, into context: inout ConfigurationContext) -> [ServiceConfiguration.Server.Token] {
        guard let node else { return [] }
        guard case .sequence(let items) = node.kind else {
            context.sink.error(.wrongKind, "`tokens` must be a list, not \(node.kindName)", at: node.span)
            return []
        }
        var found: [ServiceConfiguration.Server.Token] = []
        for item in items {
            guard let token = token(item, into: &context) else { continue }
            if found.contains(where: { $0.name == token.name }) {
                context.sink.error(.invalidValue, "token `\(token.name)` stands twice in `tokens`", at: item.span)
            }
            found.append(token)
        }
        // A list that was meant to restrict must not be taken for one that does not.
        if items.isEmpty { context.sink.error(.invalidValue, "`tokens` names no token", at: node.span, hint: "leave it out") }
        return found
    }

    private static func token(_ node: YAMLNode, into context: inout ConfigurationContext) -> ServiceConfiguration.Server.Token? {
        guard let mapping = MappingReader(node, what: "a token", known: tokenKeys, into: &context.sink) else { return nil }
        let name = context.text(mapping.required("name", of: "a token", at: node.span, into: &context.sink), as: "`name`")
        if let name, !NameSyntax.isRuleID(name.value) {
            context.sink.error(
                .invalidName, "`\(name.written)` is no name for a token", at: name.span, hint: "letters, digits, `_`, `.` and `-`")
        }
        let words = ServiceConfiguration.Server.Scope.allCases.map(\.rawValue)
        var scopes: Set<ServiceConfiguration.Server.Scope> = []
        for text in context.texts(mapping.required("scopes", of: "a token", at: node.span, into: &context.sink), as: "`scopes`") {
            guard let scope = ServiceConfiguration.Server.Scope(rawValue: text.value) else {
                context.sink.error(
                    .invalidValue, "`scopes` cannot have `\(text.written)`", at: text.span, hint: "one of: " + words.joined(separator: ", ")
                )
                continue
            }
            scopes.insert(scope)
        }
        guard let hash = hash(mapping, at: node.span, into: &context), let name, !scopes.isEmpty else { return nil }
        return ServiceConfiguration.Server.Token(name: name.value, scopes: scopes, hash: hash)
    }

    private static func hash(_ mapping: MappingReader, at span: SourceSpan, into context: inout ConfigurationContext) -> [UInt8]? {
        if let node = mapping["sha256"], mapping["value"] == nil {
            guard let text = context.text(node, as: "`sha256`") else { return nil }
            let digits = text.value.compactMap(\.hexDigitValue)
            if digits.count == 64, text.value.utf8.count == 64 {
                return stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
            }
            context.sink.error(
                .invalidValue, "`sha256` must be 64 hexadecimal digits", at: text.span,
                hint: "printf %s \"$TOKEN\" | sha256sum")
            return nil
        }
        guard let node = mapping["value"], mapping["sha256"] == nil else {
            context.sink.error(.missingKey, "a token needs either `sha256` or `value`", at: span)
            return nil
        }
        guard let text = context.text(node, as: "`value`") else { return nil }
        if !text.written.contains("${") {
            context.sink.error(
                .invalidValue, "`value` must come from ${env:NAME} or ${file:PATH}: a token does not stand in a configuration",
                at: text.span,
                hint: "or `sha256`, which tells nothing")
            return nil
        }
        if text.value.utf8.count < shortestToken {
            context.sink.error(.invalidValue, "a token must have at least \(shortestToken) bytes", at: text.span)
            return nil
        }
        return SHA256.hash(Array(text.value.utf8))
    }
}

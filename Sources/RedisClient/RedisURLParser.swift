/// The parts of a Redis URL, cut apart. Path and query are percent-decoded, login and authority are not.
struct RedisURLParser {
    static let schemes = ["redis", "redis+unix", "redis+sentinel", "redis+cluster"]

    let scheme: String
    let login: (user: String, password: String?)?
    let authority: String
    let path: [String]
    let query: [(name: String, value: String)]

    init(_ text: String) throws(RedisError) {
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else {
            throw .invalidURL("a Redis URL looks like redis://host:6379/0")
        }
        scheme = text[..<colon].lowercased()
        if scheme == "rediss" || scheme.hasPrefix("rediss+") {
            throw .invalidURL(
                "rediss:// (TLS) is not spoken here: run stunnel or ghostunnel on this host, connect it to the server by TLS, and "
                    + "write redis://127.0.0.1:PORT, or redis+unix:///PATH for a Unix socket")
        }
        guard Self.schemes.contains(scheme) else {
            throw .invalidURL(
                "\(scheme):// is no scheme of Redis; there are " + Self.schemes.map { $0 + "://" }.joined(separator: ", "))
        }
        var rest = text[text.index(colon, offsetBy: 3)...]
        if let hash = rest.firstIndex(of: "#") { rest = rest[..<hash] }

        var pairs: [(String, String)] = []
        if let mark = rest.firstIndex(of: "?") {
            for pair in rest[rest.index(after: mark)...].split(separator: "&") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                pairs.append((try Self.decoded(parts[0]), parts.count > 1 ? try Self.decoded(parts[1]) : ""))
            }
            rest = rest[..<mark]
        }
        query = pairs

        var parts: [String] = []
        if let slash = rest.firstIndex(of: "/") {
            for part in rest[slash...].split(separator: "/") { parts.append(try Self.decoded(part)) }
            rest = rest[..<slash]
        }
        path = parts

        if let at = rest.lastIndex(of: "@") {
            let pair = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            login = (String(pair.first ?? ""), pair.count > 1 ? String(pair[1]) : nil)
            rest = rest[rest.index(after: at)...]
        } else {
            login = nil
        }
        authority = String(rest)
    }

    /// The hosts of the authority, in order.
    func hosts(defaultPort: Int) throws(RedisError) -> [RedisAddress] {
        var addresses: [RedisAddress] = []
        for part in authority.split(separator: ",", omittingEmptySubsequences: false) {
            addresses.append(try Self.address(part, defaultPort: defaultPort))
        }
        guard !addresses.isEmpty else { throw .invalidURL("the Redis URL names no host") }
        return addresses
    }

    private static func address(_ text: Substring, defaultPort: Int) throws(RedisError) -> RedisAddress {
        var host = text
        var portText: Substring?
        if text.hasPrefix("["), let close = text.firstIndex(of: "]") {
            host = text[text.index(after: text.startIndex)..<close]
            let rest = text[text.index(after: close)...]
            if rest.hasPrefix(":") { portText = rest.dropFirst() }
        } else if let colon = text.lastIndex(of: ":") {
            host = text[..<colon]
            portText = text[text.index(after: colon)...]
        }
        guard !host.isEmpty else { throw .invalidURL("the Redis URL names no host") }
        guard let portText else { return .tcp(host: try decoded(host), port: defaultPort) }
        guard let port = Int(portText), (1...65535).contains(port) else {
            throw .invalidURL("a port of the Redis URL is no number from 1 to 65535")
        }
        return .tcp(host: try decoded(host), port: port)
    }

    /// A whole number of `ms` or `s`, more than 0.
    static func duration(_ text: String, of name: String) throws(RedisError) -> Duration {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        if let value = Int(digits), value > 0, value < 1_000_000_000 {
            switch text.dropFirst(digits.count) {
            case "ms": return .milliseconds(value)
            case "s": return .seconds(value)
            default: break
            }
        }
        throw .invalidURL("the option \(name) of the Redis URL is a time such as 500ms or 5s")
    }

    /// The text with `%XX` resolved.
    static func decoded(_ text: some StringProtocol) throws(RedisError) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                throw .invalidURL("a % in the Redis URL is not followed by two hexadecimal digits: write %25 for the character itself")
            }
            bytes.append(value)
            rest.removeFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

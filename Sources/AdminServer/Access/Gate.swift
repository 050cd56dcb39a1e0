import EngineService

/// Decides who may ask for what.
struct Gate: Sendable {
    private static let scheme = "bearer "

    private let names: Set<String>
    private let tokens: [ServiceConfiguration.Server.Token]

    /// The gate of a configured server.
    init(_ server: ServiceConfiguration.Server) {
        names = Set(["localhost", "127.0.0.1", "[::1]", server.host.contains(":") ? "[\(server.host)]" : server.host] + server.hosts)
        tokens = server.tokens
    }

    /// Throws unless the request names a host that this server answers for: a page whose name was made to point here (DNS
    /// rebinding) names another.
    func checkHost(_ request: AdminRequest) throws(AdminError) {
        guard let host = request.headers["host"], !host.isEmpty else { throw .badRequest("the request names no host") }
        guard names.contains(Self.name(of: host)) else {
            throw AdminError(
                status: 421, code: "wrong_host",
                message: "this server does not answer for the host of the request; `server.hosts` can name it")
        }
    }

    /// Throws when a browser sends a change for a page of another origin.
    func checkOrigin(_ request: AdminRequest) throws(AdminError) {
        let isForeign: Bool
        if let origin = request.headers["origin"] {
            let host = request.headers["host"] ?? ""
            isForeign = origin.lowercased() != "http://" + host.lowercased() && origin.lowercased() != "https://" + host.lowercased()
        } else {
            let site = request.headers["sec-fetch-site"] ?? "none"
            isForeign = site != "none" && site != "same-origin"
        }
        if isForeign { throw AdminError(status: 403, code: "wrong_origin", message: "pages of other origins may change nothing here") }
    }

    /// The name of the request's token; nil when no tokens are configured. Throws 401 without a token that is known, 403 when
    /// it does not allow what is asked.
    func user(_ request: AdminRequest, scope: ServiceConfiguration.Server.Scope) throws(AdminError) -> String? {
        if tokens.isEmpty { return nil }
        guard let header = request.headers["authorization"], header.lowercased().hasPrefix(Self.scheme) else {
            throw Self.unauthorized("a token is needed: Authorization: Bearer TOKEN")
        }
        let hash = ServiceConfiguration.Server.hash(of: Array(header.utf8.dropFirst(Self.scheme.utf8.count)))
        // All are compared, each in the same time: nothing tells which byte or token was nearly right.
        var found: ServiceConfiguration.Server.Token?
        for token in tokens where Self.isEqual(token.hash, hash) { found = found ?? token }
        guard let found else { throw Self.unauthorized("the token is not known") }
        guard found.scopes.contains(scope) else {
            throw AdminError(status: 403, code: "forbidden", message: "the token does not allow `\(scope.rawValue)`")
        }
        return found.name
    }

    /// The name in a Host header, lower case, without the port.
    static func name(of host: String) -> String {
        let host = host.lowercased()
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
            let rest = host[host.index(after: end)...]
            return rest.isEmpty || isPort(rest) ? String(host[...end]) : host
        }
        guard let colon = host.lastIndex(of: ":"), isPort(host[colon...]) else { return host }
        return String(host[..<colon])
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.hasPrefix(":") && text.utf8.dropFirst().allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for index in left.indices { difference |= left[index] ^ right[index] }
        return difference == 0
    }

    private static func unauthorized(_ message: String) -> AdminError {
        AdminError(status: 401, code: "unauthorized", message: message, headers: [("WWW-Authenticate", "Bearer")])
    }
}

/// The address of a Redis installation.
///
/// ```text
/// redis://[[user]:password@]host[:port][/database]
/// redis+unix://[[user]:password@]/path/of/socket[?db=0]
/// redis+sentinel://[[user]:password@]host[:port],host[:port]…/master-name[/database]
/// redis+cluster://[[user]:password@]host[:port],host[:port]…
/// ```
///
/// Parts are percent-decoded. Options follow `?`, joined by `&`: `timeout` (of a command, `500ms`, `5s`), `connect_timeout`, for
/// Sentinel `sentinel_user` and `sentinel_password` (what the sentinels themselves want), and those that the caller names.
public struct RedisURL: Equatable, Sendable {
    /// How the servers belong together.
    public enum Topology: Equatable, Sendable {
        /// One server.
        case single(RedisAddress)
        /// Sentinels, in the order in which they are asked, and the name of the master that they watch.
        case sentinel([RedisAddress], master: String)
        /// Some nodes of a cluster, in the order in which they are asked.
        case cluster([RedisAddress])
    }

    /// How the servers belong together.
    public var topology: Topology
    /// Login, database and timeouts.
    public var options: RedisConnectionOptions
    /// Login of the sentinels; nil: none.
    public var sentinelUser: String?
    /// Password of the sentinels; nil: none.
    public var sentinelPassword: String?
    /// Options that are the caller's, by name.
    public var callerOptions: [String: String]

    /// The URL without password, and without the options of connecting.
    public var redacted: String {
        let user = options.user.map { "\($0)@" } ?? ""
        func join(_ addresses: [RedisAddress]) -> String { addresses.map(\.description).joined(separator: ",") }
        var text: String
        switch topology {
        case .single(.unix(let path)):
            text = "redis+unix://\(user)\(path)" + (options.database == 0 ? "" : "?db=\(options.database)")
        case .single(let address): text = "redis://\(user)\(address)/\(options.database)"
        case .sentinel(let addresses, let master): text = "redis+sentinel://\(user)\(join(addresses))/\(master)/\(options.database)"
        case .cluster(let addresses): text = "redis+cluster://\(user)\(join(addresses))"
        }
        for (name, value) in callerOptions.sorted(by: { $0.key < $1.key }) {
            text += (text.contains("?") ? "&" : "?") + "\(name)=\(value)"
        }
        return text
    }

    /// True for a text that begins with one of the schemes, or with `rediss:`, which is refused when it is parsed.
    public static func isRedisURL(_ text: String) -> Bool {
        ["redis:", "rediss:", "redis+"].contains { text.hasPrefix($0) }
    }

    /// Reads a URL.
    ///
    /// - Parameters:
    ///   - text: the URL; messages of errors do not repeat any part of it, since a password with `@`, `/`, `:` or `?` may stand anywhere.
    ///   - callerOptions: names of options that are the caller's. Any other unknown one is an error.
    public init(_ text: String, callerOptions names: Set<String> = []) throws(RedisError) {
        let parser = try RedisURLParser(text)
        options = RedisConnectionOptions()
        callerOptions = [:]
        if let login = parser.login {
            options.user = login.user.isEmpty ? nil : try RedisURLParser.decoded(login.user)
            options.password = try login.password.map { text throws(RedisError) in try RedisURLParser.decoded(text) }
            if options.user != nil, options.password == nil {
                throw .invalidURL("the Redis URL has a user but no password: write user:password@ or :password@")
            }
        }
        var path = parser.path
        switch parser.scheme {
        case "redis":
            let hosts = try parser.hosts(defaultPort: 6379)
            guard hosts.count == 1 else {
                throw .invalidURL("redis:// takes one host; redis+sentinel:// and redis+cluster:// take several")
            }
            topology = .single(hosts[0])
        case "redis+unix":
            guard parser.authority.isEmpty, !path.isEmpty else {
                throw .invalidURL("redis+unix:// is followed by the path of a socket: redis+unix:///run/redis.sock?db=0")
            }
            topology = .single(.unix(path: "/" + path.joined(separator: "/")))
            path = []
        case "redis+sentinel":
            guard let master = path.first, !master.isEmpty else {
                throw .invalidURL("redis+sentinel:// needs the name of the master: redis+sentinel://host:26379/NAME/0")
            }
            path.removeFirst()
            topology = .sentinel(try parser.hosts(defaultPort: 26379), master: master)
        default:
            topology = .cluster(try parser.hosts(defaultPort: 6379))
        }
        if let database = path.first {
            guard path.count == 1 else { throw .invalidURL("the path of the Redis URL has too many parts") }
            try setDatabase(database)
        }
        for (name, value) in parser.query { try setOption(name, value, callerOptions: names) }
        if case .cluster = topology, options.database != 0 { throw .invalidURL("a Redis Cluster has no database but 0") }
    }

    private mutating func setOption(_ name: String, _ value: String, callerOptions names: Set<String>) throws(RedisError) {
        switch name {
        case "db": try setDatabase(value)
        case "timeout": options.commandTimeout = try RedisURLParser.duration(value, of: name)
        case "connect_timeout": options.connectTimeout = try RedisURLParser.duration(value, of: name)
        case "sentinel_user": sentinelUser = value
        case "sentinel_password": sentinelPassword = value
        case _ where names.contains(name): callerOptions[name] = value
        default:
            let known = ["connect_timeout", "db", "sentinel_password", "sentinel_user", "timeout"] + names
            throw .invalidURL("the Redis URL has an unknown option; there are \(known.sorted().joined(separator: ", "))")
        }
    }

    private mutating func setDatabase(_ text: String) throws(RedisError) {
        guard let number = Int(text), number >= 0 else { throw .invalidURL("the database of the Redis URL is no number") }
        options.database = number
    }
}

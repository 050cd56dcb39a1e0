/// Where a Redis server listens.
public enum RedisAddress: Hashable, Sendable, CustomStringConvertible {
    /// A host name or IP address (IPv6 without brackets) and a TCP port.
    case tcp(host: String, port: Int)
    /// The path of a Unix socket.
    case unix(path: String)

    /// `host:port`, `[::1]:port` or the path.
    public var description: String {
        switch self {
        case .tcp(let host, let port): return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): return path
        }
    }
}

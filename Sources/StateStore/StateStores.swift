import RedisClient

/// Opens a store by its URL.
public enum StateStores {
    /// Opens `memory:`, `rocksdb:PATH`, `redis://…`, `redis+unix://…`, `redis+sentinel://…` or `redis+cluster://…`
    /// (`RedisURL`, with the option `name`).
    ///
    /// A directory of RocksDB is opened, and locked, at once. Redis is connected to when it is first asked, so that a server
    /// that is down is an error of that call.
    public static func open(_ url: String, options: StateStoreOptions = StateStoreOptions()) throws(StateStoreError) -> any StateStore {
        if RedisURL.isRedisURL(url) { return try RedisStateStore(url: url, options: options) }
        switch url.prefix(while: { $0 != ":" }) {
        case "memory" where url == "memory" || url == "memory:": return MemoryStateStore()
        case "rocksdb" where url.count > "rocksdb:".count:
            // `rocksdb:///path` is how a URL of a file is often written.
            let path = url.dropFirst("rocksdb:".count)
            return try RocksDBStateStore(path: String(path.hasPrefix("///") ? path.dropFirst(2) : path), options: options)
        default:
            throw .misconfigured(
                // Whatever stands behind the scheme may be a password.
                "\(url.prefix { $0 != ":" })… is no state store: write memory:, rocksdb:PATH, redis://host:6379/0, "
                    + "redis+unix:///PATH, redis+sentinel://… or redis+cluster://…")
        }
    }
}

/// Finds the server that a URL means at the moment, and connects to it. For one thread at a time.
///
/// - `redis://` and `redis+unix://`: the server of the URL.
/// - Sentinel: the sentinels are asked in turn for the master's address, and the server there must say that it is the master,
///   since a sentinel that was cut off may still name the old one. After `READONLY` or a lost connection connect again.
/// - Cluster: the nodes are asked in turn for the owner of one slot, so all keys of a user must share a hash tag. After `MOVED`,
///   `READONLY` or a lost connection connect again. Nodes that were seen are asked too when none of the URL answers.
///
/// Besides the commands that the user sends, a login needs `ROLE` (Sentinel, Cluster) and `CLUSTER SLOTS` (Cluster).
public final class RedisConnector {
    /// What is connected to.
    public let url: RedisURL
    private var seenNodes: [RedisAddress] = []

    /// A connector for a URL; connects to nothing yet.
    public init(_ url: RedisURL) { self.url = url }

    /// Connects to the server that takes writes of the key (of a cluster; elsewhere it plays no part).
    public func connect(key: String) throws(RedisError) -> RedisConnection {
        switch url.topology {
        case .single(let address): return try RedisConnection(to: address, options: url.options)
        case .sentinel(let addresses, let master): return try connect(sentinels: addresses, master: master)
        case .cluster(let addresses): return try connect(nodes: addresses, slot: RedisKeySlot.slot(of: key.utf8))
        }
    }

    /// Asks each until one leads to a connection; otherwise says what went wrong with each.
    private func firstOf(
        _ addresses: [RedisAddress], as what: String, _ attempt: (RedisAddress) throws(RedisError) -> RedisConnection
    ) throws(RedisError) -> RedisConnection {
        var errors: [RedisError] = []
        for address in addresses {
            do throws(RedisError) {
                return try attempt(address)
            } catch {
                if case .loginRefused = error { throw error }
                errors.append(error)
            }
        }
        if errors.count == 1 { throw errors[0] }
        // An answer says more than the silence of the others.
        if let answer = errors.first(where: { !$0.endsConnection }) { throw answer }
        throw .unreachable("none of the \(errors.count) \(what) led to a master: \(errors.map(\.description).joined(separator: "; "))")
    }

    private func connect(sentinels: [RedisAddress], master: String) throws(RedisError) -> RedisConnection {
        var sentinelOptions = url.options
        sentinelOptions.user = url.sentinelUser
        sentinelOptions.password = url.sentinelPassword
        sentinelOptions.database = 0
        return try firstOf(sentinels, as: "sentinels") { (sentinel) throws(RedisError) in
            let connection = try RedisConnection(to: sentinel, options: sentinelOptions)
            defer { connection.close() }
            let reply = try connection.command("SENTINEL", "get-master-addr-by-name", master)
            guard let parts = reply.elements, parts.count == 2, let host = parts[0].text, let port = parts[1].text.flatMap({ Int($0) })
            else { throw .unreachable("the sentinel at \(sentinel) knows no master \(master)") }
            return try connectToMaster(.tcp(host: host, port: port))
        }
    }

    private func connect(nodes: [RedisAddress], slot: Int) throws(RedisError) -> RedisConnection {
        try firstOf(nodes + seenNodes.filter { !nodes.contains($0) }, as: "cluster nodes") { (node) throws(RedisError) in
            let connection = try RedisConnection(to: node, options: url.options)
            defer { connection.close() }
            guard let owner = try owner(of: slot, by: connection) else {
                throw .server(code: "CLUSTERDOWN", message: "CLUSTERDOWN no node serves slot \(slot), says \(node)")
            }
            return try connectToMaster(owner)
        }
    }

    /// The master of a slot, as a node of the cluster sees it; nil when there is none.
    private func owner(of slot: Int, by connection: RedisConnection) throws(RedisError) -> RedisAddress? {
        var owner: RedisAddress?
        var seen: [RedisAddress] = []
        for range in try connection.command("CLUSTER", "SLOTS").elements ?? [] {
            guard let parts = range.elements, parts.count >= 3, let first = parts[0].integer, let last = parts[1].integer else { continue }
            for (index, node) in parts[2...].enumerated() {
                guard let fields = node.elements, fields.count >= 2, let port = fields[1].integer else { continue }
                // An unknown host is null or empty: the one that the client has reached is meant.
                var address = RedisAddress.tcp(host: fields[0].text ?? "", port: Int(port))
                if case .tcp("", _) = address, case .tcp(let host, _) = connection.address { address = .tcp(host: host, port: Int(port)) }
                if !seen.contains(address) { seen.append(address) }
                if index == 0, first <= Int64(slot), Int64(slot) <= last { owner = address }
            }
        }
        seenNodes = seen
        return owner
    }

    private func connectToMaster(_ address: RedisAddress) throws(RedisError) -> RedisConnection {
        let connection = try RedisConnection(to: address, options: url.options)
        let role = try connection.command("ROLE").elements?.first?.text ?? ""
        guard role == "master" else {
            connection.close()
            throw .unreachable("Redis at \(address) was named as the master but is a \(role): a failover may be under way")
        }
        return connection
    }
}

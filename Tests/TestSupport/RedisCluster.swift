import RedisClient

/// A Redis Cluster of three masters with a replica each. Ends with its owner.
public final class RedisCluster: Sendable {
    /// The nodes; the first three are masters at first, node `n + 3` is the replica of node `n`.
    public let nodes: [RedisServer]

    /// `redis+cluster://…` of the first three nodes.
    public var url: String { "redis+cluster://" + nodes[..<3].map { "127.0.0.1:\($0.port)" }.joined(separator: ",") }

    /// Starts all nodes and waits until they serve all slots.
    public init() throws {
        nodes = try (0..<6).map { _ in
            try RedisServer([
                "cluster-enabled yes", "cluster-config-file nodes.conf", "cluster-node-timeout 1500",
                "cluster-port \(try LoopbackPort.free())",
                "cluster-replica-validity-factor 0",
            ])
        }
        let slots = RedisKeySlot.count
        for index in 0..<3 {
            try nodes[index].command(
                "CLUSTER", "ADDSLOTSRANGE", String(index * slots / 3), String((index + 1) * slots / 3 - 1))
        }
        for (index, node) in nodes.enumerated() { try node.command("CLUSTER", "SET-CONFIG-EPOCH", String(index + 1)) }
        // Everyone is told of everyone: gossip alone takes seconds.
        let busPorts = try nodes.map { try $0.command("CONFIG", "GET", "cluster-port").elements?.last?.text ?? "" }
        for (index, node) in nodes.enumerated() {
            for other in 0..<index { try node.command("CLUSTER", "MEET", "127.0.0.1", String(nodes[other].port), busPorts[other]) }
        }
        for index in 0..<3 {
            let master = try nodes[index].command("CLUSTER", "MYID").text ?? ""
            try eventually("a replica that knows its master") {
                do {
                    try nodes[index + 3].command("CLUSTER", "REPLICATE", master)
                    return true
                } catch RedisError.server {
                    return false
                }
            }
        }
        try eventually("replicas") {
            try nodes[3...].allSatisfy { try $0.info("replication", "master_link_status") == "up" }
        }
        try eventually("all slots served, with replicas known to all") {
            try nodes.allSatisfy { node in
                try node.clusterInfo("cluster_state") == "ok"
                    && node.command("CLUSTER", "SLOTS").elements?.allSatisfy { $0.elements?.count == 4 } == true
            }
        }
    }

    /// The index of the first-three node whose slots hold a key.
    public func owner(of key: String) -> Int { (RedisKeySlot.slot(of: key.utf8) * 3 + 2) / RedisKeySlot.count }

    /// Makes the replica of node `index` the master, in agreement with the old one, and waits until all nodes know.
    public func failOver(_ index: Int) throws {
        try nodes[index + 3].command("CLUSTER", "FAILOVER")
        let port = Int64(nodes[index + 3].port)
        try eventually("the failover of node \(index)") {
            try nodes.allSatisfy { node in
                try node.command("CLUSTER", "SLOTS").elements?.contains { $0.elements?[2].elements?[1].integer == port } == true
            }
        }
    }
}

extension RedisServer {
    fileprivate func clusterInfo(_ name: String) throws -> String? {
        let text = try command("CLUSTER", "INFO").text ?? ""
        return text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(name + ":") }.map { String($0.dropFirst(name.count + 1)) }
    }
}

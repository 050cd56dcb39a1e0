import RedisClient

/// A master, a replica, and three sentinels that watch the master under the name `state`. Ends with its owner.
public final class RedisSentinelSetup: Sendable {
    /// The server that is master at first.
    public let first: RedisServer
    /// The server that is replica at first.
    public let second: RedisServer
    /// The sentinels.
    public let sentinels: [RedisServer]

    /// `redis+sentinel://…` of all sentinels.
    public var url: String {
        "redis+sentinel://\(sentinels.map { "127.0.0.1:\($0.port)" }.joined(separator: ","))/state/0"
    }

    /// Starts all of them and waits until they know each other and the replica has its master's data.
    public init() throws {
        first = try RedisServer()
        let replica = try RedisServer(["replicaof 127.0.0.1 \(first.port)"])
        second = replica
        // A sentinel asks the master for its replicas when it starts, and then only every ten seconds.
        try eventually("a replica") { try replica.info("replication", "master_link_status") == "up" }
        let configuration = [
            "sentinel monitor state 127.0.0.1 \(first.port) 2",
            "sentinel down-after-milliseconds state 500",
            "sentinel failover-timeout state 3000",
            "sentinel parallel-syncs state 1",
        ]
        sentinels = try (0..<3).map { _ in try RedisServer(configuration, isSentinel: true) }
        for sentinel in sentinels {
            try eventually("sentinels that see each other and the replica") {
                let fields = try sentinel.command("SENTINEL", "MASTER", "state").elements?.map { $0.text ?? "" } ?? []
                func value(_ name: String) -> String? { fields.firstIndex(of: name).map { fields[$0 + 1] } }
                return value("num-other-sentinels") == "2" && value("num-slaves") == "1" && value("flags") == "master"
            }
        }
    }

    /// Waits until every sentinel names a server as the master, and it is one.
    public func waitForMaster(_ server: RedisServer) throws {
        for sentinel in sentinels {
            try eventually("the failover to port \(server.port)") {
                try sentinel.command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "state").elements?.last?.text == String(server.port)
            }
        }
        try eventually("the role of master") { try server.command("ROLE").elements?.first?.text == "master" }
    }
}

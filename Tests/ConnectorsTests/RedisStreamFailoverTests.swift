import Connectors
import RedisClient
import TestSupport
import Testing

/// The server of a stream changes.
@Suite struct RedisStreamFailoverTests {
    private func readThrough(_ stream: StreamFixture, _ server: RedisServer, failover: () throws -> Void) throws {
        let reader = try stream.open()
        try stream.add(0..<20)
        try reader.read { reader.events.count == 20 }
        reader.source.committed(offset: StreamFixture.offset(10), partition: 0)
        try reader.read { (try? stream.pending()) == 10 }
        try eventually("a replica that has everything") { try server.command("WAIT", "1", "1000").integer == 1 }
        try failover()
        try stream.add(20..<30)
        try stream.expect(reader, 0..<30, then: 30)
        try stream.commitAll(reader)
        reader.source.close()
        try stream.expect(try stream.open(at: StreamFixture.offset(5)), 5..<31, then: 31)
    }

    @Test func sentinelMakesTheReplicaTheMaster() throws {
        let setup = try RedisSentinelSetup()
        try readThrough(StreamFixture(url: setup.url + "?timeout=1s&connect_timeout=1s"), setup.first) {
            setup.first.kill()
            try setup.waitForMaster(setup.second)
        }
    }

    @Test func theSlotOfTheStreamMoves() throws {
        let cluster = try RedisCluster()
        let owner = cluster.owner(of: "s")
        try readThrough(StreamFixture(url: cluster.url + "?timeout=1s&connect_timeout=1s"), cluster.nodes[owner]) {
            try cluster.failOver(owner)
        }
    }
}

import Foundation
import RedisClient
import StateStore
import TestSupport
import Testing

/// Another server becomes the master.
@Suite struct RedisFailoverTests {
    private func waitForReplica(_ server: RedisServer) throws {
        try eventually("a replica that has everything") { try server.command("WAIT", "1", "1000").integer == 1 }
    }

    @Test func sentinelMakesTheReplicaTheMaster() throws {
        let setup = try RedisSentinelSetup()
        let store = try StateStores.open(setup.url + "?timeout=1s&connect_timeout=1s")
        _ = try store.claim(owner: "a", known: nil)
        try store.commit(batch(["k": "1"]), epoch: 1)
        let reader = try store.makeReader()
        var header = try #require(try store.header())
        #expect(try reader.get(table, keys: [bytes("k")], expected: header) == [bytes("1")])
        try waitForReplica(setup.first)
        setup.first.kill()
        setup.sentinels[0].kill()
        let errors = try store.untilAvailable { try store.commit(batch(["k": "2"]), epoch: 2) }
        #expect(!errors.isEmpty)
        #expect(try store.texts() == ["k": "2"])
        header.epoch = 2
        #expect(try available { try reader.get(table, keys: [bytes("k")], expected: header) } == [bytes("2")])
        #expect(try setup.second.command("HGET", "fluxcore:{default}:meta", "epoch").text == "2")
    }

    @Test func sentinelMakesAReplicaTheMasterThatLacksTheLastCommit() throws {
        let setup = try RedisSentinelSetup()
        let store = try StateStores.open(setup.url + "?timeout=1s&connect_timeout=1s")
        _ = try store.claim(owner: "a", known: nil)
        try store.commit(batch(["k": "1"]), epoch: 1)
        try waitForReplica(setup.first)
        try setup.second.command("REPLICAOF", "127.0.0.1", String(try LoopbackPort.free()))
        try store.commit(batch(["k": "2"]), epoch: 2)
        setup.first.kill()
        try setup.waitForMaster(setup.second)
        let acknowledged = StateHeader(format: 1, generation: 1, epoch: 2, owner: "a")
        let found = StateHeader(format: 1, generation: 1, epoch: 1, owner: "a")
        #expect(throws: StateStoreError.behind(acknowledged: acknowledged, found: found)) {
            try store.untilAvailable { try store.commit(batch(["k": "3"]), epoch: 3) }
        }
    }

    @Test func aSlotOfTheClusterMoves() throws {
        let cluster = try RedisCluster()
        let store = try StateStores.open(cluster.url + "?timeout=1s&connect_timeout=1s&name=moving")
        _ = try store.claim(owner: "a", known: nil)
        try store.commit(batch(["k": "1"]), epoch: 1)
        let reader = try store.makeReader()
        var header = try #require(try store.header())
        let key = "fluxcore:{moving}:meta"
        let owner = cluster.owner(of: key)
        #expect(try cluster.nodes[owner].command("HGET", key, "epoch").text == "1")
        #expect(try reader.get(table, keys: [bytes("k")], expected: header) == [bytes("1")])

        try cluster.failOver(owner)
        #expect(
            unavailable { try store.commit(batch(["k": "2"]), epoch: 2) }.contains("has moved to another node of the cluster (Redis: MOVED")
        )
        try store.untilAvailable { try store.commit(batch(["k": "2"]), epoch: 2) }
        header.epoch = 2
        #expect(try available { try reader.get(table, keys: [bytes("k")], expected: header) } == [bytes("2")])

        // The new owner dies; the old one, its replica now, takes the slots back.
        let successor = cluster.nodes[owner + 3]
        try eventually("the old owner as a replica") { try cluster.nodes[owner].info("replication", "master_link_status") == "up" }
        try waitForReplica(successor)
        successor.kill()
        let errors = try store.untilAvailable { try store.commit(batch(["k": "3"]), epoch: 3) }
        #expect(!errors.isEmpty)
        #expect(try cluster.nodes[owner].command("HGET", key, "epoch").text == "3")
        #expect(try store.texts() == ["k": "3"])
    }
}

import Foundation
import RedisClient
import StateStore
import TestSupport
import Testing

/// A server in trouble: what a call says meanwhile, and that the same call does its work once when the trouble is over.
@Suite struct RedisTroubleTests {
    /// A store that has committed epoch 1.
    private func claimed(_ url: String) throws -> any StateStore {
        let store = try StateStores.open(url)
        _ = try store.claim(owner: "a", known: nil)
        try store.commit(batch(["k": "1"]), epoch: 1)
        return store
    }

    @Test func aServerThatIsDownAtTheStart() throws {
        let server = try RedisServer()
        server.kill()
        let store = try StateStores.open(server.url)
        #expect(unavailable { _ = try store.claim(owner: "a", known: nil) }.contains("cannot connect to Redis at 127.0.0.1:\(server.port)"))
        #expect(unavailable { _ = try store.header() }.hasPrefix("the state store redis://127.0.0.1:\(server.port)/0: "))
        try server.start()
        #expect(try store.claim(owner: "a", known: nil).generation == 1)
    }

    @Test func aServerThatIsKilledAndStartedAgain() throws {
        let server = try RedisServer(["appendonly yes", "appendfsync always"])
        let store = try claimed(server.url)
        let reader = try store.makeReader()
        let header = try #require(try store.header())
        #expect(try reader.get(table, keys: [bytes("k")], expected: header) == [bytes("1")])
        server.kill()
        _ = unavailable { try store.commit(batch(["k": "2"]), epoch: 2) }
        _ = unavailable { try store.commit(batch(["k": "2"]), epoch: 2) }
        _ = unavailable { _ = try reader.get(table, keys: [bytes("k")], expected: header) }
        try server.start()
        try store.untilAvailable { try store.commit(batch(["k": "2"]), epoch: 2) }
        #expect(try store.texts() == ["k": "2"])
        #expect(try reader.get(table, keys: [bytes("k")], expected: header) == [bytes("2")])
    }

    @Test func aServerThatIsOutOfMemory() throws {
        let server = try RedisServer()
        let store = try claimed(server.url)
        try server.command("CONFIG", "SET", "maxmemory", "1")
        #expect(unavailable { try store.commit(batch(["k": "2"]), epoch: 2) }.contains("is out of memory and takes no writes (Redis: OOM"))
        #expect(try store.texts() == ["k": "1"])
        try server.command("CONFIG", "SET", "maxmemory", "0")
        try store.commit(batch(["k": "2"]), epoch: 2)

        // Memory that ends in the middle of a commit.
        var large = StateBatch()
        for number in 0..<20_000 { large.put(table, key: bytes("key \(number)"), value: Array(repeating: 7, count: 500)) }
        let used = try #require(try server.info("memory", "used_memory").flatMap { Int($0) })
        try server.command("CONFIG", "SET", "maxmemory", String(used + 4_000_000))
        #expect(unavailable { try store.commit(large, epoch: 3) }.contains("OOM"))
        #expect(try store.texts() == ["k": "2"])
        #expect(try store.header()?.epoch == 2)
        try server.command("CONFIG", "SET", "maxmemory", "0")
        try store.commit(large, epoch: 3)
        #expect(try store.count(table) == 20_001)
    }

    @Test func aServerThatThrowsKeysAwayIsRefused() throws {
        let server = try RedisServer(["maxmemory 100mb", "maxmemory-policy allkeys-lru"])
        let store = try StateStores.open(server.url)
        #expect { _ = try store.claim(owner: "a", known: nil) } throws: {
            guard case .misconfigured(let text)? = $0 as? StateStoreError else { return false }
            return text.contains("set noeviction")
        }
    }

    @Test func aServerThatIsLoading() throws {
        let server = try RedisServer([
            "appendonly no", "save 3600 1000000", "loading-process-events-interval-bytes 1024", "rdbcompression no",
        ])
        let store = try claimed(server.url)
        for number in 0..<300 { try server.command("SET", "other \(number)", String(repeating: "x", count: 2000)) }
        server.stop()
        // Each key takes a tenth of a second, until that is undone.
        let configuration = try server.folder.text(of: "redis.conf")
        try server.folder.write(configuration + "key-load-delay 100000\n", to: "redis.conf")
        try server.start()
        #expect(unavailable { try store.commit(batch(["k": "2"]), epoch: 2) }.contains("connection"))
        #expect(unavailable { try store.commit(batch(["k": "2"]), epoch: 2) }.contains("is loading its data (Redis: LOADING"))
        try server.command("CONFIG", "SET", "key-load-delay", "0")
        try store.untilAvailable { try store.commit(batch(["k": "2"]), epoch: 2) }
        #expect(try store.texts() == ["k": "2"])
    }

    @Test func aServerThatBecameAReplica() throws {
        let server = try RedisServer()
        let store = try claimed(server.url)
        try server.command("REPLICAOF", "127.0.0.1", String(try LoopbackPort.free()))
        let commit = { try store.commit(batch(["k": "2"]), epoch: 2) }
        #expect(unavailable { try commit() }.contains("is a read-only replica: a failover may be under way (Redis: READONLY"))
        try server.command("CONFIG", "SET", "replica-serve-stale-data", "no")
        #expect(unavailable { try commit() }.contains("has lost its master (Redis: MASTERDOWN"))
        try server.command("REPLICAOF", "NO", "ONE")
        try commit()
        #expect(try store.texts() == ["k": "2"])
    }

    @Test func aServerThatCannotSave() throws {
        let server = try RedisServer(["save 3600 1000000", "dbfilename state.rdb"])
        let store = try claimed(server.url)
        let obstacle = server.folder.file("state.rdb")
        try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
        try server.command("BGSAVE")
        try eventually("a failed save") { try server.info("persistence", "rdb_last_bgsave_status") == "err" }
        #expect(
            unavailable { try store.commit(batch(["k": "2"]), epoch: 2) }.contains(
                "cannot save to its disk and takes no writes (Redis: MISCONF"))
        try FileManager.default.removeItem(atPath: obstacle)
        try server.command("BGSAVE")
        try eventually("a save") { try server.info("persistence", "rdb_last_bgsave_status") == "ok" }
        try store.commit(batch(["k": "2"]), epoch: 2)
        #expect(try store.texts() == ["k": "2"])
    }

    @Test func aServerThatLostItsLastSecond() throws {
        let server = try RedisServer(["appendonly yes", "appendfsync everysec"])
        let store = try claimed(server.url)
        let log = server.folder.file("appendonlydir")
        let copy = server.folder.file("older")
        // While a sync is under way the log is written up to two seconds late: a server that was stopped has written it.
        server.stop()
        try FileManager.default.copyItem(atPath: log, toPath: copy)
        try server.start()
        for epoch in 2...4 { try store.untilAvailable { try store.commit(batch(["k": "\(epoch)"]), epoch: UInt64(epoch)) } }
        let reader = try store.makeReader()
        let acknowledged = StateHeader(format: 1, generation: 1, epoch: 4, owner: "a")
        #expect(try store.header() == acknowledged)
        server.kill()
        try FileManager.default.removeItem(atPath: log)
        try FileManager.default.moveItem(atPath: copy, toPath: log)
        try server.start()
        let found = StateHeader(format: 1, generation: 1, epoch: 1, owner: "a")
        let behind = StateStoreError.behind(acknowledged: acknowledged, found: found)
        #expect(throws: behind) { try store.untilAvailable { try store.commit(batch(["k": "5"]), epoch: 5) } }
        #expect(throws: behind) { try store.untilAvailable { _ = try store.claim(owner: "a2", known: acknowledged) } }
        #expect(throws: behind) { try store.untilAvailable { _ = try reader.get(table, keys: [bytes("k")], expected: acknowledged) } }
        #expect(try store.texts() == ["k": "1"])
        #expect(try store.claim(owner: "a2", known: nil) == StateHeader(format: 1, generation: 2, epoch: 1, owner: "a2"))
    }

    @Test func aServerThatLostEverything() throws {
        let server = try RedisServer()
        let store = try claimed(server.url)
        server.kill()
        try server.start()
        let acknowledged = StateHeader(format: 1, generation: 1, epoch: 1, owner: "a")
        #expect(throws: StateStoreError.behind(acknowledged: acknowledged, found: nil)) {
            try store.untilAvailable { try store.commit(batch(["k": "2"]), epoch: 2) }
        }
        try server.command("SADD", "fluxcore:{default}:tables", "t")
        #expect { _ = try store.claim(owner: "a", known: nil) } throws: {
            guard case .corrupted(let text)? = $0 as? StateStoreError else { return false }
            return text.contains("fluxcore:{default}:meta is gone")
        }
    }
}

import Foundation
import TestSupport
import Testing

/// What happens to the service when its Redis loads, cannot save, or another server becomes the master: it waits and goes
/// on, and nothing is lost or doubled.
@Suite(.serialized) struct RedisFailoverServiceTests {
    /// So long that what is done to Redis is done before its end.
    private static let scenario = ServiceScenario(seed: 23, events: 16_000, workers: 2)
    private static let reference = Result { try scenario.reference() }

    private func start(_ store: TestStore) throws -> ServiceHarness {
        let harness = try Self.scenario.harness(store: store.url)
        try harness.start()
        try harness.waitForAlerts(30)
        return harness
    }

    private func expectSame(_ harness: ServiceHarness, _ store: TestStore, _ comment: Comment) throws {
        #expect(try harness.waitForExit() == 0, "\(comment): \(harness.log.suffix(2000))")
        try KillTests.expectSame(harness, as: Self.reference.get(), store: store, comment)
        #expect(harness.log.contains("the state store is back") || harness.log.contains("the sources are read again"), comment)
    }

    @Test func aServerThatIsLoading() throws {
        let store = try TestStore(
            .redis,
            redisConfiguration: ["appendonly no", "save 3600 1000000", "loading-process-events-interval-bytes 1024", "rdbcompression no"])
        let redis = try #require(store.redis)
        for number in 0..<300 { try redis.command("SET", "other \(number)", String(repeating: "x", count: 2000)) }
        let harness = try start(store)
        // It saves everything when it is told to end.
        redis.stop()
        let configuration = try redis.folder.text(of: "redis.conf")
        try redis.folder.write(configuration + "key-load-delay 100000\n", to: "redis.conf")
        try redis.start()
        try harness.waitForLog("is loading its data")
        try redis.command("CONFIG", "SET", "key-load-delay", "0")
        try expectSame(harness, store, "loading")
    }

    @Test func aServerThatIsAReplicaForAWhile() throws {
        let store = try TestStore(.redis)
        let harness = try start(store)
        try store.redis?.command("REPLICAOF", "127.0.0.1", String(try LoopbackPort.free()))
        try harness.waitForLog("is a read-only replica")
        try store.redis?.command("REPLICAOF", "NO", "ONE")
        try expectSame(harness, store, "a replica")
    }

    @Test func aServerThatCannotSave() throws {
        let store = try TestStore(.redis, redisConfiguration: ["save 3600 1000000", "dbfilename state.rdb"])
        let redis = try #require(store.redis)
        let harness = try start(store)
        let obstacle = redis.folder.file("state.rdb")
        try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
        try redis.command("BGSAVE")
        try harness.waitForLog("cannot save to its disk")
        try FileManager.default.removeItem(atPath: obstacle)
        try redis.command("BGSAVE")
        try expectSame(harness, store, "cannot save")
    }

    /// Rules that change while nothing can be committed take over when it can.
    @Test func aReloadWhileTheServerIsAway() throws {
        let store = try TestStore(.redis, redisConfiguration: ["appendonly yes", "appendfsync always"])
        var scenario = Self.scenario
        scenario.follow = true
        let harness = try scenario.harness(store: store.url)
        try harness.start()
        try harness.waitForAlerts(30)
        store.redis?.kill()
        try harness.waitForLog("does not take a checkpoint")
        try harness.folder.write(ServiceScenario.rules.replacing("level: critical", with: "level: high"), to: "rules.yaml")
        try harness.waitForLog("rules were read again")
        // Longer than any patience that it has when it is told to stop.
        sleep(12)
        #expect(harness.isRunning && !harness.log.contains("rules reloaded"))
        try store.redis?.start()
        try harness.waitForLog("rules reloaded")
        func withoutLevel(_ lines: [Substring]) -> [String] { lines.map { String($0).replacing("\"critical\"", with: "\"high\"") } }
        let expected = try withoutLevel(Self.reference.get().alerts.split(separator: "\n"))
        // What waits for the watermark of the last events is not decided.
        try harness.waitForAlerts(expected.count * 9 / 10)
        harness.signal(SIGTERM)
        #expect(try harness.waitForExit() == 0, "\(harness.log.suffix(2000))")
        let found = withoutLevel(harness.alertLines)
        #expect(Set(found).count == found.count && Set(found).isSubset(of: expected))
    }

    /// The replica may lack the last commits: then they are decided again.
    @Test func sentinelMakesTheReplicaTheMaster() throws {
        let setup = try RedisSentinelSetup()
        let store = TestStore(url: setup.url + "?timeout=1s&connect_timeout=1s")
        let harness = try start(store)
        setup.first.kill()
        try setup.waitForMaster(setup.second)
        try expectSame(harness, store, "a failover by Sentinel")
    }

    @Test func aNodeOfTheClusterDies() throws {
        let cluster = try RedisCluster()
        let store = TestStore(url: cluster.url + "?timeout=1s&connect_timeout=1s&name=moving")
        let harness = try start(store)
        cluster.nodes[cluster.owner(of: "fluxcore:{moving}:meta")].kill()
        try expectSame(harness, store, "a failover of the cluster")
    }
}

import Foundation
import TestSupport
import Testing

/// What happens to the service when Redis has troubles: it waits and goes on, and nothing is lost or doubled.
@Suite(.serialized) struct RedisTroubleTests {
    private static let durable = ["appendonly yes", "appendfsync always"]

    /// A scenario that runs for a second or so.
    private static let scenario = ServiceScenario(seed: 11, workers: 2)
    private static let reference = Result { try scenario.reference() }

    private func expectSame(_ harness: ServiceHarness, _ store: TestStore, _ comment: Comment) throws {
        #expect(try harness.waitForExit() == 0, "\(comment): \(harness.log.suffix(2000))")
        try KillTests.expectSame(harness, as: Self.reference.get(), store: store, comment)
    }

    @Test func aServerThatComesUpLateIsWaitedFor() throws {
        let store = try TestStore(.redis)
        store.redis?.kill()
        let harness = try Self.scenario.harness(store: store.url)
        try harness.start()
        try harness.waitForLog("it is tried again")
        #expect(!harness.log.contains("info running"))
        try store.redis?.start()
        try expectSame(harness, store, "started before Redis")
    }

    @Test func aServerThatNeverComesUpEndsTheService() throws {
        let store = try TestStore(.redis)
        store.redis?.kill()
        var scenario = Self.scenario
        scenario.state = "start_timeout: 400ms"
        let harness = try scenario.harness(store: store.url)
        try harness.start()
        #expect(try harness.waitForExit() == 3)
        let last = harness.log.split(separator: "\n").last ?? ""
        #expect(last.contains("critical the state store \(store.url)") && last.contains("(tried for 400ms)"), "\(last)")
    }

    @Test func aServerThatIsKilledAndComesBackWithEverything() throws {
        let store = try TestStore(.redis, redisConfiguration: Self.durable)
        let harness = try Self.scenario.harness(store: store.url)
        try harness.start()
        try harness.waitForLog("info running")
        for _ in 0..<3 {
            usleep(80_000)
            store.redis?.kill()
            usleep(150_000)
            try store.redis?.start()
        }
        try expectSame(harness, store, "killed three times")
        #expect(harness.log.contains("the state store does not take a checkpoint"))
        #expect(harness.log.contains("the state store is back"))
    }

    /// Faults of the connection, each for a while in the middle of the run; commands time out after 300 ms.
    @Test(arguments: [
        FaultyProxy.Fault.hang, .halfOpen, .reset, .cutRequests(after: 1000), .cutReplies(after: 20),
        .slow(bytes: 4096, milliseconds: 5),
    ])
    func connectionsThatFail(_ fault: FaultyProxy.Fault) throws {
        let store = try TestStore(.redis)
        let proxy = try FaultyProxy(to: try #require(store.redis).port)
        let harness = try Self.scenario.harness(store: "redis://127.0.0.1:\(proxy.port)/0?timeout=300ms&connect_timeout=300ms")
        try harness.start()
        try harness.waitForLog("info running")
        for _ in 0..<2 {
            usleep(50_000)
            proxy.set(fault)
            usleep(500_000)
            proxy.set(.none)
        }
        try expectSame(harness, store, "\(fault)")
        if case .slow = fault { return }
        #expect(harness.log.contains("the state store is back"), "\(fault): \(harness.log)")
    }

    /// The store can be claimed, and the connection is cut while the state is read back.
    @Test func aConnectionThatFailsDuringTheRecovery() throws {
        let store = try TestStore(.redis)
        let proxy = try FaultyProxy(to: try #require(store.redis).port)
        let scenario = ServiceScenario(seed: 19, users: 2000)
        let reference = try scenario.reference()
        let harness = try scenario.harness(store: "redis://127.0.0.1:\(proxy.port)/0?timeout=300ms&connect_timeout=300ms")
        try harness.start()
        try eventually("partial matches in the store") { try store.leftovers(harness).keys > 40 }
        #expect(harness.kill())
        let keys = try store.leftovers(harness).keys
        proxy.set(.cutReplies(after: 8000))
        try harness.start()
        try harness.waitForLog("it is tried again")
        #expect(!harness.log.contains("info running"))
        proxy.set(.none)
        #expect(try harness.waitForExit() == 0, "\(harness.log.suffix(2000))")
        try KillTests.expectSame(harness, as: reference, store: store, "cut during the recovery of \(keys) keys")
    }

    @Test func aServerWithoutMemoryIsWaitedFor() throws {
        let store = try TestStore(.redis)
        let harness = try Self.scenario.harness(store: store.url)
        try harness.start()
        try harness.waitForLog("info running")
        try store.redis?.command("CONFIG", "SET", "maxmemory", "1")
        try harness.waitForLog("is out of memory and takes no writes")
        try store.redis?.command("CONFIG", "SET", "maxmemory", "0")
        try expectSame(harness, store, "out of memory")
        #expect(harness.log.contains("the state store is back"))
    }

    /// Redis comes back with an older copy of its data: what it lost is read again and decided again, and delivered once.
    @Test(arguments: ["", "memory: 1MiB"]) func aServerThatLostItsLastCommits(_ state: String) throws {
        var scenario = Self.scenario
        scenario.state = state
        // So many that it is not over before Redis is killed.
        scenario.events = 20_000
        if !state.isEmpty {
            scenario.users = 8000
            scenario.blanks = 256
        }
        let reference = try scenario.reference()
        let store = try TestStore(.redis)
        let redis = try #require(store.redis)
        let harness = try scenario.harness(store: store.url)
        try harness.start()
        try harness.waitForAlerts(50)
        try redis.command("SAVE")
        let saved = try store.epoch(harness)
        try eventually("two more checkpoints") { try store.epoch(harness) > saved + 2 }
        #expect(harness.isRunning)
        redis.kill()
        try redis.start()
        #expect(try harness.waitForExit() == 0, "\(harness.log.suffix(3000))")
        try KillTests.expectSame(harness, as: reference, store: store, "behind, \(state)")
        let isRewound =
            harness.log.contains("the state store lost what it had acknowledged")
            && harness.log.contains("the sources are read again from where the store is")
        #expect(isRewound, "\(harness.log.suffix(1000))")
        #expect(state.isEmpty == (harness.evictions == 0))
    }

    @Test func aServerThatLostEverything() throws {
        let store = try TestStore(.redis)
        let harness = try Self.scenario.harness(store: store.url)
        try harness.start()
        try harness.waitForAlerts(100)
        try store.redis?.command("FLUSHALL")
        try expectSame(harness, store, "flushed")
        #expect(harness.log.contains("it holds nothing"))
    }

    /// Entries that were acknowledged are read again, as the stream still has them; where a source began in the middle, nobody
    /// knows it any more.
    @Test(arguments: ["beginning", "end"]) func redisStreamsAreRewound(_ start: String) throws {
        let store = try TestStore(.redis)
        let server = try RedisServer()
        let harness = try ServiceHarness([
            "rules.yaml": """
            \(ServiceHarness.ruleOfEveryEvent)
            ---
            rule: guessed
            by: user
            events: { fail: outcome == "failure", ok: outcome == "success" }
            pattern: fail{3,} -> ok
            within: 1h
            tests: []
            """,
            ServiceHarness.configurationFile: """
            sources:
              auth: { type: redis, url: "\(server.url)", key: auth, time: ts, idle: never, start: \(start) }
            rules: [rules.yaml]
            state: { url: "\(store.url)", checkpoint: 10ms }
            actions: { alerts: { type: file, path: alerts.ndjson } }
            """,
        ])
        func add(_ second: Int, _ outcome: String) throws {
            try server.command("XADD", "auth", "*", "ts", "\(1_700_000_000 + second)", "user", "bob", "outcome", outcome)
        }
        try harness.start()
        try harness.waitForLog("info running")
        try eventually("the group") { try server.command("EXISTS", "auth").integer == 1 }
        for second in 0..<3 { try add(second, "failure") }
        // Alerts that have arrived are in a checkpoint.
        try harness.waitForAlerts(3)
        try store.redis?.command("FLUSHALL")
        try harness.waitForLog("it holds nothing")
        guard start == "beginning" else {
            #expect(try harness.waitForExit() == 3)
            #expect(harness.log.contains("where source auth began, which was not at the beginning"), "\(harness.log)")
            return
        }
        try add(3, "success")
        try eventually("the match", timeoutSeconds: 60) { harness.alerts.contains(#""rule":"guessed""#) }
        harness.signal(SIGTERM)
        #expect(try harness.waitForExit() == 0)
        #expect(harness.accounts.map(\.read) == [4])
    }

    /// What came in by standard input cannot be read again.
    @Test func standardInputIsNotRewound() throws {
        let store = try TestStore(.redis)
        let scenario = ServiceScenario(seed: 12, events: 300, blanks: 0)
        let harness = try ServiceHarness([
            "rules.yaml": ServiceScenario.rules,
            ServiceHarness.configurationFile: """
            sources:
              auth: { type: stdin, time: ts, lateness: 5s }
            rules: [rules.yaml]
            state: { url: "\(store.url)", checkpoint: 10ms }
            actions: { alerts: { type: file, path: alerts.ndjson } }
            """,
        ])
        let pipe = harness.folder.file("pipe")
        mkfifo(pipe, 0o600)
        // Opened for both directions, it never waits and never ends.
        let writer = try #require(FileHandle(forUpdatingAtPath: pipe))
        try harness.start(input: pipe)
        try writer.write(contentsOf: Data(scenario.authEvents.utf8))
        try harness.waitForAlerts(10)
        try store.redis?.command("FLUSHALL")
        #expect(try harness.waitForExit() == 3)
        let last = harness.log.split(separator: "\n").last ?? ""
        #expect(last.contains("source auth cannot be read again, so what was lost cannot be made good: refusing to go on"), "\(last)")
    }
}

import Foundation
import TestSupport
import Testing

/// While the store takes no checkpoints, intake stops and memory stays bounded.
@Suite(.serialized) struct BackPressureTests {
    /// What stops it is the bound of events between checkpoints, or evicted partial matches that cannot be fetched.
    @Test(arguments: ["events: 5000", "memory: 1MiB"]) func intakeStopsWhileTheStoreIsAway(_ state: String) throws {
        var scenario = ServiceScenario(seed: 13, events: 120_000, users: 20_000, blanks: 0)
        scenario.state = state
        let store = try TestStore(.redis)
        let harness = try scenario.harness(store: store.url)
        let sizes = (scenario.authEvents.utf8.count, scenario.netEvents.utf8.count)
        try harness.start()
        try harness.waitForAlerts(1)
        store.redis?.kill()
        try harness.waitForLog("the state store does not take a checkpoint")
        // Once nothing is read any more, the places stand still, far from the end of the files.
        var places: [Int] = []
        var quiet = 0
        try eventually("intake to stop", timeoutSeconds: ServiceHarness.limit) {
            usleep(100_000)
            let now = harness.readPositions
            quiet = now == places ? quiet + 1 : 0
            places = now
            return quiet == 10
        }
        #expect(places.count == 2 && places.reduce(0, +) < (sizes.0 + sizes.1) / 2, "read \(places) of \(sizes)")
        let resident = try #require(harness.residentMemory)
        #expect(resident < 256 << 20, "\(resident >> 20) MiB")
        // It still does as it is told.
        harness.signal(SIGTERM)
        #expect(try harness.waitForExit() == 3)
        let last = harness.log.split(separator: "\n").last ?? ""
        #expect(last.contains("critical the state store "), "\(last)")
    }
}

/// Evicted partial matches while Redis is away: the workers wait for them, behind them the input.
@Suite(.serialized) struct EvictedStateTests {
    private static let users = 6000

    private static func line(_ second: Int, _ user: Int, _ action: String, _ outcome: String) -> String {
        "{\"ts\":\(1_767_225_600 + second),\"user\":\"user\(user)\",\"action\":\"\(action)\",\"outcome\":\"\(outcome)\"}\n"
    }

    private static let blank = String(repeating: " ", count: 200_000) + "\n"

    /// One open attempt for each of many users, more than fit into memory.
    private static let opening = (0..<users).map { line($0 / 600, $0, "login", "failure") }.joined()
    /// A few steps more of users that are not used again, in which what was committed is evicted.
    private static let steps = (0..<20).map { line(11 + $0 / 10, $0, "login", "failure") + blank }
    /// Many steps, each of which needs what was evicted, and lets nothing new begin.
    private static let needing = (0..<80).map { step in
        (0..<10).map { line(20 + step / 10, 1000 + step * 10 + $0, "none", "success") }.joined() + blank
    }.joined()

    private static func files(_ store: String, follow: Bool) -> [String: String] {
        [
            "rules.yaml": """
            rule: guessed
            from: auth
            by: user
            events: { fail: outcome == "failure", ok: outcome == "success" }
            pattern: fail -> ok
            within: 60s
            tests: []

            """,
            ServiceHarness.configurationFile: """
            sources: { auth: { path: auth.ndjson, time: ts, follow: \(follow) } }
            rules: [rules.yaml]
            workers: 1
            state: { url: "\(store)", checkpoint: 10ms, memory: 1MiB }
            actions: { alerts: { type: file, path: alerts.ndjson } }
            log: { level: debug }

            """,
        ]
    }

    /// A service that has evicted most of what it holds, whose Redis is killed then, and that waits for it.
    private func waiting(_ store: TestStore) throws -> ServiceHarness {
        let harness = try ServiceHarness(Self.files(store.url, follow: true).merging(["auth.ndjson": Self.opening]) { $1 })
        try harness.start()
        try eventually("the attempts in the store") { try store.leftovers(harness).keys == Self.users }
        for step in Self.steps {
            try harness.append(step, to: "auth.ndjson")
            usleep(30_000)
        }
        store.redis?.kill()
        try harness.append(Self.needing, to: "auth.ndjson")
        try harness.waitForLog("evicted state cannot be read")
        var places: [Int] = []
        var quiet = 0
        try eventually("intake to stop") {
            usleep(100_000)
            let now = harness.readPositions
            quiet = now == places ? quiet + 1 : 0
            places = now
            return quiet == 8
        }
        #expect(places != [harness.text("auth.ndjson").utf8.count])
        return harness
    }

    @Test func theServiceStopsWhenItIsToldTo() throws {
        let harness = try waiting(TestStore(.redis))
        harness.signal(SIGTERM)
        #expect(try harness.waitForExit() == 3)
        let times = harness.log.split(separator: "\n").count { $0.contains("evicted state cannot be read") }
        #expect(times == 1)
    }

    /// Redis comes back without anything.
    @Test func theSourcesAreRewoundWhenItWasLost() throws {
        let store = try TestStore(.redis)
        let harness = try waiting(store)
        try store.redis?.start()
        try harness.waitForAlerts(800)
        #expect(harness.log.contains("the sources are read again from where the store is"))
        harness.signal(SIGTERM)
        #expect(try harness.waitForExit() == 0)
        #expect(harness.alertLines.count == 800 && Set(harness.alertLines).count == 800)
        #expect(harness.evictions > 0)
    }
}

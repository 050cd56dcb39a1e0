import Foundation
import RedisClient
import ReferenceMatcher
import TestSupport
import Testing

/// `kill -9` with other inputs than one file for each source: many partitions, and Redis streams.
@Suite(.serialized) struct SourceKillTests {
    /// Starts and kills the service so often, then lets it go on; true when it was killed at work.
    private func killAtRandom(
        _ harness: ServiceHarness, times: Int, longest: Int, workers: [Int], _ generator: inout SeededGenerator
    ) throws -> Bool {
        var kills = 0
        for number in 0..<times {
            try harness.start(["--workers", "\(workers[number % workers.count])"])
            if generator.number(0...9) > 0 { try harness.waitForLog("info running") }
            usleep(UInt32(generator.number(0...longest)))
            kills += harness.kill() ? 1 : 0
        }
        return kills > 0
    }

    /// Each source has several files, which are read in turns: after a restart not all of them are read at once.
    @Test func manyFiles() throws {
        let seed = SeededGenerator.testSeed
        print("kills with many files: FLUXCORE_SEED=\(seed)")
        var generator = SeededGenerator(seed: seed)
        let scenario = ServiceScenario(seed: 17, workers: 2)
        var files = scenario.files(store: "rocksdb:state")
        for name in ["auth", "net"] {
            var parts = Array(repeating: "", count: 6)
            let lines = (files.removeValue(forKey: name + ".ndjson") ?? "").split(separator: "\n")
            for (index, line) in lines.enumerated() { parts[index % 6] += line + "\n" }
            for (index, part) in parts.enumerated() { files["\(name)-\(index).ndjson"] = part }
        }
        let globs = { (store: String) in
            scenario.configuration(store: store).replacing("auth.ndjson", with: "auth-*.ndjson").replacing(
                "net.ndjson", with: "net-*.ndjson")
        }
        files[ServiceHarness.configurationFile] = globs("memory:")
        let undisturbed = try ServiceHarness(files)
        try undisturbed.run(["--workers", "1"])
        #expect(undisturbed.accounts.map(\.read) == [scenario.events, scenario.events])
        let reference = ServiceReference(
            alerts: undisturbed.alerts, accounts: undisturbed.accounts, deadLetters: undisturbed.text("dead.txt"),
            late: undisturbed.text("late.ndjson"))
        files[ServiceHarness.configurationFile] = globs("rocksdb:state")
        for round in 0..<4 {
            let store = try TestStore(.rocksdb)
            let harness = try ServiceHarness(files)
            let wasKilled = try killAtRandom(harness, times: 8, longest: 80_000, workers: [2, 1, 3], &generator)
            #expect(wasKilled)
            try harness.run()
            try KillTests.expectSame(harness, as: reference, store: store, "round \(round), seed \(seed)")
        }
    }

    /// Entries of two streams, whose server may be the store too. The last ones make everything before them be decided.
    @Test(arguments: TestStore.Kind.allCases) func redisStreams(_ kind: TestStore.Kind) throws {
        let seed = SeededGenerator.testSeed
        print("kills with Redis streams: FLUXCORE_SEED=\(seed)")
        var generator = SeededGenerator(seed: seed)
        let scenario = ServiceScenario(seed: 18, events: 3000, blanks: 0)
        let server = try RedisServer()
        let store = try TestStore(kind)
        for (key, lines) in [("auth", scenario.authEvents), ("net", scenario.netEvents)] {
            let last = [1_767_325_600, 1_767_425_600].map { "{\"ts\":\($0),\"user\":\"end\",\"outcome\":\"success\",\"bytes\":0}" }
            try fill(server, key, lines.split(separator: "\n").map { String($0) } + last)
        }
        let configuration = { (store: String, group: String) in
            """
            sources:
              auth: { type: redis, url: "\(server.url)", key: auth, group: \(group), field: body, time: ts, lateness: 5s, idle: 1h }
              net: { type: redis, url: "\(server.url)", key: net, group: \(group), field: body, time: ts, lateness: 5s, idle: 1h }
            rules: [rules.yaml]
            state: { url: "\(store)", checkpoint: 10ms }
            actions: { alerts: { type: file, path: alerts.ndjson } }

            """
        }
        let files = ["rules.yaml": ServiceScenario.rules]
        let undisturbed = try ServiceHarness(files.merging([ServiceHarness.configurationFile: configuration("memory:", "one")]) { $1 })
        try runToTheEnd(undisturbed)
        #expect(undisturbed.accounts.allSatisfy { $0.addsUp })

        let harness = try ServiceHarness(files.merging([ServiceHarness.configurationFile: configuration(store.url, "two")]) { $1 })
        let wasKilled = try killAtRandom(harness, times: 10, longest: 150_000, workers: [2, 1, 3], &generator)
        #expect(wasKilled)
        try runToTheEnd(harness)
        let difference = firstDifference(harness.alerts, undisturbed.alerts)
        #expect(difference == nil, "seed \(seed)")
        #expect(harness.accounts == undisturbed.accounts, "seed \(seed)")
    }

    /// Runs until the alert of the last events is there, and stops it.
    private func runToTheEnd(_ harness: ServiceHarness) throws {
        try harness.start()
        // The alert may be there from a run that was killed; a signal before the service runs would just end it.
        try harness.waitForLog("info running")
        try eventually("the last alert", timeoutSeconds: ServiceHarness.limit) {
            guard harness.isRunning else { throw TestSupportError("the service ended:\n\(harness.log)") }
            return harness.alerts.contains("\"rule\":\"seq.often\",\"level\":\"low\",\"key\":{\"user\":\"end\"}")
        }
        harness.signal(SIGTERM)
        let status = try harness.waitForExit()
        #expect(status == 0, "\(harness.log)")
    }

    private func fill(_ server: RedisServer, _ key: String, _ bodies: [String]) throws {
        var options = RedisConnectionOptions()
        options.clientName = ""
        let connection = try RedisConnection(to: .tcp(host: "127.0.0.1", port: server.port), options: options)
        defer { connection.close() }
        var commands = RedisCommandBuffer()
        for (index, body) in bodies.enumerated() { commands.append("XADD", key, "\(index + 1)-0", "body", body) }
        try connection.send(commands)
        for _ in bodies { if case .error(let message) = try connection.receive() { throw RedisError(reply: message) } }
    }
}

import Foundation
import ReferenceMatcher
import TestSupport
import Testing

/// The same alerts, byte for byte, whatever happens between the first event and the last.
@Suite(.serialized) struct GoldenTests {
    /// What a replay of one source says is what the service says.
    @Test func aReplayGivesTheSame() throws {
        var scenario = ServiceScenario()
        scenario.blanks = 0
        let harness = try ServiceHarness([
            "rules.yaml": ServiceScenario.rules, "auth.ndjson": scenario.authEvents,
            ServiceHarness.configurationFile: """
            sources: { auth: { path: auth.ndjson, time: ts, lateness: 5s, follow: false } }
            rules: [rules.yaml]
            state: "memory:"
            actions: { alerts: { type: file, path: alerts.ndjson } }
            """,
        ])
        try harness.run()
        let replay = try ChildProcess(
            ServiceHarness.executable,
            [
                "replay", "--rules", harness.folder.file("rules.yaml"), "--input", harness.folder.file("auth.ndjson"), "--stream", "auth",
                "--lateness", "5s", "--time-field", "ts", "--output", harness.folder.file("replay.ndjson"), "--quiet",
            ])
        #expect(replay.waitUntilExit() == 0)
        let difference = firstDifference(harness.alerts, harness.text("replay.ndjson"))
        #expect(difference == nil)
        #expect(harness.alertLines.count > 100)
    }

    @Test(arguments: [2, 3, 5]) func anyNumberOfWorkersGivesTheSame(_ workers: Int) throws {
        var scenario = ServiceScenario(seed: 2)
        let reference = try scenario.reference()
        scenario.workers = workers
        let harness = try scenario.harness(store: "memory:")
        try harness.run()
        let difference = firstDifference(harness.alerts, reference.alerts)
        #expect(difference == nil)
        #expect(harness.accounts == reference.accounts)
    }

    /// Another number of workers after each kill; with a budget that does not hold half of the partial matches, or without.
    @Test(arguments: TestStore.Kind.allCases, [false, true])
    func killsWithOtherNumbersOfWorkersAndEvictions(_ kind: TestStore.Kind, _ evicts: Bool) throws {
        let seed = SeededGenerator.testSeed
        print("golden streams of \(kind): FLUXCORE_SEED=\(seed)")
        var generator = SeededGenerator(seed: seed)
        var scenario = ServiceScenario(seed: 3)
        if evicts {
            scenario.events = 20_000
            scenario.users = 8000
            scenario.blanks = 256
            scenario.state = "memory: 1MiB"
        }
        let reference = try scenario.reference()
        let store = try TestStore(kind)
        let harness = try scenario.harness(store: store.url)
        var status: Int32 = 137
        var starts = 0
        while status == 137 {
            try harness.start(["--workers", "\([1, 3, 2, 5][starts % 4])"])
            starts += 1
            // The last ones are left alone, so that it ends.
            if starts <= (evicts ? 6 : 12) {
                try harness.waitForLog("info running")
                usleep(UInt32(generator.number(0...(evicts ? 600_000 : 100_000))))
                harness.kill()
            }
            status = try harness.waitForExit()
        }
        try #require(status == 0, "\(harness.log)")
        try KillTests.expectSame(harness, as: reference, store: store, "\(kind), evicts: \(evicts), seed \(seed)")
        #expect(evicts == (harness.evictions > 0), "\(harness.evictions) evictions")
    }
}

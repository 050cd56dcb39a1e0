import Foundation
import ReferenceMatcher
import TestSupport
import Testing

/// `kill -9` at any place: after the restart nothing is decided twice and nothing is missing.
@Suite(.serialized) struct KillTests {
    /// Compares what is there after the last run with an undisturbed one.
    static func expectSame(
        _ harness: ServiceHarness, as reference: ServiceReference, store: TestStore, _ comment: Comment,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(firstDifference(harness.alerts, reference.alerts) == nil, comment, sourceLocation: sourceLocation)
        // Lines that were written and not counted before a kill are written again.
        #expect(Set(harness.text("dead.txt").split(separator: "\n")) == Set(reference.deadLetters.split(separator: "\n")), comment)
        #expect(Set(harness.text("late.ndjson").split(separator: "\n")) == Set(reference.late.split(separator: "\n")), comment)
        #expect(harness.accounts == reference.accounts, comment, sourceLocation: sourceLocation)
        #expect(harness.accounts.allSatisfy { $0.addsUp }, comment, sourceLocation: sourceLocation)
        let (keys, outbox) = try store.leftovers(harness)
        #expect(keys == 0 && outbox == 0, comment, sourceLocation: sourceLocation)
    }

    @Test func theUndisturbedRunIsWorthComparing() throws {
        let scenario = ServiceScenario()
        let reference = try scenario.reference()
        for rule in ["bruteforce", "no_logout", "jump", "streak", "often", "composed", "anybody", "across"] {
            let hasMatch = reference.alerts.contains("\"rule\":\"seq.\(rule)\"")
            #expect(hasMatch, "no match of \(rule)")
        }
        let hasSummary = reference.alerts.contains("\"kind\":\"suppressed\"")
        #expect(hasSummary)
        try #require(reference.accounts.map(\.source) == ["auth", "net"])
        #expect(reference.accounts.allSatisfy { $0.addsUp && $0.late > 0 && $0.deadLettered > 0 && $0.read > 0 })
        #expect(reference.accounts.map(\.read).reduce(0, +) == 2 * scenario.events)
        #expect(reference.deadLetters.split(separator: "\n").count == reference.accounts.map(\.deadLettered).reduce(0, +))
        #expect(reference.late.split(separator: "\n").count == reference.accounts[0].late)
    }

    private static let failPoints = [
        "checkpoint.assembled", "commit.before", "commit.after", "outbox.before-delivery", "outbox.after-delivery",
    ]
    private static let storeFailPoints: [TestStore.Kind: [String]] = [
        .rocksdb: ["rocksdb.before-write", "rocksdb.after-write"],
        .redis: ["redis.before-multi", "redis.before-exec", "redis.after-exec"],
    ]

    @Test(arguments: TestStore.Kind.allCases) func atEveryFailPoint(_ kind: TestStore.Kind) throws {
        var scenario = ServiceScenario()
        scenario.events = 1500
        scenario.workers = 2
        let reference = try scenario.reference()
        for name in Self.failPoints + (Self.storeFailPoints[kind] ?? []) {
            for time in [1, 3] {
                let store = try TestStore(kind)
                let harness = try scenario.harness(store: store.url)
                try harness.start(failPoint: "\(name):\(time)")
                try #expect(harness.waitForExit() == 137, "\(name):\(time)")
                try harness.run()
                try Self.expectSame(harness, as: reference, store: store, "\(kind), killed at \(name):\(time)")
            }
        }
    }

    /// One run after another, each killed and started again until it ends, until there were enough kills.
    @Test(arguments: TestStore.Kind.allCases) func atRandomMoments(_ kind: TestStore.Kind) throws {
        let seed = SeededGenerator.testSeed
        print("kills at random moments of \(kind): FLUXCORE_SEED=\(seed)")
        var generator = SeededGenerator(seed: seed)
        var scenario = ServiceScenario()
        scenario.workers = 2
        let reference = try scenario.reference()
        var kills = 0
        var round = 0
        let store = try TestStore(kind)
        while kills < 200 {
            round += 1
            try store.clear()
            let harness = try scenario.harness(store: store.url)
            var status: Int32 = 137
            while status == 137 {
                try harness.start()
                // Mostly in the middle of the work, sometimes in the middle of the recovery.
                if generator.number(0...9) > 0 { try harness.waitForLog("info running") }
                usleep(UInt32(generator.number(0...120_000)))
                kills += harness.kill() ? 1 : 0
                status = try harness.waitForExit()
            }
            try #require(status == 0, "\(harness.log)")
            try Self.expectSame(harness, as: reference, store: store, "\(kind), round \(round) after \(kills) kills, seed \(seed)")
        }
    }
}

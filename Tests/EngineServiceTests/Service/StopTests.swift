import Foundation
import TestSupport
import Testing

/// Signals that stop the service.
@Suite(.serialized) struct StopTests {
    @Test(arguments: TestStore.Kind.allCases) func terminationDrainsAndARestartGoesOn(_ kind: TestStore.Kind) throws {
        let scenario = ServiceScenario(seed: 4)
        let reference = try scenario.reference()
        let store = try TestStore(kind)
        let harness = try scenario.harness(store: store.url)
        var stops = 0
        while true {
            try harness.start()
            try harness.waitForLog("info running")
            usleep(50_000)
            harness.signal(SIGTERM)
            #expect(try harness.waitForExit() == 0)
            if harness.log.contains("every source has ended") { break }
            try #require(harness.log.contains("stopped; everything read is in a checkpoint"))
            stops += 1
            // What was decided is delivered, and the accounts add up in between too.
            #expect(harness.accounts.allSatisfy { $0.addsUp })
            #expect(try store.leftovers(harness).outbox == 0)
            let isBeginning = reference.alerts.hasPrefix(harness.alerts)
            #expect(isBeginning)
            try #require(stops < 1000)
        }
        #expect(stops > 0)
        try KillTests.expectSame(harness, as: reference, store: store, "\(kind), stopped \(stops) times")
        // Nothing is left to do for another run.
        try harness.run()
        try KillTests.expectSame(harness, as: reference, store: store, "\(kind), run again at the end")
    }

    /// With an action that cannot deliver, a stop takes its time; a second signal does not wait.
    @Test func aSecondTerminationEndsAtOnce() throws {
        let scenario = ServiceScenario(seed: 5, events: 2000)
        let reference = try scenario.reference()
        let store = try TestStore(.rocksdb)
        let harness = try scenario.harness(store: store.url)
        let configuration = scenario.configuration(store: store.url)
        try harness.folder.write(
            configuration.replacing("path: alerts.ndjson", with: "path: absent/alerts.ndjson"), to: ServiceHarness.configurationFile)
        try harness.start()
        try eventually("alerts in the store") { (try? store.leftovers(harness).outbox) ?? 0 > 0 }
        harness.signal(SIGTERM)
        usleep(300_000)
        harness.signal(SIGTERM)
        #expect(try harness.waitForExit() == 143)
        try harness.folder.write(configuration, to: ServiceHarness.configurationFile)
        try harness.run()
        try KillTests.expectSame(harness, as: reference, store: store, "after 143")
    }

    /// Whoever reads standard output has stopped doing so: what it did not take waits in the outbox.
    @Test func aStopDoesNotWaitForWhoReadsStandardOutput() throws {
        let harness = try ServiceHarness([
            ServiceHarness.configurationFile: """
            sources: { in: { path: in.ndjson, time: ts, follow: false } }
            rules: [rules.yaml]
            state: { url: "rocksdb:state" }

            """, "rules.yaml": ServiceHarness.ruleOfEveryEvent,
            "in.ndjson": (0..<5000).map { "{\"ts\":\(1_700_000_000 + $0),\"user\":\"u\($0)\"}\n" }.joined(),
        ])
        let output = harness.folder.file("output-1.txt")
        #expect(mkfifo(output, 0o600) == 0)
        // Open at both ends, and nobody reads.
        let both = open(output, O_RDWR)
        defer { close(both) }
        try harness.start()
        let store = try TestStore(.rocksdb)
        try eventually("alerts that wait") { (try? store.leftovers(harness).outbox) ?? 0 > 100 }
        harness.signal(SIGTERM)
        #expect(try harness.waitForExit() == 0)
        #expect(harness.log.contains("some alerts are not delivered yet"), "\(harness.log)")
    }

    @Test func interruptIsTheSameAsTermination() throws {
        let scenario = ServiceScenario(seed: 6, events: 200, follow: true)
        let harness = try scenario.harness(store: "rocksdb:state")
        try harness.start()
        try harness.waitForAlerts(1)
        harness.signal(SIGINT)
        #expect(try harness.waitForExit() == 0)
        #expect(harness.log.contains("stopped; everything read is in a checkpoint"))
    }
}

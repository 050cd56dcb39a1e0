import Foundation
import TestSupport
import Testing

/// Alerts that cannot be delivered wait in the state store, in order, and are delivered once.
@Suite(.serialized) struct OutboxTests {
    private static let scenario = ServiceScenario(seed: 14, events: 3000)
    private static let reference = Result { try scenario.reference() }

    /// The scenario with its alerts in a directory that is not there.
    private func harness(_ store: TestStore) throws -> ServiceHarness {
        let harness = try Self.scenario.harness(store: store.url)
        try harness.folder.write(
            Self.scenario.configuration(store: store.url).replacing("path: alerts.ndjson", with: "path: out/alerts.ndjson"),
            to: ServiceHarness.configurationFile)
        return harness
    }

    private func makeDirectory(_ harness: ServiceHarness) throws {
        try FileManager.default.createDirectory(atPath: harness.folder.file("out"), withIntermediateDirectories: false)
    }

    private func expectDelivered(_ harness: ServiceHarness, _ store: TestStore) throws {
        let reference = try Self.reference.get()
        let difference = firstDifference(harness.text("out/alerts.ndjson"), reference.alerts)
        #expect(difference == nil)
        #expect(harness.accounts == reference.accounts)
        let (keys, outbox) = try store.leftovers(harness)
        #expect(keys == 0 && outbox == 0)
    }

    @Test(arguments: TestStore.Kind.allCases) func alertsWaitUntilTheirFileCanBeWritten(_ kind: TestStore.Kind) throws {
        let store = try TestStore(kind)
        let harness = try harness(store)
        try harness.start()
        try harness.waitForLog("alerts cannot be delivered: \(harness.folder.file("out/alerts.ndjson")): No such file or directory")
        // The rest of the input is read and decided nevertheless.
        let size = harness.text("auth.ndjson").utf8.count
        try eventually("the end of the input") { harness.readPositions.first.map { $0 == size } ?? true }
        try makeDirectory(harness)
        #expect(try harness.waitForExit() == 0)
        #expect(harness.log.contains("alerts are delivered again"))
        try expectDelivered(harness, store)
    }

    @Test(arguments: TestStore.Kind.allCases) func alertsThatWaitOutliveTheProcess(_ kind: TestStore.Kind) throws {
        let store = try TestStore(kind)
        let harness = try harness(store)
        for _ in 0..<4 {
            try harness.start()
            try harness.waitForLog("alerts cannot be delivered")
            usleep(100_000)
            harness.kill()
        }
        // Under load none of them may have come far enough.
        try harness.start()
        try eventually("alerts in the store") { (try? store.leftovers(harness).outbox) ?? 0 > 0 }
        harness.kill()
        try makeDirectory(harness)
        try harness.run()
        try expectDelivered(harness, store)
    }

    /// More alerts than are kept in memory wait for a file that cannot be written; they are read back from the store.
    @Test(arguments: TestStore.Kind.allCases) func moreThanFitsIntoMemoryWaits(_ kind: TestStore.Kind) throws {
        let store = try TestStore(kind)
        let count = 4000
        let padding = String(repeating: "x", count: 4000)
        let events = (0..<count).map { "{\"ts\":\(1_767_225_600 + $0),\"n\":\($0),\"padding\":\"\(padding)\"}\n" }.joined()
        let harness = try ServiceHarness([
            "rules.yaml": "rule: every\nfrom: in\nevents: { e: n >= 0 }\npattern: e\nselect: { n: e.n }\ntests: []\n", "in.ndjson": events,
            ServiceHarness.configurationFile: """
            sources: { in: { path: in.ndjson, time: ts, follow: false } }
            rules: [rules.yaml]
            state: { url: "\(store.url)", checkpoint: 10ms }
            actions: { alerts: { type: file, path: out/alerts.ndjson } }

            """,
        ])
        try harness.start()
        try harness.waitForLog("alerts cannot be delivered")
        try eventually("all alerts in the outbox") { (try? store.leftovers(harness).outbox) == count }
        // Once by the process that decided them, once by another.
        if kind == .redis { harness.kill() }
        try makeDirectory(harness)
        if kind == .redis { try harness.start() }
        #expect(try harness.waitForExit() == 0)
        let numbers = harness.text("out/alerts.ndjson").split(separator: "\n").compactMap { line in
            line.split(separator: "\"select\":{\"n\":").last.flatMap { Int($0.dropLast(2)) }
        }
        #expect(numbers == Array(0..<count))
        #expect(try store.leftovers(harness).outbox == 0)
    }

    /// A service that is told to stop does not wait long for a file that cannot be written, and loses nothing.
    @Test func aStopLeavesAlertsInTheStore() throws {
        let store = try TestStore(.rocksdb)
        let harness = try harness(store)
        try harness.start()
        try eventually("alerts in the store") { (try? store.leftovers(harness).outbox) ?? 0 > 0 }
        harness.signal(SIGTERM)
        #expect(try harness.waitForExit() == 0)
        #expect(harness.log.contains("some alerts are not delivered yet; they are in the outbox of the state store"))
        #expect(try store.leftovers(harness).outbox > 0)
        try makeDirectory(harness)
        try harness.run()
        try expectDelivered(harness, store)
    }

    /// The last line of the file was torn by a crash of the machine.
    @Test func aTornLastLineIsWrittenWhole() throws {
        let store = try TestStore(.rocksdb)
        let harness = try Self.scenario.harness(store: store.url)
        try harness.start(failPoint: "outbox.after-delivery:1")
        #expect(try harness.waitForExit() == 137)
        let alerts = harness.alerts
        try harness.folder.write(String(alerts.dropLast(37)), to: "alerts.ndjson")
        try harness.run()
        let difference = try firstDifference(harness.alerts, Self.reference.get().alerts)
        #expect(difference == nil)
    }

    @Test func alertsGoToTheActionsOfTheirRules() throws {
        let harness = try ServiceHarness([
            "rules.yaml": """
            rule: named
            level: low
            events: { a: n == 1 }
            pattern: a
            actions: [low]
            tests: []
            ---
            rule: both
            level: critical
            events: { a: n == 1 }
            pattern: a
            actions: [low, high]
            tests: []
            ---
            rule: standard
            level: medium
            events: { a: n == 1 }
            pattern: a
            tests: []

            """,
            "in.ndjson": "{\"ts\":1,\"n\":1}\n{\"ts\":2,\"n\":2}\n",
            ServiceHarness.configurationFile: """
            sources: { in: { path: in.ndjson, time: ts, follow: false } }
            rules: [rules.yaml]
            state: "rocksdb:state"
            actions:
              low: { type: file, path: low.ndjson }
              high: { type: file, path: high.ndjson, level: high }
              out: { type: stdout }
            default_actions: [out, high]

            """,
        ])
        try harness.run()
        func rules(_ text: String) -> [String] {
            text.split(separator: "\n").compactMap { $0.split(separator: "\"rule\":\"").dropFirst().first?.prefix { $0 != "\"" } }.map {
                String($0)
            }
        }
        #expect(rules(harness.text("low.ndjson")) == ["named", "both"])
        #expect(rules(harness.text("high.ndjson")) == ["both"])
        #expect(rules(harness.output) == ["standard"])
    }

    /// Nobody reads standard output any more: a run that has an end has one all the same, and says what is left.
    @Test func aFiniteRunEndsWhenItsOutputIsClosed() throws {
        let harness = try ServiceHarness([
            "rules.yaml": "rule: every\nfrom: in\nevents: { a: n > 0 }\npattern: a\nwithin: 1m\ntests: []\n",
            "in.ndjson": (1...20_000).map { "{\"ts\":\($0),\"n\":\($0)}\n" }.joined(),
            ServiceHarness.configurationFile: """
            sources: { in: { path: in.ndjson, time: ts, follow: false } }
            rules: [rules.yaml]
            state: "rocksdb:state"
            actions: { out: { type: stdout } }

            """,
        ])
        let script = #"{ "$0" run --config "$1" 2> "$2"; echo "status $?" >> "$2"; } | head -n 1"#
        let shell = try ChildProcess(
            "/bin/sh",
            ["-c", script, ServiceHarness.executable, harness.folder.file(ServiceHarness.configurationFile), harness.folder.file("errors")])
        try eventually("the end", timeoutSeconds: ServiceHarness.limit) { !shell.isRunning }
        let log = harness.text("errors")
        #expect(
            log.contains("not all alerts of action out were delivered: standard output: Broken pipe") && log.contains("status 3"), "\(log)")
    }
}

import Foundation
import TestSupport
import Testing

/// A stream that is quiet: time goes on, absences are found, and what has expired leaves the store.
@Suite(.serialized) struct IdleTests {
    private static func configuration(_ store: String, state: String) -> String {
        """
        sources: { auth: { path: auth.ndjson, time: ts, lateness: 100ms, idle: 500ms } }
        rules: [rules.yaml]
        workers: 1
        state: { url: "\(store)", checkpoint: 20ms\(state) }
        actions: { alerts: { type: file, path: alerts.ndjson } }
        log: { level: debug }

        """
    }

    private static let rules = """
        rule: silent
        by: user
        events: { ok: action == "transfer", out: action == "logout" }
        pattern: ok -> !out for 2s
        tests: []
        ---
        rule: guessed
        by: user
        events: { fail: action == "failure", ok: action == "success" }
        pattern: fail{2,} -> ok
        within: 2500ms
        tests: []
        ---
        rule: often
        by: user
        events: { a: action == "transfer" }
        pattern: a
        suppress: { by: user, for: 1s }
        tests: []
        ---
        rule: composed
        from: { s: matches, f: auth }
        by: { s: key.user, f: user }
        events: { s: rule == "silent", f: action == "failure" }
        pattern: s -> f
        within: 1s
        tests: []

        """

    /// An event of so many milliseconds from now.
    private static func event(_ user: String, _ action: String, in milliseconds: Int64 = 1000) -> String {
        "{\"ts\":\(Int64(Date().timeIntervalSince1970 * 1000) + milliseconds),\"user\":\"\(user)\",\"action\":\"\(action)\"}\n"
    }

    /// One event of each kind for each user, a little ahead of now, so that a machine under load reads it in time.
    private static func events(users: Int) -> String {
        (0..<users).map { event("user\($0)", "transfer") + event("user\($0)", "failure") }.joined()
    }

    /// Files that nobody has written to for longer than `idle` hold nothing up once they are read, also after a restart.
    @Test func oldFilesAreIdleAtOnce() throws {
        let harness = try ServiceHarness([
            ServiceHarness.configurationFile: """
            sources: { in: { path: "in-*.ndjson", time: ts, idle: 1h } }
            rules: [rules.yaml]
            state: { url: "rocksdb:state", checkpoint: 20ms }
            actions: { alerts: { type: file, path: alerts.ndjson } }

            """, "rules.yaml": ServiceHarness.ruleOfEveryEvent,
        ])
        let start = Int(Date().timeIntervalSince1970) - 86_400
        for file in 0..<5 {
            let path = harness.folder.file("in-\(file).ndjson")
            try Data((0..<100).map { "{\"ts\":\(start + file * 100 + $0),\"user\":\"u\"}\n" }.joined().utf8).write(
                to: URL(fileURLWithPath: path))
            let long = Date(timeIntervalSinceNow: -7200)
            try FileManager.default.setAttributes([.modificationDate: long], ofItemAtPath: path)
        }
        try harness.start()
        try harness.waitForAlerts(500)
        harness.kill()
        try harness.start()
        try harness.append("{\"ts\":\(start + 86_400),\"user\":\"late riser\"}\n", to: "in-2.ndjson")
        try eventually("the new line", timeoutSeconds: ServiceHarness.limit) { harness.alerts.contains("late riser") }
        harness.signal(SIGTERM)
        #expect(try harness.waitForExit() == 0)
        #expect(Set(harness.alertLines).count == harness.alertLines.count)
    }

    /// An event is always read a little after its time: that alone does not make it late, however long it was quiet before.
    @Test func anEventAfterAQuietTimeIsNotLate() throws {
        let configuration = Self.configuration("rocksdb:state", state: "").replacing("lateness: 100ms, idle: 500ms", with: "idle: 2s")
        let harness = try ServiceHarness([
            ServiceHarness.configurationFile: configuration, "rules.yaml": Self.rules,
            "auth.ndjson": Self.event("first", "transfer", in: 0),
        ])
        try harness.start()
        try harness.waitForAlerts(2)
        try harness.append(Self.event("second", "transfer", in: 0), to: "auth.ndjson")
        try harness.waitForAlerts(3)
        harness.signal(SIGTERM)
        #expect(try harness.waitForExit() == 0)
        #expect(harness.accounts.map(\.late) == [0])
    }

    private static let cases: [(kind: TestStore.Kind, users: Int, state: String)] = [
        (.rocksdb, 20, ""), (.redis, 20, ""), (.redis, 5000, ", memory: 1MiB"),
    ]

    @Test(arguments: cases) func whatHasExpiredLeavesTheStore(_ size: (kind: TestStore.Kind, users: Int, state: String)) throws {
        let store = try TestStore(size.kind)
        let harness = try ServiceHarness([
            ServiceHarness.configurationFile: Self.configuration(store.url, state: size.state), "rules.yaml": Self.rules,
            "auth.ndjson": "",
        ])
        try harness.start()
        try harness.waitForLog("info running")
        try harness.append(Self.events(users: size.users), to: "auth.ndjson")
        // Steps in which memory is looked after.
        for _ in 0..<10 {
            usleep(50_000)
            try harness.append(Self.event("nobody", "nothing"), to: "auth.ndjson")
        }
        // `often` fires at once, `silent` on time, although nothing else is read.
        try harness.waitForAlerts(2 * size.users)
        let silent = harness.alertLines.count { $0.contains("\"rule\":\"silent\"") }
        #expect(silent == size.users)
        try eventually("an empty store") {
            (try? store.leftovers(harness) == (0, 0)) ?? false && (try? store.suppressions(harness)) == 0
        }
        harness.signal(SIGTERM)
        #expect(try harness.waitForExit() == 0)
        #expect(try store.leftovers(harness) == (0, 0))
        #expect(try store.suppressions(harness) == 0)
        #expect(size.state.isEmpty == (harness.evictions == 0))
    }
}

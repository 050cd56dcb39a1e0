import Foundation
import TestSupport
import Testing

/// Reloads of rules that meet troubles of the store.
@Suite(.serialized) struct ReloadTroubleTests {
    private static let rule = "rule: old\nfrom: auth\nevents: { a: outcome == \"success\" }\npattern: a\ntests: []\n"

    private static func count(_ harness: ServiceHarness, of rule: String, _ text: String = "") -> Int {
        harness.alertLines.count { $0.contains("\"rule\":\"\(rule)\"") && (text.isEmpty || $0.contains(text)) }
    }

    /// The store has lost everything, which mostly the checkpoint before the reload is the first to see: the new rules are what
    /// goes on.
    @Test func rulesAreNotForgottenWhenTheStoreIsBehind() throws {
        let scenario = ServiceScenario(seed: 20, events: 200, blanks: 0, follow: true)
        let store = try TestStore(.redis)
        let harness = try scenario.harness(store: store.url)
        try harness.folder.write(Self.rule, to: "rules.yaml")
        try harness.start()
        try eventually("everything delivered") { try harness.alertLines.count > 10 && store.leftovers(harness).outbox == 0 }
        try harness.folder.write(Self.rule + "---\n" + Self.rule.replacing("old", with: "new"), to: "rules.yaml")
        try store.redis?.command("FLUSHALL")
        harness.signal(SIGHUP)
        try eventually("alerts of the new rule", timeoutSeconds: ServiceHarness.limit) {
            let new = Self.count(harness, of: "new")
            return new > 10 && new == Self.count(harness, of: "old")
        }
        harness.signal(SIGTERM)
        #expect(try harness.waitForExit() == 0)
        #expect(Set(harness.alertLines).count == harness.alertLines.count)
        #expect(harness.log.contains("the sources are read again from where the store is"))
    }

    /// Redis is away while rules are reloaded, for a while: the old ones run on until the state is in a checkpoint.
    @Test func aReloadWaitsForTheStore() throws {
        let scenario = ServiceScenario(seed: 21, events: 200, blanks: 0, follow: true)
        let store = try TestStore(.redis, redisConfiguration: ["appendonly yes", "appendfsync always"])
        let harness = try scenario.harness(store: store.url)
        try harness.folder.write(Self.rule, to: "rules.yaml")
        try harness.start()
        try eventually("everything delivered") { try harness.alertLines.count > 10 && store.leftovers(harness).outbox == 0 }
        store.redis?.kill()
        try harness.folder.write(Self.rule + "---\n" + Self.rule.replacing("old", with: "new"), to: "rules.yaml")
        harness.signal(SIGHUP)
        try harness.waitForLog("the state store does not take a checkpoint")
        try store.redis?.start()
        try harness.waitForLog("rules reloaded")
        let later = ServiceScenario.lines(of: "success", count: 5)
        try harness.append(later, to: "auth.ndjson")
        try harness.append(ServiceScenario.lines(of: "end", count: 1), to: "auth.ndjson")
        try harness.append(ServiceScenario.lines(of: "end", count: 1), to: "net.ndjson")
        try eventually("alerts of both rules") {
            Self.count(harness, of: "new", "later") == 5 && Self.count(harness, of: "old", "later") == 5
        }
        harness.signal(SIGTERM)
        #expect(try harness.waitForExit() == 0)
        #expect(Set(harness.alertLines).count == harness.alertLines.count)
    }

    /// Redis goes away between the checkpoint before the reload and the new rules: what was read of standard input, and is in no
    /// checkpoint, waits until it is back.
    @Test func whatWasHandedOverWaitsForTheStore() throws {
        let store = try TestStore(.redis, redisConfiguration: ["appendonly yes", "appendfsync always"])
        let (harness, pipe) = try Self.reloadWithoutStore(store)
        try store.redis?.start()
        try harness.waitForLog("rules reloaded")
        try pipe.write(contentsOf: Self.events(100..<101))
        try harness.waitForAlerts(10)
        harness.signal(SIGTERM)
        #expect(try harness.waitForExit() == 0)
        #expect(harness.alertLines.count == 10 && Set(harness.alertLines).count == 10, "\(harness.alerts)")
    }

    /// The same, and what comes back has less than was committed: what standard input had cannot be read again.
    @Test func aStoreThatComesBackWithLessIsNotTakenForTheSame() throws {
        let store = try TestStore(.redis)
        let (harness, _) = try Self.reloadWithoutStore(store)
        try store.redis?.start()
        #expect(try harness.waitForExit() == 3)
        let refusal = "source in cannot be read again, so what was lost cannot be made good: refusing to go on"
        #expect(harness.log.contains(refusal), "\(harness.log)")
    }

    private static func events(_ seconds: Range<Int>) -> Data {
        Data(seconds.map { "{\"ts\":\(1_700_000_000 + $0),\"user\":\"u\($0)\"}\n" }.joined().utf8)
    }

    /// A service that reads standard input, of which some waits for the watermark, hands over to other rules, and the store goes away in
    /// the middle of that.
    private static func reloadWithoutStore(_ store: TestStore) throws -> (ServiceHarness, input: FileHandle) {
        let configuration = """
            sources: { in: { type: stdin, time: ts, lateness: 5s, idle: never } }
            rules: [rules.yaml]
            state: { url: "\(store.url)", checkpoint: 10ms }
            actions: { alerts: { type: file, path: alerts.ndjson } }

            """
        let harness = try ServiceHarness([
            ServiceHarness.configurationFile: configuration, "rules.yaml": ServiceHarness.ruleOfEveryEvent,
        ])
        let path = harness.folder.file("pipe")
        guard mkfifo(path, 0o600) == 0 else { throw TestSupportError("no pipe") }
        // Open for both, so that nobody waits for the other end.
        let pipe = FileHandle(fileDescriptor: open(path, O_RDWR), closeOnDealloc: true)
        try harness.start(failPoint: "reload.handed-over:1:stop", input: path)
        try pipe.write(contentsOf: events(0..<10))
        try harness.waitForAlerts(4)
        try harness.folder.write(ServiceHarness.ruleOfEveryEvent.replacing("seen", with: "seen2"), to: "rules.yaml")
        harness.signal(SIGHUP)
        try harness.waitForStop()
        store.redis?.kill()
        harness.signal(SIGCONT)
        try harness.waitForLog("it is tried again")
        return (harness, pipe)
    }
}

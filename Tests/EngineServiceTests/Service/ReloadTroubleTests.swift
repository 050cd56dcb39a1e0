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
}

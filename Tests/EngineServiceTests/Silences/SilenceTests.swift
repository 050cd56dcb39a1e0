import Foundation
import StateStore
import TestSupport
import Testing

@testable import EngineService

/// Alerts that are held back for a while: counted, told, and never lost without a word.
@Suite(.serialized) struct SilenceTests {
    private static let configuration = """
        sources: { in: { path: in.ndjson, time: ts, idle: never } }
        rules: [rules]
        workers: 2
        state: { url: "rocksdb:state", checkpoint: 10ms }
        actions: { alerts: { type: file, path: alerts.ndjson } }

        """

    private static func rule(_ name: String, _ more: String = "") -> String {
        """
        rule: \(name)
        from: in
        by: [user, v]
        events: { a: k == "a" }
        pattern: a
        \(more)
        tests: []

        """
    }

    private static func event(_ second: Int, _ user: String) -> String {
        "{\"ts\":\(ReloadCase.start + second),\"user\":\"\(user)\",\"k\":\"a\",\"v\":7}\n"
    }

    private func harness() throws -> ReloadHarness {
        try ReloadHarness(
            Self.configuration,
            files: [
                "rules/one.yaml": Self.rule("probe.one"), "rules/two.yaml": Self.rule("probe.two"), "rules/other.yaml": Self.rule("other"),
            ])
    }

    private func feed(_ harness: ReloadHarness, _ second: Int) throws {
        try harness.append(Self.event(second, "u") + Self.event(second, "w"), to: "in.ndjson")
        try harness.waitForClock(second)
        try harness.wait("delivery") { try harness.outboxCount == 0 }
    }

    private static func delivered(_ harness: ReloadHarness) -> [String] {
        harness.alertTexts.map { "\($0.rule) " + ($0.text.split(separator: " ").first ?? "") + $0.text.suffix(4) }.sorted()
    }

    private func silence(_ harness: ReloadHarness, _ arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
        try harness.command(["silence", arguments[0], "--config", harness.configurationPath] + arguments.dropFirst())
    }

    @Test func coveredAlertsAreCountedOverRestartsAndReloads() throws {
        let harness = try harness()
        let added = try silence(
            harness, ["add", "--rule", "probe.*", "--key", "user=u", "--key", "v=7", "--for", "2h", "--reason", "drill", "--author", "zoë"])
        #expect(added.status == 0 && added.errors.hasPrefix("probe.* is silenced until 2"), "\(added.errors)")
        let id = added.output.split(separator: "\n").joined()

        try harness.start()
        try feed(harness, 1)
        let first = ["other u:01Z", "other w:01Z", "probe.one w:01Z", "probe.two w:01Z"]
        #expect(Self.delivered(harness) == first)
        // A store in use can be looked at, and is not touched.
        let running = try silence(harness, ["ls", "--format", "json"])
        #expect(running.output.contains("\"key\":{\"user\":\"u\",\"v\":\"7\"}") && running.output.contains("\"silenced\":2}"), "\(running)")
        for refused in [["add", "--rule", "x", "--for", "1h", "--reason", "r"], ["rm", id]] {
            let result = try silence(harness, refused)
            #expect(result.status == 3 && result.errors.contains("another process has the state store"), "\(result)")
        }

        // A rule that comes with a reload is covered too.
        try harness.write(Self.rule("probe.three"), to: "rules/three.yaml")
        try harness.waitForReloads(1)
        try feed(harness, 2)
        let second = ["other u:02Z", "other w:02Z", "probe.one w:02Z", "probe.three w:02Z", "probe.two w:02Z"]
        #expect(Self.delivered(harness) == (first + second).sorted())
        try harness.stop()
        for (rule, count) in [("probe.one", 2), ("probe.two", 2), ("probe.three", 1), ("other", 0)] {
            #expect(harness.log.contains(" matches=\(rule == "probe.three" ? 2 : 4) rule=\(rule) silenced=\(count) "), "\(harness.log)")
        }

        try harness.start()
        try feed(harness, 3)
        harness.kill()
        let listed = try silence(harness, ["ls"])
        let lines = listed.output.split(separator: "\n")
        #expect(lines.count == 2 && lines[0].hasPrefix("SILENCE   RULE     KEY"), "\(listed)")
        #expect(
            lines.last?.hasPrefix("\(id)  probe.*  user=u, v=7  ") == true && lines.last?.hasSuffix("  8  zoë     drill") == true,
            "\(listed)")

        let removed = try silence(harness, ["rm", id])
        #expect(removed.output == "silence \(id) of probe.* is over; 8 alerts not delivered\n", "\(removed)")
        let again = try silence(harness, ["rm", id])
        #expect(again.status == 1 && again.errors == "error: there is no silence `\(id)`\n", "\(again)")
        #expect(try silence(harness, ["ls"]).errors == "no silences\n")
        try harness.start()
        try feed(harness, 4)
        #expect(Self.delivered(harness).filter { $0.hasSuffix(":04Z") }.count == 8)
        try harness.stop()
    }

    @Test func theEndOfASilenceIsTold() throws {
        let harness = try harness()
        let added = try silence(harness, ["add", "--rule", "probe.?ne", "--for", "1ms", "--reason", "short"])
        try harness.start()
        try harness.waitForLog("a silence is over; its alerts were not delivered")
        let line = harness.log.split(separator: "\n").first { $0.contains("a silence is over") } ?? ""
        #expect(line.contains("rule=\"probe.?ne\" ") && line.contains(" silence=\(added.output.dropLast()) silenced=0"), "\(line)")
        try feed(harness, 1)
        #expect(Self.delivered(harness).count == 6)
        try harness.wait("the end in the store") { try silence(harness, ["ls"]).errors == "no silences\n" }
        try harness.stop()
        #expect(harness.log.split(separator: "\n").count { $0.contains("a silence is over") } == 1)
    }

    /// Whatever is decided again after a kill is counted once.
    @Test func killsChangeNoCount() throws {
        let scenario = ServiceScenario(seed: 41, events: 3000)
        let reference = try scenario.reference()
        let store = try TestStore(.rocksdb)
        let harness = try scenario.harness(store: store.url)
        let add = try ChildProcess(
            ServiceHarness.executable,
            [
                "silence", "add", "--config", harness.folder.file(ServiceHarness.configurationFile), "--rule", "seq.[oj]*", "--for", "1d",
                "--reason", "none",
            ])
        #expect(add.waitUntilExit() == 0)
        for kill in 0..<8 {
            try harness.start()
            try harness.waitForLog("info running")
            usleep(UInt32(kill) * 15_000)
            harness.kill()
        }
        try harness.run()
        let silenced = ["\"rule\":\"seq.often\"", "\"rule\":\"seq.jump\""]
        let lines = reference.alerts.split(separator: "\n")
        let expected = lines.filter { line in !silenced.contains { line.contains($0) } }
        #expect(firstDifference(harness.alerts, expected.map { $0 + "\n" }.joined()) == nil)
        let opened = try store.open(harness)
        defer { opened.close() }
        // What a silence covers is not suppressed: each match is counted, and no report.
        let counts = lines.filter { line in silenced.contains { line.contains($0) } }.map { line in
            let suppressed = line.firstMatch(of: #/"suppressed":(\d+)/#).flatMap { Int($0.1) } ?? 0
            return line.contains("\"kind\":\"suppressed\"") ? suppressed : suppressed + 1
        }
        #expect(try SilenceStore.list(opened).map(\.count) == [counts.reduce(0, +)])
        #expect(counts.reduce(0, +) > counts.count)
    }

    /// The generation of a store that another machine can take over shows nothing of whether somebody uses it: its epoch does.
    @Test func aServiceOnRedisIsNotFencedOff() throws {
        let store = try TestStore(.redis)
        let harness = try ReloadHarness(
            Self.configuration.replacing("rocksdb:state", with: store.url), files: ["rules/one.yaml": Self.rule("probe.one")])
        try harness.start()
        try harness.waitForLog("info running")
        let arguments = ["add", "--rule", "probe.one", "--for", "1h", "--reason", "r"]
        let refused = try silence(harness, arguments)
        #expect(refused.status == 3 && refused.errors.contains("a service is running on the state store"), "\(refused)")
        try harness.stop()
        #expect(try silence(harness, arguments).status == 0)
        try harness.start()
        try harness.append(Self.event(1, "u"), to: "in.ndjson")
        try harness.wait("the count") { try silence(harness, ["ls", "--format", "json"]).output.contains("\"silenced\":1}") }
        try harness.stop()
        #expect(harness.alerts == "")
    }
}

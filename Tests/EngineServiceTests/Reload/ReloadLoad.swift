import Foundation
import TestSupport
import Testing

/// The rules and streams of `ServiceScenario`, fed a piece at a time, and beside them a rule `probe` that is another version with
/// every reload: its conditions, or the steps of its pattern, are written differently and mean the same, so its matches are the same
/// under all versions.
final class ReloadLoad {
    private let scenario: ServiceScenario
    private let reference: ServiceReference
    private let referenceProbe: [String]
    private let pieces: Int
    private let auth: [Substring]
    private let net: [Substring]
    let harness: ServiceHarness
    let store: TestStore
    private(set) var version = 0

    /// - Parameter pieces: so often `feed` gives something.
    init(seed: UInt64, events: Int, pieces: Int, store kind: TestStore.Kind = .rocksdb, workers: Int = 2) throws {
        var scenario = ServiceScenario(seed: seed, events: events, blanks: 0)
        scenario.extra = "default_actions: [alerts]"
        self.scenario = scenario
        self.pieces = pieces
        auth = scenario.authEvents.split(separator: "\n")
        net = scenario.netEvents.split(separator: "\n")
        let whole = try ServiceHarness([
            ServiceHarness.configurationFile: Self.configuration(scenario, store: "memory:", follow: false),
            "rules.yaml": ServiceScenario.rules, "probe.yaml": Self.probe(0), "auth.ndjson": scenario.authEvents,
            "net.ndjson": scenario.netEvents,
        ])
        try whole.run()
        reference = ServiceReference(
            alerts: whole.alerts, accounts: whole.accounts, deadLetters: whole.text("dead.txt"), late: whole.text("late.ndjson"))
        referenceProbe = try Self.matches(whole).map(\.match)
        store = try TestStore(kind)
        scenario.workers = workers
        harness = try ServiceHarness([
            ServiceHarness.configurationFile: Self.configuration(scenario, store: store.url, follow: true),
            "rules.yaml": ServiceScenario.rules, "probe.yaml": Self.probe(0), "auth.ndjson": "", "net.ndjson": "",
        ])
    }

    private static func configuration(_ scenario: ServiceScenario, store: String, follow: Bool) -> String {
        var scenario = scenario
        scenario.follow = follow
        return scenario.configuration(store: store).replacing("rules: [rules.yaml]", with: "rules: [rules.yaml, probe.yaml]")
            .replacing("actions:\n  alerts", with: "actions:\n  probe: { type: file, path: probe.ndjson }\n  alerts")
    }

    private static func probe(_ version: Int) -> String {
        let hasMore = version % 4 > 1
        return """
            rule: probe
            level: high
            from: auth
            by: user
            events: { fail: outcome == "failure", ok: outcome == "success"\(hasMore ? ", never: outcome == \"never\"" : "") }
            pattern: "fail -> ok\(hasMore ? " | never -> ok" : "")"
            within: 60s
            having: count(fail) < \(1000 + version % 3)
            select: { version: count(fail) * 0 + \(version) }
            suppress: { by: user, for: 7s }
            actions: [probe]
            tests: []
            \(version % 2 == 0 ? "" : "---\nrule: probe.odd\nfrom: net\nwhere: bytes > 900\nby: user\nevents: { a: bytes > \(900 + version % 7) }\npattern: a{3}\nwithin: 60s\nlevel: low\nactions: [probe]\ntests: []\n")
            """
    }

    /// Appends the next piece of both streams.
    func feed(_ piece: Int) throws {
        for (lines, name) in [(auth, "auth.ndjson"), (net, "net.ndjson")] {
            let part = lines[lines.count * piece / pieces..<lines.count * (piece + 1) / pieces]
            if !part.isEmpty { try harness.append(part.joined(separator: "\n") + "\n", to: name) }
        }
    }

    /// Writes the next version and asks for it.
    func change() throws {
        version += 1
        try harness.folder.write(Self.probe(version), to: "probe.new")
        guard rename(harness.folder.file("probe.new"), harness.folder.file("probe.yaml")) == 0 else { throw TestSupportError("rename") }
        harness.signal(SIGHUP)
    }

    /// How many reloads the log of the last start tells of.
    var reloads: Int { harness.log.split(separator: "\n").count { $0.contains(" rules reloaded ") } }

    /// Lets a service that is not running read everything to the end.
    func finish() throws {
        try harness.folder.write(
            Self.configuration(scenario, store: store.url, follow: false), to: ServiceHarness.configurationFile)
        try harness.run()
    }

    /// Whatever happened meanwhile, unchanged rules have the alerts of an undisturbed run, byte for byte; the changed one has its
    /// matches, each once, of one version after the other.
    func expectSame(_ comment: Comment) throws {
        try KillTests.expectSame(harness, as: reference, store: store, comment)
        let found = try Self.matches(harness)
        #expect(firstDifference(found.map(\.match).joined(separator: "\n"), referenceProbe.joined(separator: "\n")) == nil, comment)
        let versions = found.map(\.version)
        #expect(versions == versions.sorted(), comment)
        #expect(Set(versions).count > 1, comment)
        #expect(!found.isEmpty)
    }

    /// Alerts of the changing rule without their ids and versions, and their versions.
    private static func matches(_ harness: ServiceHarness) throws -> [(match: String, version: Int)] {
        try harness.text("probe.ndjson").split(separator: "\n").filter { $0.contains("\"rule\":\"probe\"") }.map { line in
            let start = try #require(line.firstRange(of: "\"rule\""))
            let select = try #require(line.firstRange(of: ",\"select\":{\"version\":"))
            let rest = line[select.upperBound...]
            let version = rest.prefix { $0.isNumber }
            return (String(line[start.lowerBound..<select.lowerBound] + rest.dropFirst(version.count)), Int(version) ?? -1)
        }
    }
}

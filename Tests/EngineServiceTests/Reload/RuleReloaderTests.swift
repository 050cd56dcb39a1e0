import Logging
import Testing

@testable import EngineService

/// What is known of reloads, whatever they overtake.
@Suite struct RuleReloaderTests {
    /// While one reload is handed over another is read: the report of the first is the first's.
    @Test func reportsBelongToTheirReloads() throws {
        let bench = try ConfigurationBench()
        let configuration = try #require(bench.read(ConfigurationSample.sound).configuration)
        func rule(_ level: String) throws {
            try bench.folder.write(
                "rule: a\nlevel: \(level)\nevents: { x: k == 1 }\npattern: x\nwithin: 1m\ntests: []\n", to: "rule.yaml")
        }
        func load() -> LoadedRuleSet { LoadedRuleSet(paths: configuration.rules, patternDirectories: []) }
        try rule("low")
        let before = load()
        let reloader = RuleReloader(configuration, current: before, logger: Logger(label: "test"))
        try rule("high")
        #expect(reloader.reload(trigger: "first").report?.count(.metadata) == 1)
        let taken = try #require(reloader.takePending())
        #expect(reloader.reload(trigger: "second").report?.isEmpty == true)
        let (old, new) = (try #require(before.program), try #require(taken.program))
        let report = ReloadReport(from: old, to: new, keys: ["a": 7])
        reloader.note(report)
        #expect(reloader.history.map(\.trigger) == ["first", "second"])
        #expect(reloader.history[0].report == report && reloader.history[0].report?.keys.kept == 7)
        #expect(reloader.history[1].report?.isEmpty == true && reloader.history[1].report?.keys.kept == 0)
        // Of two that are taken over at once the report is the later one's.
        try rule("low")
        reloader.reload(trigger: "third")
        try rule("medium")
        reloader.reload(trigger: "fourth")
        _ = reloader.takePending()
        reloader.note(report)
        #expect(reloader.history[3].report?.keys.kept == 7 && reloader.history[2].report?.keys.kept == 0)
    }
}

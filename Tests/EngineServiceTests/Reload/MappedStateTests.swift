import EventEngine
import RuleLanguage
import StateStore
import TestSupport
import Testing

@testable import EngineService

/// What a store has of a rule whose pattern changes.
@Suite struct MappedStateTests {
    private static func loaded(_ pattern: String) throws -> EngineProgram {
        let text = """
            rule: pair
            by: user
            events: { a: k == "a", b: k == "b", c: k == "c" }
            pattern: "\(pattern)"
            within: 1m
            """
        return try #require(LoadedRuleSet(RuleLoader.load(text: text, path: "pair.yaml")).program)
    }

    /// A store that was written before patterns were mapped has all that it had then.
    @Test func aRecordWithoutAShapeLetsNothingGoOn() throws {
        let (old, new) = (try Self.loaded("a -> b"), try Self.loaded("a -> b -> c"))
        let written = RuleRecord.record(of: old.rules[0], in: old)
        let kept = try #require(RuleRecord.kept(new.rules[0], in: new, written))
        #expect(kept.mapping != nil && kept.changesTimes && !kept.isAsItWas)

        var before = StateRecord()
        let shapes = Set(RuleShape(old.rules[0], schema: old.schema).fields.map(\.name))
        for field in written.fields where !shapes.contains(field.name) { before.add(field.name, field.value) }
        #expect(before.fields.count < written.fields.count)
        #expect(RuleLayout(fields: before.fields) == RuleLayout(old.rules[0]))
        #expect(RuleRecord.kept(new.rules[0], in: new, before) == nil)
        #expect(RuleRecord.kept(old.rules[0], in: old, before)?.isAsItWas == true)

        // The report says so.
        let dropped = ReloadReport(from: old, to: new, keys: ["pair": 3])
        #expect(dropped.text.hasPrefix("~ pair: the pattern, its policies or its keys changed, 3 keys dropped\n"), "\(dropped.text)")
        #expect(dropped.keys == (0, 3))
        let unknown = ReloadReport(from: old, to: new)
        #expect(unknown.entries.map(\.change) == [.steps])
        #expect(
            unknown.text.hasPrefix("~ pair: steps changed; attempts go on that are the same under the new pattern\n"), "\(unknown.text)")
    }

    /// While a store holds attempts that the plan counts, nothing of it changes; after a restart with other rules they are what it said.
    @Test(arguments: TestStore.Kind.allCases) func planAndRestartAgree(_ kind: TestStore.Kind) throws {
        let store = try TestStore(kind)
        func rules(_ pattern: String) -> String {
            """
            rule: pair
            from: in
            by: user
            events: { a: k == "a", b: k == "b", c: k == "c" }
            pattern: "\(pattern)"
            within: 1h
            tests: []

            """
        }
        let configuration = """
            sources: { in: { path: in.ndjson, time: ts, idle: never } }
            rules: [rules.yaml]
            state: { url: "\(store.url)", checkpoint: 10ms }
            actions: { alerts: { type: file, path: alerts.ndjson } }
            default_actions: [alerts]

            """
        let harness = try ServiceHarness([
            ServiceHarness.configurationFile: configuration, "rules.yaml": rules("a -> b -> c"), "in.ndjson": "",
        ])
        func append(_ events: [String]) throws {
            let lines = events.map { event in
                let words = event.split(separator: " ")
                return "{\"ts\":\(ReloadCase.start + (Int(words[0]) ?? 0)),\"user\":\"\(words[1])\",\"k\":\"\(words[2])\"}\n"
            }
            try harness.append(lines.joined(), to: "in.ndjson")
        }
        func hasClock(_ second: Int) throws -> Bool {
            let opened = try store.open(harness)
            defer { opened.close() }
            var clock = Int64.min
            try opened.records(StateTables.engine) { key, record in if key == "clock" { clock = record.number("clock") ?? .min } }
            return clock >= Int64(ReloadCase.start + second) * 1_000_000_000
        }
        try harness.start()
        try harness.waitForLog("info running")
        try append(["1 u a", "2 v a", "3 v b", "4 w a", "5 w b", "6 w a", "9 x x"])
        try eventually("everything in a checkpoint") { try hasClock(9) }
        harness.signal(15)
        #expect(try harness.waitForExit() == 0)

        try harness.folder.write(rules("a -> b"), to: "new.yaml")
        let counts = try RuleKeyCounts.read(
            try #require(ConfigurationReader.read(path: harness.folder.file(ServiceHarness.configurationFile)).configuration),
            for: try #require(LoadedRuleSet(paths: [harness.folder.file("new.yaml")], patternDirectories: []).program))
        #expect(counts.keys == ["pair": 3])
        let mapped = try #require(counts.mapped["pair"])
        #expect((mapped.keysKept, mapped.keysDropped, mapped.attemptsKept, mapped.attemptsDropped) == (2, 1, 2, 2))

        try harness.folder.write(rules("a -> b"), to: "rules.yaml")
        try harness.start()
        try harness.waitForLog("info running")
        #expect(
            harness.log.contains(
                "partial matches were carried over to a changed pattern attempts_dropped=2 attempts_kept=2 keys_dropped=1 keys_kept=2 rule=pair"
            ),
            "\(harness.log)")
        try eventually("two keys") { try store.leftovers(harness).keys == 2 }
        try append(["10 u b", "11 v b", "12 w b", "13 x x"])
        try eventually("two alerts") { harness.alertLines.count == 2 }
        harness.signal(15)
        #expect(try harness.waitForExit() == 0)
        #expect(harness.alertLines.map { $0.contains("\"user\":\"u\"") } == [true, false])
    }
}

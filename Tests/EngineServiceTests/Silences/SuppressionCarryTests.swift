import TestSupport
import Testing

/// What `suppress` has held back is told by the next alert, whatever happens to the process in between; a rule in shadow mode
/// counts and fires nothing.
@Suite(.serialized) struct SuppressionCarryTests {
    private static let configuration = """
        sources: { in: { path: in.ndjson, time: ts, idle: never } }
        rules: [rules]
        workers: 1
        state: { url: "rocksdb:state", checkpoint: 10ms }
        actions: { alerts: { type: file, path: alerts.ndjson } }

        """

    private static func rule(_ level: String, _ more: String) -> String {
        """
        rule: often
        level: \(level)
        from: in
        by: user
        events: { a: k == "a" }
        pattern: a
        \(more)
        tests: []

        """
    }

    private static let suppress = "suppress: { by: user, for: 60s }"

    private func feed(_ harness: ReloadHarness, _ second: Int) throws {
        try harness.append("{\"ts\":\(ReloadCase.start + second),\"user\":\"u\",\"k\":\"a\"}\n", to: "in.ndjson")
        try harness.waitForClock(second)
    }

    @Test func countsAreCarriedOverRestartsAndReloads() throws {
        let harness = try ReloadHarness(Self.configuration, files: ["rules/often.yaml": Self.rule("low", Self.suppress)])
        try harness.start()
        for second in 1...3 { try feed(harness, second) }
        try harness.stop()
        try harness.start()
        try feed(harness, 4)
        harness.kill()
        try harness.start()
        try feed(harness, 5)
        try harness.replace("rules/often.yaml", with: Self.rule("high", Self.suppress))
        try harness.waitForReloads(1)
        try feed(harness, 6)
        // Whether another rule runs while the service is down makes no difference.
        try harness.stop()
        try harness.replace("rules/often.yaml", with: Self.rule("critical", Self.suppress))
        try harness.start()
        try feed(harness, 90)
        try harness.stop()
        #expect(harness.alertTexts.map(\.text) == ["u a@1 =00:01Z low", "u a@90 =01:30Z critical +5"])
        #expect(harness.log.contains(" matches=7 rule=often silenced=0 suppressed=5 "), "\(harness.log)")
    }

    /// A summary is an alert of its own, whose id no receiver takes for a repetition of the alert that it is about.
    @Test func aSummaryHasAnIdOfItsOwn() throws {
        let rule = Self.rule("low", "suppress: { by: user, for: 60s, summary: true }")
        let harness = try ReloadHarness(Self.configuration, files: ["rules/often.yaml": rule])
        try harness.start()
        for second in 1...3 { try feed(harness, second) }
        try harness.stop()
        try harness.start()
        for second in [90, 91] { try feed(harness, second) }
        try harness.stop()
        let ids = harness.alerts.matches(of: #/"match_id":"(\w+)"/#).map { String($0.1) }
        #expect(ids.count == 3 && Set(ids).count == 3)
    }

    @Test func aShadowCountsAndFiresNothing() throws {
        let harness = try ReloadHarness(Self.configuration, files: ["rules/often.yaml": Self.rule("low", "mode: shadow")])
        try harness.start()
        try feed(harness, 1)
        try feed(harness, 2)
        try harness.replace("rules/often.yaml", with: Self.rule("low", ""))
        try harness.waitForReloads(1)
        try feed(harness, 3)
        try harness.replace("rules/often.yaml", with: Self.rule("low", "mode: shadow"))
        try harness.waitForReloads(2)
        try feed(harness, 4)
        try harness.stop()
        #expect(harness.alertTexts.map(\.text) == ["u a@3 =00:03Z low"])
        #expect(harness.log.contains(" matches=4 rule=often "), "\(harness.log)")
    }
}

import TestSupport
import Testing

/// `suppress` counts from alerts that somebody got: one that was silenced holds nothing back, and takes no count with it.
@Suite(.serialized) struct SilencedSuppressionTests {
    private static func harness(workers: Int = 1, _ more: String = "") throws -> ReloadHarness {
        let configuration = """
            sources: { in: { path: in.ndjson, time: ts, idle: never } }
            rules: [rules]
            workers: \(workers)
            state: { url: "rocksdb:state", checkpoint: 10ms }
            actions: { alerts: { type: file, path: alerts.ndjson } }

            """
        let rule = """
            rule: often
            from: in
            by: user
            events: { a: k == "a" }
            pattern: a
            suppress: { by: user, for: 60s\(more) }
            tests: []

            """
        return try ReloadHarness(configuration, files: ["rules/often.yaml": rule])
    }

    private func feed(_ harness: ReloadHarness, _ second: Int, _ user: String = "u") throws {
        try harness.append("{\"ts\":\(ReloadCase.start + second),\"user\":\"\(user)\",\"k\":\"a\"}\n", to: "in.ndjson")
        try harness.waitForClock(second)
    }

    /// Silences `u` while the service is down; the silence's id.
    private func silence(_ harness: ReloadHarness) throws -> String {
        let arguments = ["silence", "add", "--config", harness.configurationPath, "--rule", "often", "--key", "user=u", "--for", "2h"]
        let result = try harness.command(arguments + ["--reason", "drill"])
        #expect(result.status == 0, "\(result)")
        return result.output.split(separator: "\n").joined()
    }

    /// Ends it; what the command says.
    private func end(_ harness: ReloadHarness, _ id: String) throws -> String {
        try harness.command(["silence", "rm", "--config", harness.configurationPath, id]).output
    }

    @Test(arguments: [(1, false), (3, true)]) func aSilencedAlertOpensNoTime(workers: Int, kills: Bool) throws {
        let harness = try Self.harness(workers: workers)
        let id = try silence(harness)
        try harness.start()
        try feed(harness, 50)
        if kills { harness.kill() } else { try harness.stop() }
        #expect(try end(harness, id) == "silence \(id) of often is over; 1 alert not delivered\n")
        try harness.start()
        for second in [51, 52] { try feed(harness, second) }
        try harness.stop()
        #expect(harness.alertTexts.map(\.text) == ["u a@51 =00:51Z"])
        #expect(harness.log.contains(" matches=3 rule=often silenced=1 suppressed=1 "), "\(harness.log)")
    }

    /// Within the time that an alert opened which somebody got, further ones are suppressed, silenced or not; behind it they are silenced,
    /// and the count waits for an alert that arrives.
    @Test func aCountWaitsForAnAlertThatArrives() throws {
        let harness = try Self.harness()
        try harness.start()
        for second in [1, 2] { try feed(harness, second) }
        try harness.stop()
        let id = try silence(harness)
        try harness.start()
        for second in [3, 90, 91] { try feed(harness, second) }
        harness.kill()
        #expect(try end(harness, id) == "silence \(id) of often is over; 2 alerts not delivered\n")
        try harness.start()
        try feed(harness, 92)
        try harness.stop()
        #expect(harness.alertTexts.map(\.text) == ["u a@1 =00:01Z", "u a@92 =01:32Z +2"])
        #expect(harness.log.contains(" matches=6 rule=often silenced=2 suppressed=2 "), "\(harness.log)")
    }

    /// A summary that would be silenced is not made: its count goes with the next alert, and no summary comes after that.
    @Test func aSilencedSummaryIsCarriedByTheNextAlert() throws {
        let harness = try Self.harness(workers: 2, ", summary: true")
        try harness.start()
        for second in [1, 2, 3] { try feed(harness, second) }
        try harness.stop()
        let id = try silence(harness)
        try harness.start()
        try feed(harness, 70, "w")
        harness.kill()
        #expect(try end(harness, id) == "silence \(id) of often is over; 0 alerts not delivered\n")
        try harness.start()
        try feed(harness, 71, "w")
        try feed(harness, 80)
        try feed(harness, 81)
        try feed(harness, 200, "x")
        try harness.stop()
        #expect(
            harness.alertTexts.map(\.text) == [
                "u a@1 =00:01Z", "w a@70 =01:10Z", "u a@80 =01:20Z +2", "w =02:10Z suppressed +1", "u =02:20Z suppressed +1",
                "x a@200 =03:20Z",
            ])
        #expect(harness.log.contains(" matches=8 rule=often silenced=0 suppressed=4 "), "\(harness.log)")
    }
}

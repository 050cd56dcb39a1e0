import Foundation
import TestSupport
import Testing

/// Files that are rotated, and go away, around a restart: what was read of them and waits is not lost, and what is known of one is
/// not taken for another.
@Suite(.serialized) struct RotationServiceTests {
    private static func harness(_ source: String, _ files: [String: String]) throws -> ServiceHarness {
        var files = files
        files["rule.yaml"] = ServiceHarness.ruleOfEveryEvent
        files[ServiceHarness.configurationFile] = """
            sources: { auth: \(source) }
            rules: [rule.yaml]
            actions: { out: { type: file, path: alerts.ndjson } }
            """
        return try ServiceHarness(files)
    }

    private static func lines(_ users: Range<Int>, every seconds: Int = 1) -> String {
        users.map { "{\"ts\":\(1_700_000_000 + $0 * seconds),\"user\":\"u\($0)\"}\n" }.joined()
    }

    private static func users(_ harness: ServiceHarness) -> [String] {
        harness.alertLines.compactMap { $0.firstMatch(of: /"key":\{"user":"(\w+)"/).map { String($0.1) } }
    }

    enum End: CaseIterable {
        case stop, kill, reload
    }

    /// The file is renamed while its events wait for the lateness, and read to its end.
    @Test(arguments: End.allCases) func whatWaitsOfARotatedFileIsNotLost(_ end: End) throws {
        let harness = try Self.harness(
            "{ path: auth.ndjson, time: ts, lateness: 30s, idle: never }", ["auth.ndjson": Self.lines(0..<40)])
        try harness.start()
        try harness.waitForLog("info running")
        let log = harness.folder.file("auth.ndjson")
        try harness.waitForAlerts(10)
        try FileManager.default.moveItem(atPath: log, toPath: log + ".1")
        try harness.folder.write(Self.lines(40..<52), to: "auth.ndjson")
        // Two seconds without growth, and it has ended.
        try eventually("the end of the first file", timeoutSeconds: 60) {
            !harness.hasOpen("auth.ndjson.1")
        }
        switch end {
        case .stop:
            harness.signal(SIGTERM)
            #expect(try harness.waitForExit() == 0)
            try harness.start()
        case .kill:
            // A checkpoint knows of the end.
            usleep(1_500_000)
            harness.kill()
            try harness.start()
        case .reload:
            try harness.folder.write(ServiceHarness.ruleOfEveryEvent.replacing("within: 1m", with: "within: 2m"), to: "rule.yaml")
            try harness.waitForLog("rules reloaded")
        }
        try harness.append(Self.lines(52..<140), to: "auth.ndjson")
        try harness.waitForAlerts(110)
        harness.signal(SIGTERM)
        #expect(try harness.waitForExit() == 0)
        #expect(Self.users(harness) == (0..<110).map { "u\($0)" })
        #expect(harness.accounts.allSatisfy { $0.addsUp } && !harness.log.contains(" error "), "\(harness.log)")
    }

    /// A file that is gone takes what waits of it with it, and the log says so; the next file's events are its own.
    @Test func aFileThatIsGoneIsTold() throws {
        let harness = try Self.harness(
            "{ path: 'in-*.ndjson', time: ts, lateness: 30s, idle: never }",
            ["in-a.ndjson": Self.lines(0..<100), "in-b.ndjson": Self.lines(70..<72)])
        try harness.start()
        try harness.waitForAlerts(42)
        harness.signal(SIGTERM)
        #expect(try harness.waitForExit() == 0)
        try FileManager.default.removeItem(atPath: harness.folder.file("in-a.ndjson"))
        try harness.append(Self.lines(72..<200), to: "in-b.ndjson")
        try harness.start()
        try harness.waitForAlerts(142)
        harness.signal(SIGTERM)
        #expect(try harness.waitForExit() == 0)
        // Of the first file those behind 41 are lost, of the second nothing is.
        #expect(Self.users(harness).suffix(100) == (70..<170).map { "u\($0)" })
        #expect(harness.log.contains("in-a.ndjson: the file that was "))
    }

    /// A store that has lost everything: a file that was rotated away is read again under its new name, and one that is gone is told of.
    @Test(arguments: [false, true]) func anEmptyStoreReadsRotatedFilesAgain(isDeleted: Bool) throws {
        let store = try TestStore(.redis)
        let harness = try ServiceHarness([
            ServiceHarness.configurationFile: """
            sources: { auth: { path: auth.ndjson, time: ts, idle: never } }
            rules: [rule.yaml]
            state: { url: "\(store.url)", checkpoint: 20ms }
            actions: { out: { type: file, path: alerts.ndjson } }

            """, "rule.yaml": ServiceHarness.ruleOfEveryEvent, "auth.ndjson": Self.lines(0..<10),
        ])
        try harness.start()
        try harness.waitForAlerts(10)
        let log = harness.folder.file("auth.ndjson")
        try FileManager.default.moveItem(atPath: log, toPath: log + ".1")
        try harness.folder.write(Self.lines(10..<15), to: "auth.ndjson")
        try harness.waitForAlerts(15)
        try eventually("the end of the first file", timeoutSeconds: 60) { !harness.hasOpen("auth.ndjson.1") }
        if isDeleted { try FileManager.default.removeItem(atPath: log + ".1") }
        try store.clear()
        try harness.append(Self.lines(15..<16), to: "auth.ndjson")
        try harness.waitForAlerts(16)
        harness.signal(SIGTERM)
        #expect(try harness.waitForExit() == 0)
        #expect(Self.users(harness) == (0..<16).map { "u\($0)" })
        #expect(harness.accounts.map(\.read) == [isDeleted ? 6 : 16], "\(harness.log)")
        #expect(harness.log.contains("auth.ndjson: the file that was to be read from its start is gone") == isDeleted, "\(harness.log)")
    }
}

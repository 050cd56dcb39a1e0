import Foundation
import TestSupport
import Testing

/// Sources that change between two starts on one state: every line is counted once, and decided once.
@Suite(.serialized) struct SourceChangeTests {
    private let store: TestStore
    private let harness: ServiceHarness
    private var sent: [String: Int] = [:]

    init() throws {
        store = try TestStore(.rocksdb)
        harness = try ServiceHarness(["rules.yaml": ServiceHarness.ruleOfEveryEvent])
    }

    /// Appends events of these seconds to the file of a source.
    private mutating func write(_ source: String, _ seconds: Int...) throws {
        let path = harness.folder.file("\(source).ndjson")
        if !FileManager.default.fileExists(atPath: path) { try harness.folder.write("", to: "\(source).ndjson") }
        for second in seconds {
            let number = sent[source, default: 0]
            sent[source] = number + 1
            try harness.append("{\"ts\":\(1_700_000_000 + second),\"user\":\"\(source)\(number)\"}\n", to: "\(source).ndjson")
        }
    }

    /// Runs the service with these sources, in this order, until so many alerts have arrived in all; what it has counted of each.
    private func run(_ sources: String..., lateness: Int = 0, alerts: Int) throws -> [String: ServiceAccounts] {
        let lines = sources.map { "  \($0): { path: \($0).ndjson, time: ts, lateness: \(lateness)s, idle: never }\n" }
        try harness.folder.write(
            """
            sources:
            \(lines.joined())rules: [rules.yaml]
            state: { url: "\(store.url)", checkpoint: 20ms }
            actions: { out: { type: file, path: alerts.ndjson } }

            """, to: ServiceHarness.configurationFile)
        try harness.start()
        try harness.waitForAlerts(alerts)
        harness.signal(SIGTERM)
        guard try harness.waitForExit() == 0 else { throw TestSupportError(harness.log) }
        return Dictionary(uniqueKeysWithValues: harness.accounts.map { ($0.source, $0) })
    }

    private var users: [String] { harness.alertLines.compactMap { $0.firstMatch(of: /"key":\{"user":"(\w+)"/).map { String($0.1) } } }

    /// Two sources have events of one time, of which one is released: the other's are not taken for that.
    @Test mutating func inAnotherOrder() throws {
        try write("a", 5, 10)
        try write("b", 5, 10, 10, 12)
        _ = try run("a", "b", alerts: 3)
        #expect(users == ["a0", "b0", "a1"])
        try write("a", 10, 20)
        try write("b", 20)
        let accounts = try run("b", "a", alerts: 8)
        #expect(Set(users).count == users.count && Set(users).isSuperset(of: ["b1", "b2", "b3", "a2"]), "\(users)")
        #expect(accounts["b"]?.read == 5 && accounts.values.allSatisfy(\.addsUp), "\(accounts)")
    }

    /// What waited of a source that is left out for a while is late when it is back, not forgotten.
    @Test mutating func leftOutForAWhile() throws {
        try write("a", 5, 10)
        try write("b", 5, 10, 10, 12)
        _ = try run("a", "b", alerts: 3)
        try write("a", 20, 30)
        _ = try run("a", alerts: 5)
        try write("a", 40)
        try write("b", 40, 41)
        let accounts = try run("b", "a", alerts: 7)
        #expect(accounts["b"]?.late == 3 && accounts.values.allSatisfy(\.addsUp), "\(accounts)")
        #expect(Set(users) == ["a0", "b0", "a1", "a2", "a3", "a4", "b4"] && users.count == 7, "\(users)")
    }

    /// What waits is decoded anew, by other times: nobody can tell then what had been decided, and the log says so.
    @Test mutating func decodedOtherwise() throws {
        try write("a", 5, 10, 12)
        _ = try run("a", lateness: 5, alerts: 1)
        let configuration = harness.text(ServiceHarness.configurationFile)
        try harness.folder.write(configuration.replacing("time: ts", with: "time: [ts, when]"), to: ServiceHarness.configurationFile)
        try harness.start()
        try harness.waitForLog("the format or time of a source has changed while some of it waits")
        harness.signal(SIGTERM)
        #expect(try harness.waitForExit() == 0)
        try harness.start()
        try harness.waitForLog("info running")
        #expect(!harness.log.contains("has changed while some of it waits"))
    }

    /// What was late stays late, and what waited is late or not, but not lost.
    @Test(arguments: [(5, 1), (1, 20)]) mutating func withAnotherLateness(_ before: Int, _ after: Int) throws {
        try write("a", 1, 20, 17, 18, 21)
        _ = try run("a", lateness: before, alerts: 1)
        try write("a", 60, 90)
        let accounts = try run("a", lateness: after, alerts: 4)["a"]
        #expect(accounts?.late == 2 && accounts?.addsUp == true && (accounts?.read ?? 0) >= 5, "\(String(describing: accounts))")
        #expect(Set(users).count == users.count && !users.contains("a2") && !users.contains("a3"), "\(users)")
    }
}

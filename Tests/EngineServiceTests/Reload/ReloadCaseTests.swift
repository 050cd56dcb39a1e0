import Foundation
import TestSupport
import Testing

/// One service with a rule for each way to change one, and one reload that changes them all.
@Suite(.serialized) struct ReloadCaseTests {
    private static func configuration(workers: Int) -> String {
        """
        sources: { in: { path: in.ndjson, time: ts, idle: never } }
        rules: [rules]
        patterns: [patterns]
        workers: \(workers)
        state: { url: "rocksdb:state", checkpoint: 10ms }
        actions: { alerts: { type: file, path: alerts.ndjson }, other: { type: file, path: other.ndjson } }
        default_actions: [alerts]

        """
    }

    private static func library(_ end: String) -> String { "library: shared\nevents:\n  end: k == \"\(end)\"\n" }

    @Test(arguments: [1, 2, 3]) func everyChangeKeepsOrDropsWhatItMust(workers: Int) throws {
        let cases = ReloadCase.all
        let harness = try ReloadHarness(Self.configuration(workers: workers))
        for item in cases { if let text = item.file(item.before) { try harness.write(text, to: "rules/\(item.name).yaml") } }
        try harness.write(Self.library("b"), to: "patterns/shared.yaml")
        func append(_ events: KeyPath<ReloadCase, [String]>, end: Int) throws {
            let lines = cases.flatMap { item in item[keyPath: events].map { (Int($0.prefix { $0 != " " }) ?? 0, item.line($0)) } }
            let text = lines.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1).joined()
            try harness.append(text + "{\"ts\":\(ReloadCase.start + end)}\n", to: "in.ndjson")
        }
        try harness.start()
        try append(\.first, end: 20)
        try harness.waitForClock(20)

        // What is to come, said before it is done.
        for item in cases { if let text = item.file(item.after) { try harness.write(text, to: "new/rules/\(item.name).yaml") } }
        try harness.write(Self.library("e"), to: "new/patterns/shared.yaml")
        let plan = try harness.command([
            "plan", "--config", harness.configurationPath, harness.path("new/rules"), "--patterns", harness.path("new/patterns"),
        ])
        var expected: [String] = []
        for item in cases {
            expected += item.others
            guard let words = item.plan else { continue }
            expected.append("\(item.before == nil ? "+" : words.hasPrefix("gone") ? "-" : "~") \(item.name): \(words)")
        }
        let lines = plan.output.split(separator: "\n").map(String.init)
        #expect(plan.status == 0 && plan.errors == "")
        #expect(lines.dropLast() == ArraySlice(expected.sorted { Self.rule($0) < Self.rule($1) }))

        try harness.replaceRules(with: "new")
        try harness.waitForReloads(1)
        let kept = Self.sum(expected, "kept")
        let dropped = Self.sum(expected, "dropped")
        #expect(lines.last == "2 added, 53 changed, 2 removed, 2 unchanged; partial matches: \(kept + 1) keys kept, \(dropped) dropped")
        #expect(harness.reloads.last?.contains(" keys_dropped=\(dropped) keys_kept=\(kept + 1) ") == true, "\(harness.log)")
        // What was dropped is gone from the store, what was kept is there.
        try eventually("the new rules in a checkpoint") { try harness.keyCount == kept + 1 }
        let held = harness.log.split(separator: "\n").filter { $0.contains("held back") }
        #expect(held.count == 3 && held.allSatisfy { $0.contains("; alerts held back that no other will tell of: 1 ") }, "\(held)")

        try append(\.then, end: 3000)
        try harness.waitForClock(3000)
        try harness.stop()
        let found = harness.alertTexts
        for item in cases {
            let own = found.filter { $0.rule.split(separator: ".").first.map(String.init) == item.name }.map(\.text)
            #expect(own == item.alerts, "\(item.name)")
        }
    }

    private static func rule(_ line: String) -> Substring { line.dropFirst(2).prefix { $0 != ":" } }

    private static func sum(_ lines: [String], _ word: String) -> Int {
        // `3 keys kept`, `1 key dropped`, or `3 keys kept, 1 dropped (…`.
        lines.flatMap { $0.prefix { $0 != "(" }.split(separator: ",") }.compactMap { part in
            let words = part.split(separator: " ")
            return words.last.map(String.init) == word ? words.first.flatMap { Int($0) } : nil
        }.reduce(0, +)
    }
}

import Foundation
import TestSupport
import Testing

/// However rule files are written, what runs is the last good set, and it is there without being asked for.
@Suite(.serialized) struct RuleFileTests {
    private static let configuration = """
        sources: { in: { path: in.ndjson, time: ts, idle: never } }
        rules: [rules]
        workers: 1
        state: { url: "rocksdb:state", checkpoint: 10ms }
        actions: { alerts: { type: file, path: alerts.ndjson } }

        """

    /// A rule whose alerts say which version made them. They come of an attempt that is always older than the version.
    private static func rule(_ version: Int, name: String = "probe") -> String {
        """
        rule: \(name)
        from: in
        by: user
        events: { a: k == "a", b: k == "b" }
        pattern: a -> b
        within: 1h
        skip: none
        select: { version: a.v * 0 + \(version) }
        tests: []

        """
    }

    private let harness: ReloadHarness

    init() throws {
        harness = try ReloadHarness(Self.configuration, files: ["rules/probe.yaml": Self.rule(0)])
        try harness.start()
        try harness.append(Self.event(1, "a"), to: "in.ndjson")
        try harness.waitForClock(1)
    }

    private static func event(_ second: Int, _ kind: String) -> String {
        "{\"ts\":\(ReloadCase.start + second),\"user\":\"u\",\"k\":\"\(kind)\",\"v\":1}\n"
    }

    /// The versions that the next events meet: of each rule.
    private func probe(_ second: Int) throws -> [String] {
        let before = harness.alertTexts.count
        try harness.append(Self.event(second, "b") + Self.event(second, "a"), to: "in.ndjson")
        try harness.waitForClock(second)
        try harness.wait("delivery") { try harness.outboxCount == 0 }
        return harness.alertTexts.dropFirst(before).map { "\($0.rule) " + ($0.text.split(separator: " ").last ?? "") }
    }

    private func errors() -> Int { harness.log.split(separator: "\n").count { $0.contains("rules have errors") } }

    @Test func editorsThatWriteInPlaceRenameAndSwap() throws {
        try harness.write(Self.rule(1), to: "rules/probe.yaml")
        try harness.waitForReloads(1)
        #expect(try probe(2) == ["probe version:1"])

        try harness.replace("rules/probe.yaml", with: Self.rule(2))
        try harness.waitForReloads(2)
        #expect(try probe(3) == ["probe version:2"])

        // The old file is moved away, as a backup, before the new one comes.
        try harness.move("rules/probe.yaml", to: "rules/probe.yaml~")
        try harness.write(Self.rule(3), to: "rules/probe.yaml")
        try harness.remove("rules/probe.yaml~")
        try harness.waitForReloads(3)
        #expect(try probe(4) == ["probe version:3"])

        // Both names stay, the files trade places.
        try harness.write(Self.rule(4), to: "spare.yaml")
        try harness.swap("spare.yaml", "rules/probe.yaml")
        try harness.waitForReloads(4)
        #expect(try probe(5) == ["probe version:4"])

        // Nothing is in it that was not there.
        try harness.replace("rules/probe.yaml", with: Self.rule(4) + "# said again\n")
        try harness.waitForLog("rules are as they were")
        #expect(try probe(6) == ["probe version:4"])

        // As long as it was, and said to be as old.
        let path = harness.path("rules/probe.yaml")
        let age = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate]
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.write(contentsOf: Data(Self.rule(5).utf8))
        try file.close()
        try FileManager.default.setAttributes([.modificationDate: age as Any], ofItemAtPath: path)
        try harness.waitForReloads(5)
        #expect(try probe(7) == ["probe version:5"])
        #expect(harness.reloads.count == 5 && errors() == 0, "\(harness.log)")
        #expect(harness.reloads.allSatisfy { $0.contains(" keys_dropped=0 keys_kept=1 ") }, "\(harness.log)")
        try harness.stop()
    }

    @Test func brokenHalfWrittenDeletedAndRenamedFiles() throws {
        let half = Self.rule(1).prefix(upTo: try #require(Self.rule(1).firstRange(of: "> b")).lowerBound)
        try harness.write(String(half), to: "rules/probe.yaml")
        try harness.wait("the error") { errors() == 1 }
        #expect(harness.log.contains("rules/probe.yaml:"), "\(harness.log)")
        #expect(harness.log.contains(": error[FX"), "\(harness.log)")
        #expect(try probe(2) == ["probe version:0"])
        try harness.append(String(Self.rule(1).dropFirst(half.count)), to: "rules/probe.yaml")
        try harness.waitForReloads(1)
        #expect(try probe(3) == ["probe version:1"])

        // One bad file holds back the good ones too.
        try harness.write(Self.rule(2), to: "rules/probe.yaml")
        try harness.write("rule: [", to: "rules/bad.yaml")
        try harness.wait("the error") { errors() == 2 }
        #expect(try probe(4) == ["probe version:1"])
        try harness.remove("rules/bad.yaml")
        try harness.waitForReloads(2)
        #expect(try probe(5) == ["probe version:2"])

        // A file with another name is another file with the same rule.
        try harness.move("rules/probe.yaml", to: "rules/other.yaml")
        try harness.waitForLog("rules are as they were")
        #expect(try probe(6) == ["probe version:2"])

        // A directory that is gone is no wish to have no rules.
        try harness.move("rules", to: "away")
        try harness.wait("the error") { errors() == 3 }
        #expect(try probe(7) == ["probe version:2"])
        try harness.move("away", to: "rules")
        try harness.wait("the same rules") { harness.log.split(separator: "\n").count { $0.contains("rules are as they were") } == 2 }

        // A file that is gone is one.
        try harness.write(Self.rule(3, name: "second"), to: "rules/second.yaml")
        try harness.waitForReloads(3)
        #expect(try probe(8) == ["probe version:2"])
        try harness.remove("rules/other.yaml")
        try harness.waitForReloads(4)
        #expect(harness.reloads.last?.contains("removed=1") == true)
        #expect(try probe(9) == ["second version:3"])
        try harness.remove("rules/second.yaml")
        try harness.waitForReloads(5)
        #expect(try probe(10) == [])
        #expect(try harness.keyCount == 0)
        #expect(errors() == 3, "\(harness.log)")
        try harness.stop()
    }

    /// As Kubernetes mounts a ConfigMap: files are links into `..data`, which is a link to a directory that is replaced.
    @Test func aDirectoryIsReplacedThroughASymbolicLink() throws {
        let manager = FileManager.default
        try harness.write(Self.rule(1), to: "rules/..first/probe.yaml")
        try manager.createSymbolicLink(atPath: harness.path("rules/..data"), withDestinationPath: "..first")
        try manager.createSymbolicLink(atPath: harness.path("rules/link.yaml"), withDestinationPath: "..data/probe.yaml")
        try harness.move("rules/link.yaml", to: "rules/probe.yaml")
        try harness.waitForReloads(1)
        #expect(try probe(2) == ["probe version:1"])
        for version in 2...4 {
            try harness.write(Self.rule(version), to: "rules/..\(version)/probe.yaml")
            try manager.createSymbolicLink(atPath: harness.path("rules/..data_tmp"), withDestinationPath: "..\(version)")
            try harness.move("rules/..data_tmp", to: "rules/..data")
            try harness.remove(version == 2 ? "rules/..first" : "rules/..\(version - 1)")
            try harness.waitForReloads(version)
            #expect(try probe(version + 1) == ["probe version:\(version)"])
        }
        #expect(errors() == 0, "\(harness.log)")
        try harness.stop()
    }

    /// A signal does not wait for anything; what it has read is not read again.
    @Test func hangUpReloadsAtOnce() throws {
        for version in 1...20 {
            try harness.replace("rules/probe.yaml", with: Self.rule(version))
            harness.signal(SIGHUP)
            try harness.waitForReloads(version)
            #expect(try probe(version + 1) == ["probe version:\(version)"])
        }
        harness.signal(SIGHUP)
        try harness.waitForLog("rules are as they were")
        let reads = harness.log.split(separator: "\n").filter { $0.contains("rules were read again") }
        #expect(reads.count == 20 && reads.contains { $0.contains("trigger=SIGHUP") }, "\(reads)")
        try harness.stop()
    }
}

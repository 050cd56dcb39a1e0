import EngineService
import EventEngine
import Foundation
import ReferenceMatcher
import RuleLanguage
import TestSupport
import Testing

/// Input that is large, late, broken or hostile.
@Suite struct WhyInputTests {
    private static let yaml = """
        rule: r
        by: user
        events:
          fail: outcome == "failure"
          ok: outcome == "success" and host == fail.host
        pattern: fail{3,} -> ok
        within: 10m

        """

    private static func report(
        _ text: String, key: String? = nil, _ configure: (inout Why.Options) -> Void = { _ in }
    ) throws -> WhyReport {
        let folder = try TemporaryFolder()
        try folder.write(yaml, to: "rule.yaml")
        try folder.write(text, to: "s.ndjson")
        var options = Why.Options(streams: [("s", [folder.file("s.ndjson")])], rule: "r")
        options.key = key
        configure(&options)
        return try Why(RuleLoader.load(paths: [folder.file("rule.yaml")], patternDirectories: []).rules, options: options).run()
    }

    private static func event(_ second: Int, _ user: String, _ outcome: String, _ host: String = "h") -> String {
        "{\"ts\":\(second),\"user\":\(user),\"outcome\":\"\(outcome)\",\"host\":\"\(host)\"}\n"
    }

    /// Thousands of attempts and keys leave no more behind than a few.
    @Test func whatIsKeptIsBounded() throws {
        var text = ""
        for second in 0..<6_000 {
            text += Self.event(second, "\"u\(second % 5000)\"", "failure")
            if second % 10 == 0 { text += Self.event(second, "\"often\"", second % 40 == 0 ? "success" : "failure", "x\(second)") }
        }
        let report = try Self.report(text, key: "often")
        let key = try #require(report.keys.first)
        #expect(key.attempts == 450)
        #expect(key.ends.reduce(0) { $0 + $1.count } == 450)
        #expect(key.shown.count <= 10 && key.nearMisses.count == 5)
        #expect(report.text.utf8.count < 20_000)
        let nearest = try Self.report(text)
        #expect(nearest.keys.count == 3)
        #expect(nearest.keys.allSatisfy { $0.attempts > 0 })
    }

    @Test func brokenAndLateLinesAreCounted() throws {
        let text = Self.event(5, "\"a\"", "failure") + "no JSON\n{}\n" + Self.event(3, "\"a\"", "failure")
        let funnel = try Self.report(text).funnel
        #expect(funnel.read == 2 && funnel.late == 1 && funnel.malformed == 2 && funnel.ofStream == 1)
    }

    @Test func textsThatMeanSomethingElsewhereAreHarmless() throws {
        let user = #""\u001b[31m\"\n]},{""#
        let text = Self.event(1, user, "failure", #"\u0007"#) + Self.event(2, user, "success", #"\u001b"#)
        let report = try Self.report(text)
        #expect(!report.text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
        var buffer = ByteBuffer()
        report.appendJSON(to: &buffer)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(buffer.text.utf8)) as? [String: Any])
        let keys = try #require(object["keys"] as? [[String: Any]])
        #expect((keys[0]["key"] as? [String: String])?["user"] == "\u{1b}[31m\"\n]},{")
    }

    @Test func longEventsAreClipped() throws {
        let text = Self.event(1, "\"a\"", "failure", String(repeating: "x", count: 100_000))
        let report = try Self.report(text + Self.event(2, "\"a\"", "success", String(repeating: "é", count: 100_000)))
        #expect(report.text.utf8.count < 3_000)
        var buffer = ByteBuffer()
        report.appendJSON(to: &buffer)
        #expect(buffer.count < 20_000)
        _ = try JSONSerialization.jsonObject(with: Data(buffer.text.utf8))
    }

    @Test func changedBytesAreReadOrCounted() throws {
        var random = SeededGenerator(seed: 5)
        let folder = try TemporaryFolder()
        try folder.write(Self.yaml, to: "rule.yaml")
        let rules = RuleLoader.load(paths: [folder.file("rule.yaml")], patternDirectories: []).rules
        for _ in 0..<300 {
            var bytes = Array((0..<20).map { Self.event($0, "\"u\($0 % 3)\"", $0 % 4 == 3 ? "success" : "failure") }.joined().utf8)
            for _ in 0..<random.number(1...12) { bytes[random.number(0...bytes.count - 1)] = UInt8(random.number(0...255)) }
            try Data(bytes).write(to: URL(fileURLWithPath: folder.file("s.ndjson")))
            let report = try Why(rules, options: Why.Options(streams: [("s", [folder.file("s.ndjson")])], rule: "r")).run()
            for key in report.keys { #expect(key.ends.reduce(0) { $0 + $1.count } == key.attempts) }
            var buffer = ByteBuffer()
            report.appendJSON(to: &buffer)
            _ = try JSONSerialization.jsonObject(with: Data(buffer.text.utf8))
        }
    }

    @Test func filesOfSeveralStreamsAndCSV() throws {
        let folder = try TemporaryFolder()
        try folder.write("rule: r\nevents:\n  a: v > 1\n  b: v > 2\npattern: a -> b\nwithin: 1m\n", to: "rule.yaml")
        try folder.write("ts,v\n1,2\n", to: "one.csv")
        try folder.write("ts,v\n\"2\",1\n3,2\n", to: "two.csv")
        var options = Why.Options(streams: [("one", [folder.file("one.csv")]), ("two", [folder.file("two.csv")])], rule: "r")
        options.input.format = .csv(columns: nil)
        let report = try Why(RuleLoader.load(paths: [folder.file("rule.yaml")], patternDirectories: []).rules, options: options).run()
        let key = try #require(report.keys.first)
        #expect(key.shown.map(\.start.event.line) == [2, 3])
        #expect(key.nearMisses.map(\.event.line) == [2, 3])
        #expect(key.nearMisses.map(\.event.stream) == ["two", "two"])
    }

    @Test func whatCannotBeAsked() throws {
        func failure(_ configure: (inout Why.Options) -> Void) throws -> String {
            do {
                _ = try Self.report("", key: nil, configure)
                return "none"
            } catch let error as Why.Failure {
                return error.description
            }
        }
        #expect(try failure { $0.rule = "other" } == "no rule `other`")
        #expect(try failure { $0.key = #"["a","b"]"# } == "a key of rule `r` has 1 part (user), not 2 parts")
        #expect(try failure { $0.key = "[[]]" } == "--key needs one value, or a JSON array of texts, numbers and null, not '[[]]'")
        #expect(
            try failure { $0.streams = [("s", ["-"])] }
                == "the input is read twice, and standard input can be read only once; save it as a file")
        #expect(try failure { $0.streams = [("s", ["/nowhere"])] }.hasPrefix("/nowhere: "))
    }
}

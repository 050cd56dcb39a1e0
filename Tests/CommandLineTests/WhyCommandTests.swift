import Foundation
import Testing

@Suite struct WhyCommandTests {
    private static let arguments = ["why", "--rules", "rules.yaml", "--rule", "auth.bruteforce", "--input"]

    private static func bench() throws -> Workbench {
        try Workbench([
            "rules.yaml": Workbench.rule,
            "auth.ndjson": Workbench.event(0, "bob", "failure") + Workbench.event(10, "bob", "failure")
                + Workbench.event(700, "bob", "success") + Workbench.event(710, "ann", "failure"),
            "auth.csv": "ts,user,outcome\n1767225600,bob,failure\n1767225601,bob,failure\n1767225602,bob,success\n",
        ])
    }

    @Test func itSaysWhyARuleDidNotFire() throws {
        let result = try Self.bench().run(Self.arguments + ["auth.ndjson", "--key", "bob"])
        #expect(result.status == 0 && result.errors == "")
        #expect(
            result.output.hasPrefix(
                """
                auth.bruteforce did not fire for user "bob"; of 2 attempts the furthest bound fail × 2 and needed 1 event more, but within \
                10m ended at 2026-01-01T00:10:00Z; the nearest event for ok, auth.ndjson:3 at 2026-01-01T00:11:40Z, came 1m40s after \
                within had ended.

                """))
    }

    @Test func aReportIsOneLineOfJSON() throws {
        let result = try Self.bench().run(Self.arguments + ["auth.ndjson", "--format", "json"])
        #expect(result.status == 0 && result.output.filter { $0 == "\n" }.count == 1)
        let report = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        let keys = try #require(report["keys"] as? [[String: Any]])
        #expect(keys.map { ($0["key"] as? [String: String])?["user"] } == ["bob", "ann"])
        let missed = try #require((keys[0]["near_misses"] as? [[String: Any]])?.first)
        #expect(missed["reason"] as? String == "too_late" && missed["by"] as? Int == 100_000_000_000)
        #expect((missed["event"] as? [String: Any])?["line"] as? Int == 3)
    }

    @Test func inputIsReadAsReplayReadsIt() throws {
        let bench = try Self.bench()
        #expect(try bench.run(Self.arguments + ["auth.csv"]).output.hasPrefix("auth.bruteforce fired 1 time for 1 key.\n"))
        #expect(
            try bench.run(Self.arguments + ["auth.ndjson", "--stream", "web"]).output.hasPrefix(
                "auth.bruteforce did not fire; none of 4 events is of the stream auth.\n"))
        #expect(
            try bench.run(Self.arguments + ["auth.ndjson", "--time-field", "when"]).output.hasPrefix(
                "auth.bruteforce did not fire; the input has no event.\n"))
    }

    @Test func mistakesAreToldApart() throws {
        let bench = try Self.bench()
        let wrong = try bench.run(["why", "--rules", "rules.yaml", "--rule", "auth.bruteforc", "--input", "auth.ndjson"])
        #expect(wrong.status == 1 && wrong.errors == "error: no rule `auth.bruteforc`; did you mean `auth.bruteforce`?\n")
        #expect(try bench.run(Self.arguments + ["nowhere.ndjson"]).status == 3)
        #expect(try bench.run(Self.arguments + ["-"]).status == 2)
        #expect(try bench.run(Self.arguments + ["auth.ndjson", "--limit", "0"]).status == 2)
        #expect(try bench.run(Self.arguments + ["auth.ndjson", "--lateness", "soon"]).status == 2)
        #expect(try bench.run(Self.arguments + ["auth.ndjson", "auth.csv"]).status == 2)
        #expect(try bench.run(["why", "--rule", "auth.bruteforce", "--input", "auth.ndjson"]).status == 2)
        let key = try bench.run(Self.arguments + ["auth.ndjson", "--key", #"["a","b"]"#])
        #expect(key.status == 2 && key.errors == "error: a key of rule `auth.bruteforce` has 1 part (user), not 2 parts\n")
    }

    /// Of live state it shows what `state show` shows.
    @Test func liveStateShowsWhatIsAwaited() throws {
        let bench = try Workbench()
        let url = "rocksdb:\(bench.path)/state"
        try StateSample().fill(url)
        let result = try bench.run(["why", "--state", url, "--rule", "auth.bruteforce", "--key", "bob"])
        #expect(result.status == 0 && result.errors == "")
        #expect(result.output.contains("\n    awaits -> ok, until 2026-01-01T00:10:00Z\n"))
        #expect(
            result.output == (try bench.run(["state", "show", "--state", url, "--rule", "auth.bruteforce", "--key", "bob"])).output)
        #expect(try bench.run(["why", "--state", url, "--rule", "auth.bruteforce", "--input", "auth.ndjson"]).status == 2)
        #expect(try bench.run(["why", "--state", "nowhere", "--rule", "auth.bruteforce"]).status == 2)
    }
}

import Foundation
import Testing

@Suite struct ReplayCommandTests {
    private static let bob =
        Workbench.event(0, "bob", "failure") + Workbench.event(10, "bob", "failure") + Workbench.event(20, "bob", "success")

    @Test func writesAMatchAsOneLine() throws {
        let bench = try Workbench(["rule.yaml": Workbench.rule, "auth.ndjson": Self.bob])
        let result = try bench.run(["replay", "--rules", "rule.yaml", "--input", "auth.ndjson"])
        #expect(result.status == 0)
        let start = #"{"match_id":""#
        #expect(result.output.hasPrefix(start))
        #expect(result.output.dropFirst(start.count).prefix(32).allSatisfy { $0.isHexDigit && !$0.isUppercase })
        let rest = """
            ","rule":"auth.bruteforce","level":"high","key":{"user":"bob"},"start":"2026-01-01T00:00:00Z",\
            "end":"2026-01-01T00:00:20Z","events":[\
            {"name":"fail","event":{"ts":1767225600,"user":"bob","outcome":"failure"}},\
            {"name":"fail","event":{"ts":1767225610,"user":"bob","outcome":"failure"}},\
            {"name":"ok","event":{"ts":1767225620,"user":"bob","outcome":"success"}}],"select":{"failures":2}}

            """
        #expect(String(result.output.dropFirst(start.count + 32)) == rest)
        #expect(result.errors.contains("3 events in "))
        #expect(result.errors.contains("1 match of 1 rule\n  high  auth.bruteforce: 1\n"))
        #expect(try bench.run(["replay", "--rules", "rule.yaml", "--input", "-", "--quiet"], input: Self.bob).output == result.output)
        #expect(try bench.run(["replay", "--rules", "rule.yaml", "--input", "-", "--quiet"], input: Self.bob).errors.isEmpty)
    }

    @Test func keepsMalformedLinesAndGoesOn() throws {
        let bench = try Workbench(["rule.yaml": Workbench.rule])
        let hostile = [UInt8]("no json\n{\"ts\":1".utf8) + [0xFF, 0x00, 0x0A] + Array(repeating: UInt8(ascii: "["), count: 100_000)
        try bench.write(Data(hostile + [0x0A] + Array(Self.bob.utf8)), to: "auth.ndjson")
        let result = try bench.run(["replay", "--rules", "rule.yaml", "--input", "auth.ndjson", "--dead-letter", "dead"])
        #expect(result.status == 0)
        #expect(result.output.split(separator: "\n").count == 1)
        #expect(result.errors.contains("3 malformed\n  auth.ndjson:1: not a JSON object\n"))
        let dead = try bench.text(of: "dead")
        #expect(dead.hasPrefix("no json\n"))
        #expect(dead.utf8.count(where: { $0 == 0x0A }) == 3)
    }

    @Test func mergesFilesByTime() throws {
        let bench = try Workbench([
            "rule.yaml": Workbench.rule,
            "a.ndjson": Workbench.event(0, "bob", "failure") + Workbench.event(20, "bob", "success"),
            "b.ndjson": Workbench.event(10, "bob", "failure"),
        ])
        let result = try bench.run(["replay", "--rules", "rule.yaml", "--input", "a.ndjson", "b.ndjson", "--output", "out"])
        #expect(result.status == 0)
        #expect(result.output.isEmpty)
        #expect(try bench.text(of: "out").contains(#""select":{"failures":2}}"#))
    }

    @Test func mergesStreamsByTime() throws {
        let rule = """
            rule: pair
            events: { a: 'k == "a"', b: 'k == "b"', c: 'k == "c"' }
            from: { a: left, b: right, c: left }
            pattern: a , b , c

            """
        let bench = try Workbench([
            "rule.yaml": rule, "left.ndjson": "{\"ts\":1,\"k\":\"a\"}\n{\"ts\":3,\"k\":\"c\"}\n",
            "right.ndjson": "{\"ts\":2,\"k\":\"b\"}\n",
        ])
        let result = try bench.run(["replay", "--rules", "rule.yaml", "--input", "right.ndjson", "left.ndjson"])
        #expect(result.output.split(separator: "\n").count == 1)
    }

    @Test func sortsAndCountsLateEvents() throws {
        let mixed = Workbench.event(20, "bob", "success") + Workbench.event(10, "bob", "failure") + Workbench.event(0, "bob", "failure")
        let bench = try Workbench(["rule.yaml": Workbench.rule, "auth.ndjson": mixed])
        let unsorted = try bench.run(["replay", "--rules", "rule.yaml", "--input", "auth.ndjson"])
        #expect(unsorted.output.isEmpty)
        #expect(unsorted.errors.contains(" 2 late, 0 malformed"))
        let arguments = ["replay", "--rules", "rule.yaml", "--input", "auth.ndjson"]
        #expect(try bench.run(arguments + ["--sort"]).output.split(separator: "\n").count == 1)
        #expect(try bench.run(arguments + ["--lateness", "30s"]).output.split(separator: "\n").count == 1)
    }

    @Test func readsCSV() throws {
        let bench = try Workbench([
            "rule.yaml": Workbench.rule,
            "auth.csv": "ts,user,outcome\n1767225600,bob,failure\n1767225610,bob,failure\n1767225620,bob,success\n",
        ])
        let result = try bench.run(["replay", "--rules", "rule.yaml", "--input", "auth.csv"])
        #expect(result.output.contains(#"{"name":"ok","event":{"ts":1767225620,"user":"bob","outcome":"success"}}"#))
    }

    @Test func exitCodesTellUsageFromEnvironment() throws {
        let bench = try Workbench(["rule.yaml": Workbench.rule, "bad.yaml": "rule: x\npattern: nothing\n", "auth.ndjson": Self.bob])
        #expect(try bench.run(["replay", "--rules", "rule.yaml"]).status == 2)
        #expect(try bench.run(["bogus"]).status == 2)
        #expect(try bench.run(["replay", "--rules", "rule.yaml", "--input", "auth.ndjson", "--lateness", "x"]).status == 2)
        #expect(try bench.run(["replay", "--rules", "rule.yaml", "--input", "absent"]).status == 3)
        #expect(try bench.run(["replay", "--rules", "absent", "--input", "auth.ndjson"]).status == 3)
        #expect(try bench.run(["replay", "--rules", "rule.yaml", "--input", "auth.ndjson", "--output", "no/such"]).status == 3)
        #expect(try bench.run(["replay", "--rules", "bad.yaml", "--input", "auth.ndjson"]).status == 1)
        #expect(try bench.run(["--version"]).status == 0)
        #expect(try bench.run(["explain", "rule.yaml", "--rule", "auth.bruteforc"]).status == 1)
    }
}

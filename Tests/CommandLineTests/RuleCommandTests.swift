import Foundation
import Testing

@Suite struct RuleCommandTests {
    @Test func checkShowsWhereAnErrorLies() throws {
        let bench = try Workbench(["rule.yaml": Workbench.rule.replacingOccurrences(of: "-> ok", with: "-> okx")])
        let result = try bench.run(["check", "rule.yaml"])
        #expect(result.status == 1)
        #expect(
            result.output.contains(
                "rule.yaml:8:22: error[FX0202]: no event `okx` is declared\n  pattern: fail{2,} -> okx\n                       ^~~\n"))
        #expect(result.output.contains("did you mean `ok`?"))
        #expect(result.errors == "0 rules, 1 error, 1 warning\n")
        let json = try bench.run(["check", "rule.yaml", "--format", "json"])
        #expect(json.output.contains(#""file":"rule.yaml","line":8,"column":22,"#))
    }

    @Test func testsPassAndFail() throws {
        let tests = """
            tests:
              - name: two <then> one
                given: |
                  0s..10s/10s {user: bob, outcome: failure}
                  20s {user: bob, outcome: success}
                expect: [{ failures: 2, user: bob, kind: match, level: high }]
              - name: late & dropped
                given: |
                  0s..10s/10s {user: bob, outcome: failure}
                  advance 1m
                  20s {user: bob, outcome: success}
                expect: [{ failures: 3 }]

            """
        let bench = try Workbench(["rule.yaml": Workbench.rule + tests])
        let result = try bench.run(["test", "rule.yaml", "--junit", "junit.xml"])
        #expect(result.status == 1)
        #expect(
            result.output == """
                FAILED auth.bruteforce: late & dropped (rule.yaml:17)
                  expected 1 match, got 0 matches
                  - match 1: expected {failures: 3}, got none
                2 tests of 1 rule, 1 failed

                """)
        let junit = try bench.text(of: "junit.xml")
        #expect(junit.contains("<testsuite name=\"auth.bruteforce\" tests=\"2\" failures=\"1\">"))
        #expect(junit.contains("name=\"two &lt;then&gt; one\" file=\"rule.yaml\" line=\"12\"/>"))
        #expect(junit.contains("name=\"late &amp; dropped\""))
        #expect(try bench.run(["test", "rule.yaml", "--filter", "nothing"]).status == 1)
    }
}

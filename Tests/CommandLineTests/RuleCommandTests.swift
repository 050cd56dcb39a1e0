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

    /// A rule that reads nothing but matches is given them by its tests, like any events.
    @Test func rulesOfMatchesAreTested() throws {
        let rule = """
            rule: repeated
            from: matches
            by: key.user
            events: { guessed: rule == "auth.bruteforce" }
            pattern: guessed{2}
            within: 1h
            tests:
              - name: twice
                given: |
                  0s {rule: auth.bruteforce, key: {user: bob}}
                  1m {rule: auth.bruteforce, key: {user: bob}}
                expect: [{}]
              - name: of others
                given: |
                  0s {rule: auth.bruteforce, key: {user: bob}}
                  1m {rule: auth.bruteforce, key: {user: ann}}
                  2m {rule: other, key: {user: bob}}
                expect: []

            """
        let result = try Workbench(["rule.yaml": rule]).run(["test", "rule.yaml"])
        #expect(result.status == 0 && result.output == "2 tests of 1 rule, 0 failed\n", "\(result.output)\(result.errors)")
    }
}

import Testing

@Suite struct RunCommandTests {
    private static let configuration = #"""
        sources:
          auth: { path: auth.ndjson, time: ts, lateness: 5s }
        rules: [rule.yaml]
        state: { url: "redis://:${env:FLUXCORE_TEST_PASSWORD}@127.0.0.1:6379/0" }
        actions:
          soc: { type: file, path: alerts.ndjson }
        """#
    private static let password = ["FLUXCORE_TEST_PASSWORD": "hunter2-and-more"]

    private func bench(_ configuration: String = configuration, actions: String = "soc") throws -> Workbench {
        try Workbench(["fluxcore.yaml": configuration, "rule.yaml": Workbench.rule + "tests: []\nactions: [\(actions)]\n"])
    }

    @Test func checkShowsWhatTheConfigurationComesTo() throws {
        let arguments = ["run", "--config", "fluxcore.yaml", "--check", "--workers", "2", "--log-level", "debug"]
        let result = try bench().run(arguments, environment: Self.password)
        #expect(result.status == 0)
        #expect(
            result.output == """
                source           auth: file auth.ndjson, followed, ndjson, time in ts, lateness 5s, idle after 30s, from the beginning, late events dropped
                rules            rule.yaml
                patterns         beside the rules
                workers          2
                state            redis://:${env:FLUXCORE_TEST_PASSWORD}@127.0.0.1:6379/0, checkpoint every 100ms or 1,000,000 events, memory without bound, tried for 30s at start
                action           soc: file alerts.ndjson
                default actions  soc
                dead letters     counted only
                log              debug as text

                """)
        #expect(result.errors == "1 rule, 0 errors, 0 warnings\n")
    }

    @Test func checkFindsMistakesOfTheConfiguration() throws {
        let result = try bench().run(["run", "--config", "fluxcore.yaml", "--check"])
        #expect(result.status == 1)
        #expect(
            result.output == #"""
                fluxcore.yaml:4:25: error[FX0602]: the environment has no variable `FLUXCORE_TEST_PASSWORD`
                  state: { url: "redis://:${env:FLUXCORE_TEST_PASSWORD}@127.0.0.1:6379/0" }
                                          ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~

                """#)
        #expect(result.errors == "1 error, 0 warnings\n")
    }

    @Test func checkFindsMistakesOfRules() throws {
        let result = try bench(actions: "sco").run(["run", "--config", "fluxcore.yaml", "--check"], environment: Self.password)
        #expect(result.status == 1)
        #expect(
            result.output.hasPrefix(
                """
                rule.yaml:1:7: error[FX0601]: rule `auth.bruteforce` names the action `sco`, which is not configured
                  rule: auth.bruteforce
                        ^~~~~~~~~~~~~~~
                  hint: did you mean `soc`?

                """))
        #expect(result.errors == "1 rule, 1 error, 0 warnings\n")
        #expect(
            try !bench(actions: "sco").run(["run", "--config", "fluxcore.yaml"], environment: Self.password).errors.contains("hunter2"))
    }

    /// A path that holds a secret is shown as it was written.
    @Test func pathsOfFindingsAreRedacted() throws {
        let configuration = "sources: { s: { type: stdin } }\nrules: ['${env:FLUXCORE_TEST_RULES}']\n"
        let result = try bench(configuration, actions: "a").run(
            ["run", "--config", "fluxcore.yaml", "--check"], environment: ["FLUXCORE_TEST_RULES": "rule.yaml"])
        #expect(result.status == 1)
        #expect(result.output.hasPrefix("${env:FLUXCORE_TEST_RULES}:1:7: error[FX0601]: "))
    }

    @Test func exitCodesTellUsageFromEnvironment() throws {
        let bench = try bench()
        #expect(try bench.run(["run"]).status == 2)
        #expect(try bench.run(["run", "--config", "fluxcore.yaml", "--workers", "0"]).status == 2)
        #expect(try bench.run(["run", "--config", "fluxcore.yaml", "--log-level", "loud"]).status == 2)
        #expect(try bench.run(["run", "--config", "absent.yaml", "--check"]).status == 3)
        #expect(try bench.run(["run", "--config", ".", "--check"]).status == 3)
        let findings = try bench.run(["run", "--config", "fluxcore.yaml"])
        #expect(findings.status == 1 && findings.output.isEmpty && findings.errors.contains("error[FX0602]"))
    }
}

import EngineService
import Foundation
import RuleLanguage
import Testing

/// What the repository ships under `rules` and `patterns`.
@Suite struct ShippedRulesTests {
    private static let set = RuleLoader.load(paths: [Repository.path("rules"), Repository.path("patterns")])

    @Test func compileWithoutAWarning() {
        #expect(DiagnosticRenderer().text(Self.set.diagnostics) == "")
        #expect(Self.set.rules.count >= 30)
    }

    @Test func standInEveryDomain() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Repository.path("rules")).sorted()
        #expect(folders == ["authentication", "cloud", "endpoint", "network", "operations", "payments"])
    }

    @Test func pass() throws {
        var tests = 0
        for rule in Self.set.rules {
            let outcomes = try #require(RuleTestRunner(rule)).runAll()
            tests += outcomes.count
            for outcome in outcomes { #expect(outcome.failure == nil, "\(outcome.rule): \(outcome.test)") }
        }
        #expect(tests >= 80)
    }

    @Test func haveTestsThatMatchAndTestsThatDoNot() {
        let instances = Set(Self.set.rules.filter { rule in Self.set.rules.contains { rule.id.hasPrefix($0.id + ".") } }.map(\.id))
        for rule in Self.set.rules where !instances.contains(rule.id) {
            #expect(rule.tests.contains { !$0.expectations.isEmpty }, "\(rule.id) has no test that matches")
            let isNegative = { (test: RuleTest) in
                test.expectations.allSatisfy { $0.fields.contains { $0.name == "kind" && $0.value == .string("timeout") } }
            }
            #expect(rule.tests.contains(where: isNegative), "\(rule.id) has no test that does not match")
        }
    }

    @Test func saySomethingToWhoGetsTheAlert() {
        for rule in Self.set.rules {
            #expect(!rule.title.isEmpty && rule.description.utf8.count > 40 && !rule.tags.isEmpty, "\(rule.id)")
        }
    }

    @Test func areListedInTheReadme() throws {
        let readme = try String(contentsOfFile: Repository.path("README.md"), encoding: .utf8)
        let bases = Self.set.rules.filter { !$0.tests.isEmpty }
        for rule in bases {
            #expect(readme.contains("| [`\(rule.id)`]("), "\(rule.id)")
            #expect(readme.contains("| \(rule.level.rawValue) | \(rule.title) |"), "\(rule.id)")
        }
        #expect(bases.count >= 28)
    }

    @Test func findTheIncidentsOfTheSampleDay() throws {
        let workshop = try Workshop()
        let streams = ["auth", "sysmon", "network", "cloud", "payments", "ops"].map { "day/\($0).ndjson" }.joined(separator: " ")
        let output = try workshop.output(
            of: "tools/sample-events day && fluxcore replay --quiet --rules rules --input \(streams)")
        let found = output.split(separator: "\n").compactMap { $0.firstMatch(of: #/"rule":"([^"]+)"/#).map { String($0.1) } }
        #expect(
            found.sorted() == [
                "auth.account_takeover", "auth.bruteforce_success", "auth.bruteforce_success.strict", "auth.mfa_fatigue",
                "auth.mfa_fatigue.privileged", "auth.ssh_bruteforce", "cloud.bucket_left_public", "cloud.calls_while_unlogged",
                "endpoint.discovery_burst", "endpoint.recovery_sabotage", "endpoint.script_host_shell", "network.beaconing",
                "ops.crash_loop", "ops.service_down", "ops.service_down.critical_path", "payments.card_testing",
            ])
    }

    @Test func useEveryOperatorAndPolicy() {
        var found: Set<String> = []
        for rule in Self.set.rules {
            var census = PatternCensus()
            census.count(rule.pattern)
            found.formUnion(census.found)
            found.formUnion(PatternCensus.policies(of: rule))
        }
        #expect(PatternCensus.all.subtracting(found).sorted() == [])
    }
}

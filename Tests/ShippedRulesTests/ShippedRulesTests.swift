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

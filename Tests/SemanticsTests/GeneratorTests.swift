import ReferenceMatcher
import RuleLanguage
import Testing

/// What random cases are held to before anything is held against them.
@Suite struct GeneratorTests {
    @Test func printedPatternsReadBackAsTheyWere() {
        for seed in 0..<3_000 as Range<UInt64> {
            let rule = DifferentialHarness.makeCase(seed: seed).rule
            let printer = PatternPrinter(names: rule.events.map(\.name))
            let text = printer.text(rule.pattern)
            // The compact reader takes a second for a nanosecond; its text is the measure, not its numbers.
            let again = CompactPattern.read(text, names: rule.events.compactMap(\.name.first)).pattern
            #expect(PatternPrinter(names: rule.events.map(\.name)).text(again).replacing("ns", with: "s") == text)
        }
    }

    @Test func everyOperatorAndPolicyOccurs() {
        let texts = (0..<3_000).map { RulePrinter.yaml(DifferentialHarness.makeCase(seed: $0).rule) }
        let expected = [
            " -> ", " ->> ", " , ", "->[<=", "->[>=", "..", "?", "*", "+", "{2,}", "{2}", "??", "*?", "+?", "[->]", "[,]", " | ",
            "permute(",
            " of (", "!n", "!a", " for ", " until ", " within ", "within: ", "until: q", "having: ", "where: ", "by: [", "by: {", "'?k'",
            "skip: past_last", "skip: to_next", "skip: none", "skip: to_first(", "skip: to_last(", "emit: first", "emit: final",
            "emit: all",
            "prefer: latest", "drop_oldest", "drop_newest", "timeout: emit", "first(", "prev(", "lag(", "count(", "distinct(",
        ]
        for part in expected { #expect(texts.contains { $0.contains(part) }, "never \(part)") }
    }

    @Test func arrivalsAreNeverTooLateAndKeepTies() {
        let lateness: Int64 = 2_000_000_000
        var reordered = 0
        for seed in 0..<500 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let events = RandomStream.make(&random)
            let arrival = RandomStream.arrival(of: events, lateness: lateness, &random)
            if arrival != events { reordered += 1 }
            var greatest = Int64.min
            for event in arrival {
                greatest = max(greatest, event.time)
                #expect(event.time >= greatest - lateness)
            }
            let released = arrival.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
            #expect(released == events)
        }
        #expect(reordered > 100)
    }

    @Test func aMatcherHoldsAgainstItself() async {
        var harness = DifferentialHarness { rule, events, end in ReferenceMatcher.run(rule, events, end: end).matches }
        harness.cases = 2_000
        harness.seed = 1
        let report = await harness.run()
        #expect(report.failures.isEmpty)
        #expect(report.compared + report.leftOut == 2_000)
        #expect(report.matching > 600)
        #expect(report.leftOut < 100)
    }

    @Test func aWrongMatcherIsFoundAndItsCaseMadeSmall() async throws {
        // Wrong on purpose: takes every `,` for `->`.
        var harness = DifferentialHarness { rule, events, end in
            var rule = rule
            rule.pattern = Self.relaxed(rule.pattern)
            return ReferenceMatcher.run(rule, events, end: end, sizeLimit: 2_000).matches
        }
        harness.cases = 2_000
        harness.seed = 1
        let failure = try #require(await harness.run().failures.first)
        #expect(failure.hasPrefix("FLUXCORE_SEED="))
        let lines = failure.split(separator: "\n")
        let pattern = try #require(lines.first { $0.hasPrefix("pattern: ") })
        #expect(pattern.contains(","))
        #expect(pattern.count < 40, "\(failure)")
        #expect(lines.filter { $0.hasPrefix("{") }.count <= 4, "\(failure)")
    }

    private static func relaxed(_ pattern: Pattern) -> Pattern {
        var pattern = pattern
        switch pattern.kind {
        case .event, .negation: break
        case .sequence(let steps, let links):
            let relaxedLinks = links.map { link in
                var link = link
                if link.contiguity == .next { link.contiguity = .followedBy }
                return link
            }
            pattern.kind = .sequence(steps: steps.map { relaxed($0) }, links: relaxedLinks)
        case .alternation(let parts): pattern.kind = .alternation(parts.map { relaxed($0) })
        case .permute(let parts): pattern.kind = .permute(parts.map { relaxed($0) })
        case .of(let count, let parts): pattern.kind = .of(count: count, parts.map { relaxed($0) })
        case .group(let body, let until, let within): pattern.kind = .group(relaxed(body), until: until, within: within)
        case .repetition(let body, let minimum, let maximum, let reluctant, let link):
            pattern.kind = .repetition(relaxed(body), minimum: minimum, maximum: maximum, reluctant: reluctant, link: link)
        }
        return pattern
    }
}

import RuleLanguage
import Testing

/// Negation and time, section 4, on the reference matcher.
@Suite struct NegationTests {
    @Test func reachIsTheLinkThatLeadsIn() {
        #expect(Scenario("a -> !c -> b", within: 20).matches("a1 x2 c3 b4") == [])
        #expect(Scenario("a , !c -> b", within: 20).matches("a1 x2 c3 b4") == ["a1 b4"])
        #expect(Scenario("a , !c -> b", within: 20).matches("a1 c2 b4") == [])
    }

    @Test func inForceFromWhenTheStepBeforeCouldBeLeft() {
        #expect(Scenario("a+ -> !r -> b", within: 20).matches("a1 r2 a3 b4") == ["a3 b4"])
        #expect(Scenario("a{2,} -> !r -> b", within: 20).matches("a1 r2 a3 b4") == ["a1 a3 b4"])
        #expect(Scenario("a{2,} -> !r -> b", within: 20).matches("a1 a2 r3 a4 b5") == ["a2 a4 b5"])
    }

    @Test func alternativesBesideItLiveOn() {
        #expect(Scenario("a -> (!r -> b | c)", within: 20).matches("a1 r2 b3 c4") == ["a1 c4"])
    }

    @Test func whatTheNextStepTakesViolatesNothing() {
        let scenario = Scenario("a -> !r -> b", within: 20) { rule in
            let predicate = rule.events[1].predicate
            rule.events[2].predicate = predicate
        }
        #expect(scenario.matches("a1 r2") == ["a1 b=r2"])
    }

    @Test func trailingAbsenceFiresPastItsDeadline() {
        let scenario = Scenario("a -> !c for 30s")
        #expect(scenario.matches("a1") == ["a1 @31"])
        #expect(scenario.matches("a1 x31", end: .watermark(31)) == [])
        #expect(scenario.matches("a1 x32", end: .watermark(32)) == ["a1 @31"])
        #expect(scenario.matches("a1 c31") == [])
        #expect(scenario.matches("a1 c32") == ["a1 @31"])
        #expect(Scenario("a -> !c , b", within: 10).matches("a1 b2") == ["a1 b2"])
        #expect(Scenario("a -> b -> !c", within: 10).matches("a1 b4") == ["a1 b4 @11"])
        #expect(Scenario("a -> b -> !c", within: 10).matches("a1 b4 c11") == [])
        #expect(Scenario("a -> b -> !c", within: 10).matches("a1 b4 c12") == ["a1 b4 @11"])
        #expect(Scenario("a -> !c for 30s", within: 10).matches("a1") == ["a1 @31"])
        #expect(Scenario("a -> !c for 5s -> !d for 9s").matches("a1 c8") == ["a1 @10"])
        #expect(Scenario("a , !c for 5s").matches("a1 x2 c3") == ["a1 @6"])
    }

    @Test func inTheMiddleForDelays() {
        let scenario = Scenario("a -> !c for 5s -> b")
        #expect(scenario.matches("a1 b6 b7") == ["a1 b7"])
        #expect(scenario.matches("a1 c6 b7") == [])
        #expect(scenario.matches("a1 c7 b8") == ["a1 b8"])
    }

    @Test func atTheStart() {
        let bounded = Scenario("!c for 5s -> a")
        #expect(bounded.matches("c1 a6") == [])
        #expect(bounded.matches("c1 a7") == ["a7"])
        #expect(bounded.matches("a7 c7 a7") == ["a7"])
        let unbounded = Scenario("!c -> a -> b", within: 5)
        #expect(unbounded.matches("c1 a3 b6") == [])
        #expect(unbounded.matches("c1 a3 b7") == ["a3 b7"])
        #expect(unbounded.matches("a3 c3 b4") == ["a3 b4"])
    }

    @Test func withinIsClosed() {
        #expect(Scenario("a -> b", within: 5).matches("a1 b6") == ["a1 b6"])
        #expect(Scenario("a -> b", within: 5).matches("a1 b7") == [])
    }

    @Test func greedyLoopBeforeATrailingAbsence() {
        let all: (inout Rule) -> Void = {
            $0.emit = .all
            $0.skip = .none
        }
        #expect(Scenario("a+ -> !c for 5s", all).matches("a1 a2") == ["a1 a2 @7", "a2 @7"])
        #expect(Scenario("a+? -> !c for 5s", all).matches("a1 a2") == ["a1 @6", "a1 a2 @7", "a2 @7"])
    }
}

import RuleLanguage
import Testing

/// Section 3 and the binding rules of section 4, sentence by sentence, on the reference matcher.
@Suite struct BindingTests {
    @Test func followedBySkipsWhatDoesNotFit() {
        #expect(Scenario("a -> b").matches("a1 x2 b3") == ["a1 b3"])
        #expect(Scenario("a , b").matches("a1 x2 b3") == [])
        #expect(Scenario("a , b").matches("a1 b2") == ["a1 b2"])
    }

    @Test func followedByAnyMaySkipWhatFits() {
        let all: (inout Rule) -> Void = {
            $0.emit = .all
            $0.skip = .none
        }
        #expect(Scenario("a ->> b", all).matches("a1 b2 b3") == ["a1 b2", "a1 b3"])
        #expect(Scenario("a -> b", all).matches("a1 b2 b3") == ["a1 b2"])
    }

    @Test func gapsAreClosed() {
        #expect(Scenario("a ->[<=3s] b").matches("a1 b4") == ["a1 b4"])
        #expect(Scenario("a ->[<=3s] b").matches("a1 b5") == [])
        #expect(Scenario("a ->[>=3s] b").matches("a1 b3 b4") == ["a1 b4"])
        #expect(Scenario("a ->[2s..3s] b").matches("a1 b2 b5") == [])
        #expect(Scenario("a ,[>=3s] b").matches("a1 b3 b4") == [])
    }

    @Test func iterationsAreJoinedByTheLinkThatLeadsIn() {
        #expect(Scenario("t , d{2,} , u").matches("t1 d2 d3 u4") == ["t1 d2 d3 u4"])
        #expect(Scenario("t , d{2,} , u").matches("t1 d2 x3 d4 u5") == [])
        #expect(Scenario("t -> d{2} , u").matches("t1 d2 x3 d4 u5") == ["t1 d2 d4 u5"])
        #expect(Scenario("d{2} , u").matches("d2 x3 d4 u5") == [])
        #expect(Scenario("d{2} -> u").matches("d2 x3 d4 x5 u6") == ["d2 d4 u6"])
        #expect(Scenario("d{2}").matches("d2 x3 d4") == ["d2 d4"])
        #expect(Scenario("(d{2} , u) -> e").matches("d1 x2 d3 u4 e5") == [])
        #expect(Scenario("(d{2}) , u").matches("d1 x2 d3 u4") == [])
    }

    @Test func theLinkThatLeadsInGivesNoGap() {
        #expect(Scenario("t ->[<=1s] d{2}").matches("t1 d2 d9") == ["t1 d2 d9"])
    }

    @Test func bracketedLinkJoinsIterations() {
        #expect(Scenario("t -> d{2}[,]").matches("t1 d2 x3 d4") == [])
        #expect(Scenario("d{3}[->[<=2s]]").matches("d1 d3 d5") == ["d1 d3 d5"])
        #expect(Scenario("d{3}[->[<=2s]]").matches("d1 d3 d6") == [])
        #expect(Scenario("(a -> b){2}[->[<=1s]]").matches("a1 b5 a6 b10") == ["a1 b5 a6 b10"])
        #expect(
            Scenario("b{2}[->>]") {
                $0.emit = .all
                $0.skip = .none
            }.matches("b1 b2 b3") == ["b1 b2", "b1 b3", "b2 b3"])
    }

    @Test func firstStepOfAGroupIsJoinedByTheLinkIntoIt() {
        #expect(Scenario("a -> (b? , c)").matches("a1 x2 c3") == ["a1 c3"])
        #expect(Scenario("a -> b? , c").matches("a1 x2 c3") == [])
        #expect(Scenario("a , (b? -> c)").matches("a1 x2 c3") == [])
        #expect(Scenario("a , (!c -> b)").matches("a1 x2 c3 b4", end: .flush) == ["a1 b4"])
    }

    @Test func permuteTakesBranchesInAnyOrder() {
        #expect(Scenario("permute(a, b, c)").matches("c1 a2 x3 b4") == ["c1 a2 b4"])
        #expect(Scenario("x , permute(a, b)").matches("x1 b2 a3") == ["x1 b2 a3"])
        #expect(Scenario("x , permute(a, b)").matches("x1 b2 y3 a4") == [])
        #expect(Scenario("x -> permute(a -> c, b)").matches("x1 a2 b3 c4 b5") == ["x1 a2 c4 b5"])
    }

    @Test func ofIsLeftAsSoonAsItsCountIsComplete() {
        #expect(Scenario("2 of (a, b, c)").matches("c1 x2 c3 a4") == ["c1 a4"])
        #expect(Scenario("2 of (a, b, c) -> d").matches("c1 a2 b3 d4") == ["c1 a2 d4"])
    }

    @Test func alternativesDoNotDistribute() {
        #expect(Scenario("a -> (b | c -> d)").matches("a1 c2 b3") == [])
        #expect(Scenario("a -> b | a -> c -> d").matches("a1 c2 b3") == ["a1 b3"])
    }

    @Test func kleeneIsMaximalUnderFollowedBy() {
        for emit in [Rule.Emit.first, .final, .all] {
            let scenario = Scenario("a+ -> b") {
                $0.emit = emit
                $0.skip = .toNext
            }
            #expect(scenario.matches("a1 a2 b3") == ["a1 a2 b3", "a2 b3"], "emit \(emit)")
        }
        let reluctant = Scenario("a+? -> b") {
            $0.emit = .all
            $0.skip = .none
        }
        #expect(reluctant.matches("a1 a2 b3") == ["a1 b3", "a1 a2 b3", "a2 b3"])
    }

    @Test func trailingLoopUnderFirstBindsOne() {
        #expect(Scenario("a -> b+").matches("a1 b2 b3") == ["a1 b2"])
    }

    @Test func finalTakesThePreferredMatch() {
        let final: (inout Rule) -> Void = { $0.emit = .final }
        #expect(Scenario("a -> b+", final).matches("a1 b2 b3 x4") == ["a1 b2 b3"])
        #expect(Scenario("a , b+", final).matches("a1 b2 b3 x4 b5", end: .watermark(5)) == ["a1 b2 b3"])
        #expect(Scenario("a , b*?", final).matches("a1 b2") == ["a1"])
        #expect(Scenario("a | a , b", final).matches("a1 b2") == ["a1"])
        #expect(Scenario("a , b | a", final).matches("a1 b2") == ["a1 b2"])
        #expect(Scenario("a*?", final).matches("a1 a2") == [])
    }

    @Test func groupUntilEndsItsSteps() {
        #expect(Scenario("x -> (a+ until q) -> b").matches("x1 a2 q3 a4 b5") == ["x1 a2 b5"])
        #expect(Scenario("x -> (a+ until q) -> b").matches("x1 q2 a3 b4") == [])
        #expect(Scenario("x ->> (a+ until q) -> b").matches("x1 q2 a3 b4") == ["x1 a3 b4"])
        #expect(Scenario("x -> (a+ until q) -> q").matches("x1 a2 q3") == ["x1 a2 q3"])
    }

    @Test func groupWithinBoundsTheGroup() {
        #expect(Scenario("x -> (a -> b within 2s) -> c").matches("x1 a5 b7 c20") == ["x1 a5 b7 c20"])
        #expect(Scenario("x -> (a -> b within 2s) -> c").matches("x1 a5 b8 c20") == [])
        #expect(Scenario("(a -> b within 2s){2}").matches("a1 b3 a9 b11") == ["a1 b3 a9 b11"])
    }

    @Test func emptyIterationsEndALoop() {
        #expect(Scenario("a , (b? , c?){2} , d").matches("a1 c2 d3") == ["a1 c2 d3"])
        #expect(Scenario("a , (b? , c?)* , d").matches("a1 d3") == ["a1 d3"])
    }
}

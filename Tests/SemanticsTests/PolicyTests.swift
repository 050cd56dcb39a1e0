import ReferenceMatcher
import RuleLanguage
import Testing

/// The policies of section 4 on the reference matcher.
@Suite struct PolicyTests {
    private func all(_ rule: inout Rule) {
        rule.emit = .all
        rule.skip = .none
    }

    @Test func skipPastLast() {
        #expect(Scenario("a -> b -> c").matches("a1 a2 b3 c4 a5 b6 c7") == ["a1 b3 c4", "a5 b6 c7"])
        #expect(Scenario("a -> a").matches("a1 a2 a3 a4") == ["a1 a2", "a3 a4"])
    }

    @Test func skipToNextAndNone() {
        #expect(Scenario("a -> b") { $0.skip = .toNext }.matches("a1 a2 b3") == ["a1 b3", "a2 b3"])
        #expect(Scenario("a -> b") { $0.skip = .none }.matches("a1 a2 b3") == ["a1 b3", "a2 b3"])
        #expect(Scenario("a ->> b", all).matches("a1 b2 b3") == ["a1 b2", "a1 b3"])
        #expect(
            Scenario("a ->> b") {
                $0.emit = .all
                $0.skip = .toNext
            }.matches("a1 b2 b3") == ["a1 b2"])
    }

    @Test func skipToVariable() {
        var scenario = Scenario("a+ -> b+ -> c")
        scenario.rule.skip = .toFirst(scenario.variable("b"))
        #expect(scenario.matches("a1 a2 b3 c4") == ["a1 a2 b3 c4"])
        scenario.rule.skip = .toLast(scenario.variable("a"))
        #expect(scenario.matches("a1 a2 b3 c4") == ["a1 a2 b3 c4", "a2 b3 c4"])
        scenario.rule.skip = .toFirst(scenario.variable("a"))
        #expect(scenario.matches("a1 a2 b3 c4") == ["a1 a2 b3 c4", "a2 b3 c4"])
    }

    @Test func decidedAttemptsLeaveInOrderOfStart() {
        let scenario = Scenario("a -> b , c | d") {
            $0.emit = .final
            $0.skip = .toNext
        }
        #expect(scenario.matches("a1 d2 b3 c4") == ["a1 b3 c4", "d2"])
        #expect(Scenario("a -> b , c | d") { $0.emit = .final }.matches("a1 d2 b3 c4") == ["a1 b3 c4"])
        #expect(Scenario("a -> b , c | d") { $0.emit = .final }.matches("a1 d2 b3 x4") == ["d2"])
    }

    @Test func havingFalseIsNoMatch() {
        let scenario = Scenario("a -> b+") { rule in
            let span = rule.span
            let count = Expression(.aggregate(.count, event: 1, operand: nil), type: .number, span: span)
            let two = Expression(.literal(.int(2)), type: .number, span: span)
            rule.having = Expression(.compare(.greaterOrEqual, count, two, caseInsensitive: false), type: .bool, span: span)
        }
        #expect(scenario.matches("a1 b2 b3") == ["a1 b2 b3"])
    }

    @Test func ruleUntilDropsAttemptsAfterTheEvent() {
        #expect(Scenario("a -> b", until: "q").matches("a1 q2 b3") == [])
        #expect(Scenario("a -> q", until: "q").matches("a1 q2") == ["a1 q2"])
        #expect(Scenario("a -> q -> b", until: "q").matches("a1 q2 b3") == [])
    }

    @Test func preferLatestKeepsTheLaterThread() {
        let scenario = Scenario("a -> b") {
            all(&$0)
            $0.prefer = .latest
        }
        #expect(scenario.matches("a1 a2 b3") == ["a2 b3"])
        let chain = Scenario("a -> b -> c") {
            all(&$0)
            $0.prefer = .latest
        }
        #expect(chain.matches("a1 b2 a3 b4 c5") == ["a3 b4 c5"])
        #expect(chain.matches("a1 b2 a3 c4 b5 c6") == ["a1 b2 c4", "a3 b5 c6"])
    }

    @Test func preferLatestSaturatesCounts() {
        let scenario = Scenario("a{2,} -> b") {
            all(&$0)
            $0.prefer = .latest
        }
        #expect(scenario.matches("a1 a2 b3") == ["a1 a2 b3"])
        #expect(scenario.matches("a1 a2 a3 b4") == ["a2 a3 b4"])
    }

    @Test func preferLatestExemptsPendingAbsences() {
        let scenario = Scenario("a -> !c for 5s") {
            all(&$0)
            $0.prefer = .latest
        }
        #expect(scenario.matches("a1 a2") == ["a1 @6", "a2 @7"])
    }

    @Test func limitDropsOldestOrNewest() {
        let oldest = Scenario("a -> b") {
            $0.skip = .none
            $0.limit.attempts = 2
        }
        #expect(oldest.matches("a1 a2 a3 b4") == ["a2 b4", "a3 b4"])
        let newest = Scenario("a -> b") {
            $0.skip = .none
            $0.limit.attempts = 2
            $0.limit.whenFull = .dropNewest
        }
        #expect(newest.matches("a1 a2 a3 b4") == ["a1 b4", "a2 b4"])
    }

    @Test func timeoutsComeOutOnceWithTheLongestThread() {
        let scenario = Scenario("a -> b -> c", within: 5) { $0.emitsTimeouts = true }
        #expect(scenario.matches("a1 b2 c9") == ["timeout: a1 b2"])
        #expect(scenario.matches("a1 c9") == ["timeout: a1"])
        #expect(scenario.matches("a1 b2 c3") == ["a1 b2 c3"])
        #expect(Scenario("a ->[<=2s] b") { $0.emitsTimeouts = true }.matches("a1 x9") == ["timeout: a1"])
        #expect(Scenario("a , b", within: 5) { $0.emitsTimeouts = true }.matches("a1 x2 b3") == [])
    }

    @Test func strictBreaksOnEveryEventOfTheSequence() {
        var scenario = Scenario("a , b")
        for index in scenario.rule.events.indices {
            scenario.rule.events[index].key = [KeyPart(path: FieldPath([.key("k")]), allowsNull: false)]
        }
        scenario.rule.keyWidth = 1
        #expect(scenario.matches("a1/1 x2/2 b3/1") == ["a1 b3"])
        #expect(scenario.matches("a1/1 x2/1 b3/1") == [])
        #expect(scenario.matches("a1/1 x2 b3/1") == ["a1 b3"])
        #expect(scenario.matches("a1/1 b2/one b3/1") == ["a1 b3"])
    }

    @Test func namesHaveTheirOwnKeys() {
        var scenario = Scenario("a , b")
        for (index, field) in ["k", "l"].enumerated() {
            scenario.rule.events[index].key = [KeyPart(path: FieldPath([.key(field)]), allowsNull: false)]
        }
        scenario.rule.keyWidth = 1
        scenario.rule.hasPerNameKeys = true
        func event(_ type: String, _ time: Int64, k: ReferenceValue, l: ReferenceValue) -> ReferenceEvent {
            ReferenceEvent(time: time, fields: ["type": .string(type), "k": k, "l": l], position: Int(time))
        }
        func run(_ events: [ReferenceEvent]) -> [String] { ReferenceMatcher.run(scenario.rule, events).matches.map(\.description) }
        let first = event("a", 1, k: .int(1), l: .int(7))
        let last = event("b", 3, k: .int(9), l: .double(1))
        #expect(run([first, last]) == ["match [1] a1 b3 1..3"])
        #expect(run([first, event("b", 3, k: .int(1), l: .int(7))]) == [])
        #expect(run([first, event("x", 2, k: .null, l: .string("1")), last]) == [])
        #expect(run([first, event("x", 2, k: .int(2), l: .int(2)), last]) == ["match [1] a1 b3 1..3"])
    }

    @Test func nullIsAKeyWhereAskedFor() {
        var scenario = Scenario("a -> b")
        for allowsNull in [false, true] {
            for index in scenario.rule.events.indices {
                scenario.rule.events[index].key = [KeyPart(path: FieldPath([.key("k")]), allowsNull: allowsNull)]
            }
            #expect(scenario.matches("a1 a2/1 b3") == (allowsNull ? ["a1 b3"] : []))
        }
    }

    @Test func whereFiltersWhatNegationsSee() {
        let scenario = Scenario("a -> !c -> b", within: 20) { rule in
            let isC = rule.events[1].predicate
            rule.filter = isC.map { Expression(.not($0), type: .bool, span: $0.span) }
        }
        #expect(scenario.matches("a1 c2 b3") == ["a1 b3"])
    }

    @Test func untilUnderFinalLetsDecidedAttemptsLeave() {
        let scenario = Scenario("a -> b , c | d", until: "q") {
            $0.emit = .final
            $0.skip = .toNext
        }
        #expect(scenario.matches("a1 d2 q3 b4 c5") == ["d2"])
    }

    @Test func deadlinesFireInOrderOfTimeThenStart() {
        let scenario = Scenario("a -> !c for 5s | b -> !c for 3s") { $0.skip = .none }
        #expect(scenario.matches("a1 b2 b3") == ["b2 @5", "a1 @6", "b3 @6"])
    }
}

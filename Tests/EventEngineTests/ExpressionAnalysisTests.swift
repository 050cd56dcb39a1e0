@testable import EventEngine
import PatternCompiler
import RuleLanguage
import Testing

@Suite("Expressions: compiler")
struct ExpressionAnalysisTests {
    @Test("Equal expressions share one program, different ones do not")
    func interning() {
        var compiler = ExpressionCompiler()
        let first = compiler.compile(and(compare(field("a"), .equal, "x"), text(field("b"), .like, "y*", "z")))
        let second = compiler.compile(and(compare(field("a"), .equal, "x"), text(field("b"), .like, "y*", "z")))
        #expect(first == second)
        let others = [
            compiler.compile(or(compare(field("a"), .equal, "x"), text(field("b"), .like, "y*", "z"))),
            compiler.compile(and(compare(field("a"), .equal, "X"), text(field("b"), .like, "y*", "z"))),
            compiler.compile(and(compare(field("a"), .equal, "x"), text(field("b"), .like, "y*", "z", caseInsensitive: true))),
            compiler.compile(compare(field("a"), .equal, 1)), compiler.compile(compare(field("a"), .equal, 1.0)),
            compiler.compile(compare(field("a"), .equal, "1")), compiler.compile(member(field("a"), [.int(1), .int(2)])),
            compiler.compile(text(field("a"), .matches, "x")), compiler.compile(cidr(field("a"), "10.0.0.0/8")),
        ]
        #expect(Set(others + [first]).count == others.count + 1)
        #expect(compiler.compile(compare(literal("1"), .equal, field("a"))) == others[5])
        #expect(compiler.compile(member(field("a"), [.int(1), .int(2), .int(1), .null])) == others[6])
        #expect(compiler.pool.build().count == others.count + 1)
        #expect(compiler.schema.fields.map(\.text) == ["a", "b"])
    }

    @Test("A predicate over one slot is one instruction; behind a jump nothing is fused")
    func fusion() {
        var compiler = ExpressionCompiler()
        for predicate in [
            compare(field("a"), .equal, "x"), compare(field("a"), .less, 5), compare(literal(5), .greater, field("a")),
            isNull(field("a")), member(field("a"), [.int(1)]), text(field("a"), .like, "x*"), text(field("a"), .matches, "x"),
            text(field("a"), .contains, "x"), cidr(field("a"), "::/0"), compare(field("a"), .equal, node(.negate(literal(5)))),
            textDynamic(field("a"), .endswith, literal("x")),
        ] {
            let index = compiler.compile(predicate)
            #expect(compiler.pool.build().programs[Int(index)].isSlotPredicate)
        }
        let bench = ExpressionBench(["a": "left", "b": "right"])
        let either = call(.coalesce, field("a"), field("b"))
        #expect(bench.holds(compare(either, .equal, "left")))
        #expect(!bench.holds(compare(either, .equal, "right")))
        #expect(ExpressionBench(["b": "right"]).holds(compare(either, .equal, "right")))
    }

    @Test("split parts a conjunction by what it reads")
    func split() {
        let local = compare(field("a"), .equal, 1)
        let computed = compare(call(.lower, field("b")), .equal, meta(.stream))
        let prior = compare(field("a"), .greater, field("a", of: .previous))
        let counted = compare(aggregate(.count, 0), .less, 5)
        let parts = ExpressionCompiler.split(and(and(local, prior), computed, counted))
        #expect(parts.local.count == 2 && parts.local.allSatisfy(ExpressionCompiler.isLocal))
        #expect(parts.dependent.count == 2 && !parts.dependent.contains(where: ExpressionCompiler.isLocal))
        #expect(ExpressionCompiler.split(or(local, prior)).local.isEmpty)
        #expect(ExpressionCompiler.split(local).dependent.isEmpty)
        #expect(!ExpressionCompiler.isLocal(isNull(field("a", of: .last(0)))))
        #expect(ExpressionCompiler.readsLag(not(isNull(field("a", of: .lag)))))
        #expect(!ExpressionCompiler.readsLag(prior))
    }

    @Test("Equality gates")
    func gates() {
        var compiler = ExpressionCompiler()
        let a = compiler.slot(for: path("a"))
        let b = compiler.slot(for: path("b"))
        #expect(compiler.equalityGate(compare(field("a"), .equal, "x")) == [EqualityGate(slot: a, constants: [.string("x")])])
        #expect(compiler.equalityGate(compare(literal(5), .equal, field("b"))) == [EqualityGate(slot: b, constants: [.int(5)])])
        let both = and(member(field("a"), [.int(1), .null, .int(2)]), compare(field("c"), .less, 1), compare(field("b"), .equal, true))
        #expect(
            compiler.equalityGate(both)
                == [EqualityGate(slot: a, constants: [.int(1), .int(2)]), EqualityGate(slot: b, constants: [.bool(true)])])
        let either = or(compare(field("a"), .equal, "x"), member(field("a"), [.string("y")]))
        #expect(compiler.equalityGate(either) == [EqualityGate(slot: a, constants: [.string("x"), .string("y")])])
        for none in [
            or(compare(field("a"), .equal, "x"), compare(field("b"), .equal, "x")), not(compare(field("a"), .equal, "x")),
            compare(field("a"), .equal, "x", caseInsensitive: true), compare(field("a[*]"), .equal, "x"),
            compare(field("a"), .equal, field("b")), compare(field("a"), .equal, .time(5)), compare(field("a"), .notEqual, "x"),
            compare(field("a", of: .previous), .equal, "x"), compare(meta(.stream), .equal, "x"),
        ] {
            #expect(compiler.equalityGate(none) == nil)
        }
        // Equal to null is never true: no constant opens the gate.
        #expect(compiler.equalityGate(compare(field("a"), .equal, nil)) == [EqualityGate(slot: a, constants: [])])
    }

    @Test("Slots that retained events must keep")
    func retained() {
        var compiler = ExpressionCompiler()
        let expression = and(
            compare(field("now"), .equal, field("one", of: .last(0))),
            compare(field("two", of: .previous), .less, aggregate(.sum, 0, "three")),
            not(isNull(field("four", of: .lag))), isNull(meta(.time, of: .first(0))),
            compare(call(.lower, field("five", of: .first(1))), .equal, "x"))
        let kept = compiler.retainedSlots(expression, isHavingOrSelect: false)
        #expect(Set(kept.map { compiler.schema.fields[$0].text }) == ["one", "two", "three", "four", "five"])
        let all = compiler.retainedSlots(expression, isHavingOrSelect: true)
        #expect(Set(all.map { compiler.schema.fields[$0].text }) == ["now", "one", "two", "three", "four", "five"])
    }

    @Test("isTrue gives its scratch memory back; values of evaluate stay until reset")
    func scratch() {
        var compiler = ExpressionCompiler()
        let text = compiler.compile(call(.concat, literal("a"), literal(1)))
        let test = compiler.compile(compare(call(.concat, literal("b"), literal(2)), .equal, "b2"))
        let machine = ExpressionMachine(pool: compiler.pool.build())
        let memory = TestMemory()
        let names = UnsafeBufferPointer(memory.values([]))
        let header = memory.allocate(MemoryLayout<EventHeader>.stride).bindMemory(to: EventHeader.self, capacity: 1)
        header.initialize(to: EventHeader(time: 0, ingested: 0, offset: 0, raw: memory.bytes("{}"), stream: 0, source: 0))
        let slots = UnsafePointer(memory.values([]).baseAddress!)
        var context = EvaluationContext(event: EventView(header: header, slots: slots), streamNames: names, sourceNames: names)
        let kept = machine.evaluate(text, &context)
        for _ in 0..<10_000 { #expect(machine.isTrue(test, &context)) }
        #expect(TestValue(kept) == "a1")
        let address = machine.arena.allocate(8)
        machine.reset()
        #expect(machine.arena.allocate(8) < address)
        let large = machine.arena.allocate(1 << 20)
        large.storeBytes(of: 1, toByteOffset: (1 << 20) - 1, as: UInt8.self)
        machine.reset()
        #expect(TestValue(machine.evaluate(text, &context)) == "a1")
    }
}

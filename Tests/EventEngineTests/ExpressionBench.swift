@testable import EventEngine
import PatternCompiler
import RuleLanguage

/// An event of a test: its fields by path, its time, and the event variable that it is bound to.
struct TestEvent {
    var fields: [String: TestValue]
    var time: Int64 = 0
    var variable: Int32 = 0
    var stream: Int32 = 0
}

/// Compiles expressions and evaluates them against a current event, bound events and the event before.
final class ExpressionBench {
    private let memory = TestMemory()
    private var compiler = ExpressionCompiler()
    private let current: TestEvent?
    private let bound: [TestEvent]
    private let lag: TestEvent?

    /// `bound` in order of binding; without `current` the expressions are those of `having` and `select`.
    init(_ current: TestEvent?, bound: [TestEvent] = [], lag: TestEvent? = nil) {
        self.current = current
        self.bound = bound
        self.lag = lag
    }

    convenience init(_ fields: [String: TestValue], bound: [TestEvent] = []) {
        self.init(TestEvent(fields: fields), bound: bound)
    }

    /// The value of an expression.
    func value(_ expression: Expression) -> TestValue {
        run(expression) { machine, program, context in TestValue(machine.evaluate(program, &context)) }
    }

    /// Whether an expression is true; checked to be the same by `isTrue` and by `evaluate`.
    func holds(_ expression: Expression) -> Bool {
        run(expression) { machine, program, context in
            let result = machine.isTrue(program, &context)
            precondition(result == machine.evaluate(program, &context).isTrue)
            return result
        }
    }

    private func run<Result>(
        _ expression: Expression, _ body: (ExpressionMachine, Int32, inout EvaluationContext) -> Result
    ) -> Result {
        let program = compiler.compile(expression)
        let machine = ExpressionMachine(pool: compiler.pool.build())
        let streams = UnsafeBufferPointer(memory.values([.string(memory.bytes("auth")), .string(memory.bytes("dns"))]))
        let sources = UnsafeBufferPointer(memory.values([.string(memory.bytes("auth.ndjson"))]))
        let store = EventStore(keptSlots: compiler.schema.fields.indices.map { Int32($0) })
        var retained: [RetainedEvent] = []
        var bindings: [UnsafeMutablePointer<Binding>] = []
        for event in bound {
            let copy = store.copy(view(event), sequence: UInt64(retained.count))
            retained.append(copy)
            let binding = UnsafeMutablePointer<Binding>.allocate(capacity: 1)
            binding.initialize(
                to: Binding(
                    event: copy, previous: bindings.last, variable: event.variable, length: Int32(bindings.count + 1),
                    references: 1, step: 0))
            bindings.append(binding)
        }
        var context: EvaluationContext
        if let current {
            context = EvaluationContext(event: view(current), streamNames: streams, sourceNames: sources)
            context.bindings = bindings.last
        } else {
            context = EvaluationContext(bindings: bindings.last!, streamNames: streams, sourceNames: sources)
        }
        if let lag {
            let copy = store.copy(view(lag), sequence: UInt64(retained.count))
            retained.append(copy)
            context.lag = copy
        }
        let result = body(machine, program, &context)
        for binding in bindings { binding.deallocate() }
        for event in retained { store.release(event) }
        return result
    }

    private func view(_ event: TestEvent) -> EventView {
        let slots = memory.values(compiler.schema.fields.map { memory.value(event.fields[$0.text] ?? .null) })
        let header = memory.allocate(MemoryLayout<EventHeader>.stride).bindMemory(to: EventHeader.self, capacity: 1)
        header.initialize(
            to: EventHeader(
                time: event.time, ingested: event.time + 1, offset: 7, raw: memory.bytes("{}"), stream: event.stream, source: 0))
        return EventView(header: header, slots: UnsafePointer(slots.baseAddress!))
    }
}

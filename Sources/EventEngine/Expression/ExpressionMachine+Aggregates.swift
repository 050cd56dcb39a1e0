/// Aggregates over what an event variable has bound: a walk over the thread's bindings.
extension ExpressionMachine {
    func aggregate(_ instruction: Instruction, _ context: inout EvaluationContext) -> Value {
        switch AggregateOperation(rawValue: instruction.variant)! {
        case .count:
            var count: Int64 = 0
            if instruction.a == EventOperand.none.code {
                var next = context.bindings
                while let binding = next {
                    if binding.pointee.variable == instruction.c { count += 1 }
                    next = binding.pointee.previous
                }
            } else {
                forEachValue(instruction, &context) { _ in count += 1 }
            }
            return .int(count)
        case .sum:
            var total = NumberTotal()
            forEachValue(instruction, &context) { total.add($0) }
            return total.sum
        case .average:
            var total = NumberTotal()
            forEachValue(instruction, &context) { total.add($0) }
            return total.average
        case .minimum:
            return extreme(instruction, .less, &context)
        case .maximum:
            return extreme(instruction, .greater, &context)
        case .distinct:
            return distinct(instruction, &context)
        }
    }

    /// The values that are not null, the last bound first; of `[*]` the elements.
    @inline(__always)
    private func forEachValue(
        _ instruction: Instruction, _ context: inout EvaluationContext, _ body: (Value) -> Void
    ) {
        var next = context.bindings
        while let binding = next {
            next = binding.pointee.previous
            guard binding.pointee.variable == instruction.c else { continue }
            let value = read(instruction.a, binding.pointee.event, &context)
            if value.tag == .list, instruction.flags.contains(.any) {
                for element in value.elements where !element.isNull { body(element) }
            } else if !value.isNull {
                body(value)
            }
        }
    }

    private func extreme(_ instruction: Instruction, _ wanted: Relation, _ context: inout EvaluationContext) -> Value {
        var best = Value.null
        forEachValue(instruction, &context) { best = Self.better(best, $0, wanted) }
        return best
    }

    /// Of two values the one that stands in the wanted relation to the other. Of values without order (of different
    /// kinds) the one that was there first; what has no order at all (truth values, lists, objects) is left out.
    static func better(_ best: Value, _ value: Value, _ wanted: Relation) -> Value {
        switch value.tag {
        case .int, .double, .string, .time, .duration:
            return best.isNull || ValueComparison.relation(value, best) == wanted ? value : best
        case .null, .bool, .list, .object:
            return best
        }
    }

    /// Lists have no equality and are not counted.
    private func distinct(_ instruction: Instruction, _ context: inout EvaluationContext) -> Value {
        var candidates = 0
        forEachValue(instruction, &context) { _ in candidates += 1 }
        guard candidates > 0 else { return .int(0) }
        let mark = arena.mark
        var capacity = 8
        while capacity < candidates * 2 { capacity *= 2 }
        let table = arena.allocate(capacity * MemoryLayout<Value>.stride).bindMemory(to: Value.self, capacity: capacity)
        table.initialize(repeating: .null, count: capacity)
        var count: Int64 = 0
        forEachValue(instruction, &context) { value in
            guard value.tag != .list else { return }
            var place = Int(truncatingIfNeeded: ValueComparison.hash(value)) & (capacity - 1)
            while !table[place].isNull {
                if ValueComparison.areEqual(table[place], value) { return }
                place = (place + 1) & (capacity - 1)
            }
            table[place] = value
            count += 1
        }
        arena.restore(mark)
        return .int(count)
    }
}

/// A sum of numbers, exact while they are ints.
private struct NumberTotal {
    private var integers: Int128 = 0
    private var doubles = 0.0
    private var hasDoubles = false
    private var count: Int64 = 0

    /// Adds an int or a double; anything else is left out.
    mutating func add(_ value: Value) {
        switch value.tag {
        case .int: integers += Int128(value.integer)
        case .double:
            doubles += value.floatingPoint
            hasDoubles = true
        default: return
        }
        count += 1
    }

    /// null without a number.
    var sum: Value {
        guard count > 0 else { return .null }
        if !hasDoubles, let exact = Int64(exactly: integers) { return .int(exact) }
        return .double(Double(integers) + doubles)
    }

    /// null without a number; an int when it is exact.
    var average: Value {
        switch sum.tag {
        case .int: ValueArithmetic.integers(.divide, sum.integer, count)
        case .double: .double(sum.floatingPoint / Double(count))
        default: .null
        }
    }
}

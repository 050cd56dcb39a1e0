/// `+ - * / %` and negation of values; null where the operands or the result allow none.
///
/// Ints that overflow go on as doubles; times and durations that overflow are null. `7 / 2` is 3.5, `6 / 2` is the int 3.
enum ValueArithmetic {
    static func compute(_ operation: ArithmeticOperation, _ left: Value, _ right: Value, _ arena: ScratchArena) -> Value {
        switch (left.tag, right.tag) {
        case (.int, .int): return integers(operation, left.integer, right.integer)
        case (.double, .double): return doubles(operation, left.floatingPoint, right.floatingPoint)
        case (.int, .double): return doubles(operation, Double(left.integer), right.floatingPoint)
        case (.double, .int): return doubles(operation, left.floatingPoint, Double(right.integer))
        case (.string, .string): return operation == .add ? join(left.bytes, right.bytes, arena) : .null
        default: return temporal(operation, left, right)
        }
    }

    static func negate(_ value: Value) -> Value {
        switch value.tag {
        case .int: integers(.subtract, 0, value.integer)
        case .double: .double(-value.floatingPoint)
        case .duration: duration(Int64(0).subtractingReportingOverflow(value.integer))
        default: .null
        }
    }

    static func integers(_ operation: ArithmeticOperation, _ left: Int64, _ right: Int64) -> Value {
        let exact: (partialValue: Int64, overflow: Bool)
        switch operation {
        case .add: exact = left.addingReportingOverflow(right)
        case .subtract: exact = left.subtractingReportingOverflow(right)
        case .multiply: exact = left.multipliedReportingOverflow(by: right)
        case .divide:
            guard right != 0 else { return .null }
            let remainder = left.remainderReportingOverflow(dividingBy: right)
            exact = remainder.partialValue == 0 ? left.dividedReportingOverflow(by: right) : (0, true)
        case .remainder:
            guard right != 0 else { return .null }
            // The least integer % -1 overflows in hardware, its value is 0 all the same.
            return .int(left.remainderReportingOverflow(dividingBy: right).partialValue)
        }
        return exact.overflow ? doubles(operation, Double(left), Double(right)) : .int(exact.partialValue)
    }

    private static func doubles(_ operation: ArithmeticOperation, _ left: Double, _ right: Double) -> Value {
        switch operation {
        case .add: .double(left + right)
        case .subtract: .double(left - right)
        case .multiply: .double(left * right)
        case .divide: .double(left / right)
        case .remainder: .double(left.truncatingRemainder(dividingBy: right))
        }
    }

    private static func join(
        _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, _ arena: ScratchArena
    ) -> Value {
        if left.isEmpty { return .string(right) }
        if right.isEmpty { return .string(left) }
        let memory = arena.allocate(left.count + right.count)
        memory.copyMemory(from: left.baseAddress!, byteCount: left.count)
        (memory + left.count).copyMemory(from: right.baseAddress!, byteCount: right.count)
        return .string(UnsafeRawBufferPointer(start: memory, count: left.count + right.count))
    }

    private static func temporal(_ operation: ArithmeticOperation, _ left: Value, _ right: Value) -> Value {
        let (a, b) = (left.integer, right.integer)
        switch (left.tag, operation, right.tag) {
        case (.time, .add, .duration), (.duration, .add, .time): return time(a.addingReportingOverflow(b))
        case (.time, .subtract, .duration): return time(a.subtractingReportingOverflow(b))
        case (.time, .subtract, .time): return duration(a.subtractingReportingOverflow(b))
        case (.time, .subtract, .string):
            guard let other = Timestamp.parse(right.bytes) else { return .null }
            return duration(a.subtractingReportingOverflow(other))
        case (.string, .subtract, .time):
            guard let other = Timestamp.parse(left.bytes) else { return .null }
            return duration(other.subtractingReportingOverflow(b))
        case (.duration, .add, .duration): return duration(a.addingReportingOverflow(b))
        case (.duration, .subtract, .duration): return duration(a.subtractingReportingOverflow(b))
        case (.duration, .divide, .duration): return integers(.divide, a, b)
        case (.duration, .remainder, .duration):
            return b == 0 ? .null : duration(a.remainderReportingOverflow(dividingBy: b).partialValue)
        case (.duration, .multiply, .int), (.int, .multiply, .duration): return duration(a.multipliedReportingOverflow(by: b))
        case (.duration, .multiply, .double): return duration(rounding: Double(a) * right.floatingPoint)
        case (.double, .multiply, .duration): return duration(rounding: left.floatingPoint * Double(b))
        case (.duration, .divide, .int): return b == 0 ? .null : duration(rounding: Double(a) / Double(b), exact: a, by: b)
        case (.duration, .divide, .double): return duration(rounding: Double(a) / right.floatingPoint)
        default: return .null
        }
    }

    private static func time(_ result: (partialValue: Int64, overflow: Bool)) -> Value {
        result.overflow ? .null : .time(result.partialValue)
    }

    private static func duration(_ result: (partialValue: Int64, overflow: Bool)) -> Value {
        result.overflow ? .null : .duration(result.partialValue)
    }

    private static func duration(_ nanoseconds: Int64) -> Value { .duration(nanoseconds) }

    /// To the nearest nanosecond.
    private static func duration(rounding nanoseconds: Double) -> Value {
        guard let exact = Int64(exactly: nanoseconds.rounded()) else { return .null }
        return .duration(exact)
    }

    private static func duration(rounding quotient: Double, exact dividend: Int64, by divisor: Int64) -> Value {
        let (remainder, overflow) = dividend.remainderReportingOverflow(dividingBy: divisor)
        if overflow { return .null }
        return remainder == 0 ? .duration(dividend / divisor) : duration(rounding: quotient)
    }
}

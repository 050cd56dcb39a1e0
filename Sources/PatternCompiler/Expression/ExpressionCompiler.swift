import EventEngine
import RuleLanguage

/// Compiles typed expressions into programs of one pool and collects the fields and streams they read.
///
/// Equal expressions get the same index, so that a predicate is evaluated once however many rules have it.
public struct ExpressionCompiler {
    /// The fields read so far; one slot each.
    public var schema: EventSchema
    /// Where programs go; `pool.build()` gives what the machine runs.
    public let pool: ExpressionPoolBuilder

    /// A compiler that adds to a schema and a pool.
    public init(schema: EventSchema = EventSchema(), pool: ExpressionPoolBuilder = ExpressionPoolBuilder()) {
        self.schema = schema
        self.pool = pool
    }

    /// Compiles an expression and returns its index in the pool.
    public mutating func compile(_ expression: Expression) -> Int32 {
        var assembly = ProgramAssembly()
        emit(expression, &assembly)
        return pool.add(assembly)
    }

    /// The slot of a field, added to the schema when it is new.
    public mutating func slot(for path: FieldPath) -> Int { schema.slot(for: EventSchema.Field(path)) }

    // MARK: Nodes

    private mutating func emit(_ expression: Expression, _ assembly: inout ProgramAssembly) {
        switch expression.kind {
        case .literal(let literal):
            assembly.emitConstant(value(literal), pool)
        case .reference(let event, let operand):
            let (source, variable) = LoadSource.from(event)
            assembly.emitLoad(source, variable: variable, operand: self.operand(operand))
        case .aggregate(let function, let event, let operand):
            assembly.emitAggregate(
                AggregateOperation(function), variable: event, operand: operand.map { self.operand($0) } ?? .none,
                spreads: operand?.hasAnyElement ?? false)
        case .not(let inner):
            emit(inner, &assembly)
            assembly.emitNot()
        case .and(let parts):
            emitLogic(parts, &assembly) { $0.emitAnd() }
        case .or(let parts):
            emitLogic(parts, &assembly) { $0.emitOr() }
        case .compare(let comparison, let left, let right, let caseInsensitive):
            emitCompare(comparison, left, right, caseInsensitive, &assembly)
        case .membership(let subject, let members, let caseInsensitive):
            emit(subject, &assembly)
            let values = members.map { value(subject.type == .time ? $0.asTime : $0) }
            assembly.emitMember(values, any: subject.hasAnyElement, caseInsensitive: caseInsensitive, pool)
        case .text(let operation, let subject, let patterns, let caseInsensitive):
            emitText(operation, subject, patterns, caseInsensitive, &assembly)
        case .textDynamic(let operation, let left, let right, let caseInsensitive):
            emitTextDynamic(operation, left, right, caseInsensitive, &assembly)
        case .isNull(let inner):
            emit(inner, &assembly)
            assembly.emitIsNull(any: inner.hasAnyElement)
        case .arithmetic(let operation, let left, let right):
            emit(left, &assembly)
            emit(right, &assembly)
            assembly.emitArithmetic(ArithmeticOperation(operation))
        case .negate(let inner):
            emit(inner, &assembly)
            assembly.emitNegate()
        case .call(let function, let arguments):
            emitCall(function, arguments, &assembly)
        case .cidr(let subject, let blocks):
            emit(subject, &assembly)
            if !assembly.emitNetwork(blocks, any: subject.hasAnyElement, pool) { emitNever(&assembly) }
        }
    }

    private mutating func emitLogic(
        _ parts: [Expression], _ assembly: inout ProgramAssembly, _ jump: (inout ProgramAssembly) -> ProgramAssembly.Jump
    ) {
        var jumps: [ProgramAssembly.Jump] = []
        for (index, part) in parts.enumerated() {
            emit(part, &assembly)
            if index < parts.count - 1 { jumps.append(jump(&assembly)) }
        }
        if let last = parts.last, !last.isPredicate { assembly.emitTruth() }
        assembly.land(jumps)
    }

    private mutating func emitCompare(
        _ comparison: Comparison, _ left: Expression, _ right: Expression, _ caseInsensitive: Bool,
        _ assembly: inout ProgramAssembly
    ) {
        if let constant = right.constant {
            emit(left, &assembly)
            assembly.emitCompare(
                ComparisonOperation(comparison), constant: value(left.type == .time ? constant.asTime : constant),
                any: left.hasAnyElement, caseInsensitive: caseInsensitive, pool)
        } else if left.constant != nil {
            emitCompare(comparison.mirrored, right, left, caseInsensitive, &assembly)
        } else {
            emit(left, &assembly)
            emit(right, &assembly)
            assembly.emitCompare(
                ComparisonOperation(comparison), any: left.hasAnyElement, anyRight: right.hasAnyElement,
                caseInsensitive: caseInsensitive)
        }
    }

    private mutating func emitText(
        _ operation: TextOperator, _ subject: Expression, _ patterns: [String], _ caseInsensitive: Bool,
        _ assembly: inout ProgramAssembly
    ) {
        emit(subject, &assembly)
        let any = subject.hasAnyElement
        switch operation {
        case .like:
            assembly.emitWildcard(patterns, any: any, caseInsensitive: caseInsensitive, pool)
        case .matches:
            if !assembly.emitRegex(patterns, any: any, caseInsensitive: caseInsensitive, pool) { emitNever(&assembly) }
        case .contains, .startswith, .endswith:
            assembly.emitText(
                operation.comparison, patterns, any: any, caseInsensitive: caseInsensitive, pool)
        }
    }

    private mutating func emitTextDynamic(
        _ operation: TextOperator, _ left: Expression, _ right: Expression, _ caseInsensitive: Bool,
        _ assembly: inout ProgramAssembly
    ) {
        if case .string(let text)? = right.constant {
            return emitText(operation, left, [text], caseInsensitive, &assembly)
        }
        emit(left, &assembly)
        emit(right, &assembly)
        assembly.emitText(
            operation.comparison, any: left.hasAnyElement, anyRight: right.hasAnyElement, caseInsensitive: caseInsensitive)
    }

    private mutating func emitCall(_ function: Function, _ arguments: [Expression], _ assembly: inout ProgramAssembly) {
        switch function {
        case .if:
            emit(arguments[0], &assembly)
            let otherwise = assembly.emitJumpUnlessTrue()
            emit(arguments[1], &assembly)
            let end = assembly.emitJump()
            assembly.land([otherwise])
            if arguments.count > 2 { emit(arguments[2], &assembly) } else { assembly.emitConstant(.null, pool) }
            assembly.land([end])
        case .coalesce:
            var jumps: [ProgramAssembly.Jump] = []
            for (index, argument) in arguments.enumerated() {
                emit(argument, &assembly)
                if index < arguments.count - 1 { jumps.append(assembly.emitJumpUnlessNull()) }
            }
            assembly.land(jumps)
        case .extract:
            emitExtract(arguments, &assembly)
        default:
            for argument in arguments { emit(argument, &assembly) }
            assembly.emitCall(ScalarFunction(function), arguments: arguments.count)
        }
    }

    /// The pattern and group of `extract` are constants; the parser says so where they are not, here it is null then.
    private mutating func emitExtract(_ arguments: [Expression], _ assembly: inout ProgramAssembly) {
        guard arguments.count > 1, case .string(let pattern)? = arguments[1].constant else {
            return assembly.emitConstant(.null, pool)
        }
        var group: Int?
        if arguments.count > 2 {
            guard case .int(let written)? = arguments[2].constant, written >= 0 else {
                return assembly.emitConstant(.null, pool)
            }
            group = Int(written)
        }
        emit(arguments[0], &assembly)
        if !assembly.emitExtract(pattern: pattern, group: group, pool) { emitNever(&assembly) }
    }

    /// Replaces the value on the stack by null: for a pattern that was refused, which the parser has reported.
    private func emitNever(_ assembly: inout ProgramAssembly) {
        assembly.emitDrop()
        assembly.emitConstant(.null, pool)
    }

    // MARK: Parts

    private mutating func operand(_ operand: Operand) -> EventOperand {
        switch operand {
        case .field(let path): .slot(slot(for: path))
        case .meta(let field): EventOperand(field)
        }
    }

    private func value(_ literal: Literal) -> Value {
        switch literal {
        case .null: .null
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .double(let value): .double(value)
        case .string(let text): pool.text(text)
        case .time(let nanoseconds): .time(nanoseconds)
        case .duration(let nanoseconds): .duration(nanoseconds)
        }
    }
}

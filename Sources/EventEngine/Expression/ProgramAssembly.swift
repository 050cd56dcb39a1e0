import CRE2

/// A program in the making: instructions in the order in which they run, with labels for jumps.
///
/// The `emit` methods say what they take from the stack and put on it. Predicates directly behind the load of a slot
/// of the current event become one instruction with it.
public struct ProgramAssembly {
    /// A jump whose target is not known yet.
    public struct Jump { fileprivate let position: Int }

    private(set) var instructions: [Instruction] = []
    private(set) var stackDepth = 0
    private var depth = 0
    /// Instructions from here on may be fused with what follows: no jump leads behind them.
    private var fusible = 0

    /// An empty program.
    public init() {}

    // MARK: Values

    /// Pushes a constant.
    public mutating func emitConstant(_ value: Value, _ pool: ExpressionPoolBuilder) {
        push(Instruction(.constant, b: pool.constant(value)))
    }

    /// Pushes what an event has; `variable` is an event variable for `first` and `last`, else 0.
    public mutating func emitLoad(_ source: LoadSource, variable: Int, operand: EventOperand) {
        push(Instruction(.load, variant: source.rawValue, a: operand.code, c: Int32(variable)))
    }

    /// Pushes an aggregate over the events of a variable; `spreads` when the operand is `[*]`.
    public mutating func emitAggregate(
        _ operation: AggregateOperation, variable: Int, operand: EventOperand, spreads: Bool
    ) {
        push(
            Instruction(
                .aggregate, flags: spreads ? .any : [], variant: operation.rawValue, a: operand.code, c: Int32(variable)))
    }

    /// Pops right and left, pushes the result.
    public mutating func emitArithmetic(_ operation: ArithmeticOperation) {
        replace(2, Instruction(.arithmetic, variant: operation.rawValue))
    }

    /// Pops a number or duration, pushes its negative.
    public mutating func emitNegate() { replace(1, Instruction(.negate)) }

    /// Pops `arguments` values, pushes the function's.
    public mutating func emitCall(_ function: ScalarFunction, arguments: Int) {
        replace(arguments, Instruction(.call, variant: function.rawValue, b: Int32(arguments)))
    }

    /// Pops a text, pushes a group of the first match of a regular expression: group 1 when `group` is nil, or the whole
    /// match when there is none. False, and nothing emitted, when RE2 refuses the pattern.
    public mutating func emitExtract(pattern: String, group: Int?, _ pool: ExpressionPoolBuilder) -> Bool {
        guard let regex = pool.regexes([pattern], caseInsensitive: false) else { return false }
        let groups = cre2_group_count(pool.regex(at: regex))
        let index = group ?? (groups > 0 ? 1 : 0)
        replace(1, Instruction(.extract, b: regex, c: Int32(clamping: index)))
        return true
    }

    /// Pops a value.
    public mutating func emitDrop() {
        instructions.append(Instruction(.drop))
        depth -= 1
        fusible = instructions.count
    }

    // MARK: Predicates

    /// Pops a value, pushes whether it compares so with a constant.
    public mutating func emitCompare(
        _ comparison: ComparisonOperation, constant: Value, any: Bool, caseInsensitive: Bool, _ pool: ExpressionPoolBuilder
    ) {
        let value = caseInsensitive ? pool.lowered(constant) : constant
        let isText = comparison == .equal && value.tag == .string
        predicate(
            Instruction(
                isText ? .equalsText : .compareConstant, flags: flags(any, caseInsensitive), variant: comparison.rawValue,
                b: pool.constant(value)))
    }

    /// Pops right and left, pushes whether they compare so.
    public mutating func emitCompare(_ comparison: ComparisonOperation, any: Bool, anyRight: Bool, caseInsensitive: Bool) {
        replace(
            2,
            Instruction(
                .compare, flags: flags(any, caseInsensitive).union(anyRight ? .anyRight : []), variant: comparison.rawValue)
        )
    }

    /// Pops a value, pushes whether it equals one of the members.
    public mutating func emitMember(_ members: [Value], any: Bool, caseInsensitive: Bool, _ pool: ExpressionPoolBuilder) {
        predicate(
            Instruction(
                .member, flags: flags(any, caseInsensitive), b: pool.set(members, caseInsensitive: caseInsensitive)))
    }

    /// Pops a value, pushes whether it fits one of the `like` patterns.
    public mutating func emitWildcard(_ patterns: [String], any: Bool, caseInsensitive: Bool, _ pool: ExpressionPoolBuilder) {
        predicate(
            Instruction(
                .wildcard, flags: flags(any, caseInsensitive), b: pool.wildcards(patterns, caseInsensitive: caseInsensitive),
                c: Int32(patterns.count)))
    }

    /// Pops a value, pushes whether one of the regular expressions is found in it. False, and nothing emitted, when RE2
    /// refuses one.
    public mutating func emitRegex(
        _ patterns: [String], any: Bool, caseInsensitive: Bool, _ pool: ExpressionPoolBuilder
    ) -> Bool {
        guard let regex = pool.regexes(patterns, caseInsensitive: caseInsensitive) else { return false }
        predicate(Instruction(.regex, flags: any ? .any : [], b: regex, c: Int32(patterns.count)))
        return true
    }

    /// Pops a value, pushes whether the comparison holds with one of the texts.
    public mutating func emitText(
        _ comparison: TextComparison, _ texts: [String], any: Bool, caseInsensitive: Bool, _ pool: ExpressionPoolBuilder
    ) {
        let operation: Instruction.Operation =
            switch comparison {
            case .contains: .contains
            case .prefix: .prefix
            case .suffix: .suffix
            }
        predicate(
            Instruction(
                operation, flags: flags(any, caseInsensitive), b: pool.textRun(texts, caseInsensitive: caseInsensitive),
                c: Int32(texts.count)))
    }

    /// Pops part and text, pushes whether the comparison holds.
    public mutating func emitText(_ comparison: TextComparison, any: Bool, anyRight: Bool, caseInsensitive: Bool) {
        replace(
            2,
            Instruction(
                .textCompare, flags: flags(any, caseInsensitive).union(anyRight ? .anyRight : []),
                variant: comparison.rawValue))
    }

    /// Pops a value, pushes whether it is an address in one of the blocks. False, and nothing emitted, when one is no
    /// address block.
    public mutating func emitNetwork(_ blocks: [String], any: Bool, _ pool: ExpressionPoolBuilder) -> Bool {
        guard let networks = pool.networks(blocks) else { return false }
        predicate(Instruction(.network, flags: any ? .any : [], b: networks))
        return true
    }

    /// Pops a value, pushes whether it is null, or `[*]` without elements.
    public mutating func emitIsNull(any: Bool) { predicate(Instruction(.isNull, flags: any ? .any : [])) }

    // MARK: Logic and jumps

    /// Pops a value, pushes whether it is not true.
    public mutating func emitNot() { replace(1, Instruction(.not)) }

    /// Pops a value, pushes whether it is true.
    public mutating func emitTruth() { replace(1, Instruction(.truth)) }

    /// Pops; unless it was true pushes false and jumps.
    public mutating func emitAnd() -> Jump { jump(.andJump, taken: 1) }

    /// Pops; if it was true pushes true and jumps.
    public mutating func emitOr() -> Jump { jump(.orJump, taken: 1) }

    /// Pops; jumps unless it was true.
    public mutating func emitJumpUnlessTrue() -> Jump { jump(.jumpUnlessTrue, taken: 1) }

    /// Jumps when the top is not null, else pops.
    public mutating func emitJumpUnlessNull() -> Jump { jump(.jumpUnlessNull, taken: 1) }

    /// Jumps; what was pushed last is the value of another branch and is not on the stack behind it.
    public mutating func emitJump() -> Jump { jump(.jump, taken: 1) }

    /// Makes jumps lead here.
    public mutating func land(_ jumps: [Jump]) {
        for jump in jumps { instructions[jump.position].b = Int32(instructions.count - jump.position - 1) }
        fusible = instructions.count
    }

    // MARK: Stack

    private func flags(_ any: Bool, _ caseInsensitive: Bool) -> Instruction.Flags {
        (any ? Instruction.Flags.any : []).union(caseInsensitive ? .caseInsensitive : [])
    }

    private mutating func push(_ instruction: Instruction) {
        instructions.append(instruction)
        depth += 1
        stackDepth = max(stackDepth, depth)
    }

    private mutating func replace(_ count: Int, _ instruction: Instruction) {
        depth -= count
        push(instruction)
    }

    private mutating func predicate(_ instruction: Instruction) {
        guard instructions.count > fusible, let load = instructions.last, load.operation == .load, load.a >= 0,
            load.variant == LoadSource.current.rawValue
        else { return replace(1, instruction) }
        var fused = instruction
        fused.a = load.a
        fused.flags.insert(.readsSlot)
        instructions[instructions.count - 1] = fused
    }

    private mutating func jump(_ operation: Instruction.Operation, taken: Int) -> Jump {
        instructions.append(Instruction(operation))
        depth -= taken
        fusible = instructions.count
        return Jump(position: instructions.count - 1)
    }
}

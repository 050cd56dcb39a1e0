/// Evaluates the programs of a pool. One machine for each thread; it owns the stack and the memory of computed texts.
///
/// Predicates over fields, `prev`, bound events and counts allocate nothing. What functions compute goes to scratch
/// memory, which `isTrue` gives back itself and `reset` after `evaluate`.
public final class ExpressionMachine {
    /// The programs.
    public let pool: ExpressionPool
    let programs: UnsafePointer<ExpressionPool.Program>
    let code: UnsafePointer<Instruction>
    let constants: UnsafePointer<Value>
    let sets: UnsafePointer<ValueSet>
    let wildcards: UnsafePointer<WildcardPattern>
    let networks: UnsafePointer<NetworkSet>
    let regexes: UnsafePointer<OpaquePointer>
    let stack: UnsafeMutablePointer<Value>
    let arena: ScratchArena

    /// A machine for a pool.
    public init(pool: ExpressionPool) {
        self.pool = pool
        programs = pool.programs
        code = pool.code
        constants = pool.constants
        sets = pool.sets
        wildcards = pool.wildcards
        networks = pool.networks
        regexes = pool.regexes
        stack = .allocate(capacity: pool.stackDepth + 1)
        arena = ScratchArena()
    }

    deinit {
        stack.deallocate()
        arena.free()
    }

    /// Gives back the memory of computed values; those that `evaluate` returned are gone then.
    public func reset() { arena.reset() }

    /// True when a program's value is true. `program` is an index that the pool's builder returned.
    @inline(__always)
    public func isTrue(_ program: Int32, _ context: inout EvaluationContext) -> Bool {
        let entry = programs[Int(program)]
        let start = code + Int(entry.start)
        let mark = arena.mark
        let result: Bool
        if entry.isSlotPredicate {
            result = test(start.pointee, slot(start.pointee.a, &context))
        } else {
            result = run(start, &context).isTrue
        }
        arena.restore(mark)
        return result
    }

    /// The value of a program. Texts and lists in it live in the event, in the pool, or in scratch memory until `reset`.
    public func evaluate(_ program: Int32, _ context: inout EvaluationContext) -> Value {
        run(code + Int(programs[Int(program)].start), &context)
    }

    @inline(__always)
    func slot(_ slot: Int32, _ context: inout EvaluationContext) -> Value {
        if let slots = context.slots { return slots[Int(slot)] }
        return context.current?.value(slot: slot) ?? .null
    }

    /// Runs from `start` to the end of the program.
    func run(_ start: UnsafePointer<Instruction>, _ context: inout EvaluationContext) -> Value {
        var pc = start
        // One past the top of the stack.
        var top = stack
        while true {
            let instruction = pc.pointee
            pc += 1
            switch instruction.operation {
            case .end:
                return (top - 1).pointee
            case .constant:
                top.pointee = constants[Int(instruction.b)]
                top += 1
            case .load:
                top.pointee = load(instruction, &context)
                top += 1
            case .equalsText, .compareConstant, .member, .wildcard, .regex, .contains, .prefix, .suffix, .network, .isNull:
                if instruction.flags.contains(.readsSlot) {
                    top.pointee = .bool(test(instruction, slot(instruction.a, &context)))
                    top += 1
                } else {
                    (top - 1).pointee = .bool(test(instruction, (top - 1).pointee))
                }
            case .compare:
                top -= 1
                (top - 1).pointee = .bool(compare(instruction, (top - 1).pointee, top.pointee))
            case .textCompare:
                top -= 1
                (top - 1).pointee = .bool(textCompare(instruction, (top - 1).pointee, top.pointee))
            case .arithmetic:
                top -= 1
                (top - 1).pointee = ValueArithmetic.compute(
                    ArithmeticOperation(rawValue: instruction.variant)!, (top - 1).pointee, top.pointee, arena)
            case .negate:
                (top - 1).pointee = ValueArithmetic.negate((top - 1).pointee)
            case .not:
                (top - 1).pointee = .bool(!(top - 1).pointee.isTrue)
            case .truth:
                (top - 1).pointee = .bool((top - 1).pointee.isTrue)
            case .andJump:
                if (top - 1).pointee.isTrue {
                    top -= 1
                } else {
                    (top - 1).pointee = .bool(false)
                    pc += Int(instruction.b)
                }
            case .orJump:
                if (top - 1).pointee.isTrue { pc += Int(instruction.b) } else { top -= 1 }
            case .jumpUnlessTrue:
                top -= 1
                if !top.pointee.isTrue { pc += Int(instruction.b) }
            case .jumpUnlessNull:
                if (top - 1).pointee.isNull { top -= 1 } else { pc += Int(instruction.b) }
            case .jump:
                pc += Int(instruction.b)
            case .drop:
                top -= 1
            case .aggregate:
                top.pointee = aggregate(instruction, &context)
                top += 1
            case .call:
                let count = Int(instruction.b)
                top -= count
                let arguments = UnsafeBufferPointer(start: UnsafePointer(top), count: count)
                top.pointee = call(ScalarFunction(rawValue: instruction.variant)!, arguments)
                top += 1
            case .extract:
                (top - 1).pointee = extract(instruction, (top - 1).pointee)
            }
        }
    }
}

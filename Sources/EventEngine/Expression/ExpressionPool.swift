/// Compiled expressions, addressed by index; immutable, shared by all threads. `ExpressionPoolBuilder` makes it.
public final class ExpressionPool: @unchecked Sendable {
    /// Where a program is and how to start it.
    struct Program: BitwiseCopyable {
        var start: Int32
        /// True when it is one predicate over one slot: no stack is needed.
        var isSlotPredicate: Bool
    }

    /// How many programs it has.
    public let count: Int
    /// Greatest number of values that a program has on the stack.
    let stackDepth: Int
    let programs: UnsafePointer<Program>
    let code: UnsafePointer<Instruction>
    let constants: UnsafePointer<Value>
    let sets: UnsafePointer<ValueSet>
    let wildcards: UnsafePointer<WildcardPattern>
    let networks: UnsafePointer<NetworkSet>
    let regexes: UnsafePointer<OpaquePointer>
    /// Keeps alive what the pointers point to.
    private let store: ConstantStore

    init(
        programs: [Program], code: [Instruction], stackDepth: Int, constants: [Value], sets: [ValueSet],
        wildcards: [WildcardPattern], networks: [NetworkSet], regexes: [OpaquePointer], store: ConstantStore
    ) {
        count = programs.count
        self.stackDepth = stackDepth
        self.store = store
        self.programs = Self.keep(programs, store)
        self.code = Self.keep(code, store)
        self.constants = Self.keep(constants, store)
        self.sets = Self.keep(sets, store)
        self.wildcards = Self.keep(wildcards, store)
        self.networks = Self.keep(networks, store)
        self.regexes = Self.keep(regexes, store)
    }

    private static func keep<Element: BitwiseCopyable>(
        _ elements: [Element], _ store: ConstantStore
    ) -> UnsafePointer<Element> {
        // A table without elements is never read; any aligned address will do.
        store.array(elements).baseAddress ?? UnsafePointer(bitPattern: MemoryLayout<Element>.alignment)!
    }
}

/// Collects compiled expressions and their constants. Equal programs become one, equal constants too.
///
/// Not for several threads. `build` may be called more than once; each pool has what was added until then.
public final class ExpressionPoolBuilder {
    private struct ConstantKey: Hashable {
        var tag: UInt8
        var payload: UInt64
        var text: [UInt8]
    }
    private struct SetKey: Hashable {
        var members: [ConstantKey]
        var caseInsensitive: Bool
    }
    private struct PatternKey: Hashable {
        /// UTF-8: texts that Unicode calls equivalent are different patterns.
        var patterns: [[UInt8]]
        var caseInsensitive: Bool

        init(_ patterns: [String], caseInsensitive: Bool) {
            self.patterns = patterns.map { Array($0.utf8) }
            self.caseInsensitive = caseInsensitive
        }
    }

    private let store = ConstantStore()
    private var programs: [ExpressionPool.Program] = []
    private var code: [Instruction] = []
    private var indexByProgram: [[Instruction]: Int32] = [:]
    private var stackDepth = 0
    private var constants: [Value] = []
    private var constantIndex: [ConstantKey: Int32] = [:]
    private var textRuns: [PatternKey: Int32] = [:]
    private var sets: [ValueSet] = []
    private var setIndex: [SetKey: Int32] = [:]
    private var wildcards: [WildcardPattern] = []
    private var wildcardIndex: [PatternKey: Int32] = [:]
    private var networks: [NetworkSet] = []
    private var networkIndex: [[String]: Int32] = [:]
    private var regexes: [OpaquePointer] = []
    private var regexIndex: [PatternKey: Int32] = [:]

    /// An empty builder.
    public init() {}

    /// What was added so far, as an immutable pool.
    public func build() -> ExpressionPool {
        ExpressionPool(
            programs: programs, code: code, stackDepth: stackDepth, constants: constants, sets: sets,
            wildcards: wildcards, networks: networks, regexes: regexes, store: store)
    }

    /// Adds a program and returns its index; that of an equal program when there is one.
    public func add(_ program: ProgramAssembly) -> Int32 {
        if let index = indexByProgram[program.instructions] { return index }
        let index = Int32(programs.count)
        indexByProgram[program.instructions] = index
        let isSlotPredicate =
            program.instructions.count == 1 && program.instructions[0].flags.contains(.readsSlot)
        programs.append(ExpressionPool.Program(start: Int32(code.count), isSlotPredicate: isSlotPredicate))
        code += program.instructions
        code.append(Instruction(.end))
        stackDepth = max(stackDepth, program.stackDepth)
        return index
    }

    /// A value for a text whose memory lives as long as the pool.
    public func text(_ text: String) -> Value { .string(store.text(text)) }

    /// The index of a constant; texts are to be made with `text`.
    public func constant(_ value: Value) -> Int32 {
        let key = key(value)
        if let index = constantIndex[key] { return index }
        let index = Int32(constants.count)
        constants.append(value)
        constantIndex[key] = index
        return index
    }

    /// The first index of text constants that follow each other.
    func textRun(_ texts: [String], caseInsensitive: Bool) -> Int32 {
        let folded = caseInsensitive ? texts.map(CaseFolding.lower) : texts
        let key = PatternKey(folded, caseInsensitive: false)
        if let index = textRuns[key] { return index }
        let index = Int32(constants.count)
        constants += folded.map(text)
        textRuns[key] = index
        return index
    }

    func set(_ members: [Value], caseInsensitive: Bool) -> Int32 {
        let members = caseInsensitive ? members.map(lowered) : members
        var seen: Set<ConstantKey> = []
        let different = members.filter { !$0.isNull && seen.insert(key($0)).inserted }
        let setKey = SetKey(members: different.map(key), caseInsensitive: caseInsensitive)
        if let index = setIndex[setKey] { return index }
        let index = Int32(sets.count)
        sets.append(ValueSet(different, store: store))
        setIndex[setKey] = index
        return index
    }

    func wildcards(_ patterns: [String], caseInsensitive: Bool) -> Int32 {
        let folded = caseInsensitive ? patterns.map(CaseFolding.lower) : patterns
        let key = PatternKey(folded, caseInsensitive: false)
        if let index = wildcardIndex[key] { return index }
        let index = Int32(wildcards.count)
        wildcards += folded.map { WildcardPattern($0, store: store) }
        wildcardIndex[key] = index
        return index
    }

    /// nil when RE2 refuses one of the patterns.
    func regexes(_ patterns: [String], caseInsensitive: Bool) -> Int32? {
        let key = PatternKey(patterns, caseInsensitive: caseInsensitive)
        if let index = regexIndex[key] { return index }
        var compiled: [OpaquePointer] = []
        for pattern in patterns {
            guard let regex = store.regex(pattern, caseInsensitive: caseInsensitive) else { return nil }
            compiled.append(regex)
        }
        let index = Int32(regexes.count)
        regexes += compiled
        regexIndex[key] = index
        return index
    }

    func regex(at index: Int32) -> OpaquePointer { regexes[Int(index)] }

    /// nil when one of the texts is no address block.
    func networks(_ blocks: [String]) -> Int32? {
        if let index = networkIndex[blocks] { return index }
        guard let set = NetworkSet(blocks, store: store) else { return nil }
        let index = Int32(networks.count)
        networks.append(set)
        networkIndex[blocks] = index
        return index
    }

    /// A text in lower case, anything else as it is.
    func lowered(_ value: Value) -> Value {
        guard value.tag == .string else { return value }
        return text(CaseFolding.lower(String(decoding: value.bytes, as: UTF8.self)))
    }

    private func key(_ value: Value) -> ConstantKey {
        value.tag == .string
            ? ConstantKey(tag: value.tag.rawValue, payload: 0, text: Array(value.bytes))
            : ConstantKey(tag: value.tag.rawValue, payload: value.payload, text: [])
    }
}

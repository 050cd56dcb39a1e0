/// An automaton laid out flat for the runtime: edges of all states one behind the other, sets of edges as bit masks.
///
/// State s awaits `edges[firstEdge[s] ..< firstEdge[s] + edgeCount[s]]`, the most preferred first; bit i of a mask of
/// that state stands for its i-th edge. Every mask has `maskWords` words. Immutable once built.
public final class AutomatonProgram: @unchecked Sendable {
    /// How a step follows the one before.
    public enum Contiguity: UInt8, Sendable {
        /// `->`
        case relaxed
        /// `->>`
        case any
        /// `,`
        case strict
    }

    /// What a guard tests or an update does.
    public enum CountOperation: UInt8, Sendable {
        /// Guard: counter `index` ≥ `value`.
        case atLeast
        /// Guard: counter `index` < `value`.
        case below
        /// Guard: bit `value` of choice `index` is clear and fewer branches than needed are complete.
        case branchOpen
        /// Guard: enough branches of choice `index` are complete.
        case complete
        /// Update: counter `index` = `value`.
        case set
        /// Update: counter `index` += 1, at most `value`.
        case increment
        /// Update: the bits of choice `index` = 1 << `value`.
        case setBranch
        /// Update: the bits of choice `index` |= 1 << `value`.
        case addBranch
        /// Update: start of group `index` = the event's time.
        case startGroup
    }

    /// A guard or update.
    public struct Operation: Sendable {
        /// What.
        public var operation: CountOperation
        /// Word of the thread that it reads or writes, from the first count.
        public var index: Int32
        /// Operand.
        public var value: Int64
        /// Makes one.
        public init(_ operation: CountOperation, index: Int, value: Int64) {
            self.operation = operation
            self.index = Int32(index)
            self.value = value
        }
    }

    /// A run of entries in one of the program's tables.
    public struct Run: Sendable {
        /// First entry.
        public var start: Int32
        /// Number of entries.
        public var count: Int32
        /// Makes a run.
        public init(start: Int, count: Int) {
            self.start = Int32(start)
            self.count = Int32(count)
        }
    }

    /// A group that ends when its `until` variable's predicate holds.
    public struct UntilUse: Sendable {
        /// Variable that ends the group.
        public var variable: Int32
        /// True when the edge enters the group by `->>`: then it goes on waiting.
        public var survives: Bool
        /// Makes one.
        public init(variable: Int, survives: Bool) {
            self.variable = Int32(variable)
            self.survives = survives
        }
    }

    /// A group with `within` that the edge's target lies in and that the edge does not enter.
    public struct WithinUse: Sendable {
        /// Word of the thread that holds the time of the group's first event, from the first count.
        public var word: Int32
        /// Nanoseconds.
        public var duration: Int64
        /// Makes one.
        public init(word: Int, duration: Int64) {
            self.word = Int32(word)
            self.duration = duration
        }
    }

    /// A word of a thread as `prefer: latest` compares it: `word & kept | added`.
    public struct ComparedWord: Sendable {
        /// Word of the thread, from the first count.
        public var word: Int32
        /// Bits that count.
        public var kept: UInt64 = .max
        /// Bits that taking the edge adds.
        public var added: UInt64 = 0
        /// The whole word.
        public init(word: Int) {
            self.word = Int32(word)
        }
    }

    /// A leading negation that must hold when an attempt starts, or when it is accepted.
    public struct LeadingNegation: Sendable {
        /// Index of the negation's time among those that a key keeps.
        public var index: Int32
        /// `for`, nanoseconds; -1: the rest of `within`, tested at acceptance.
        public var duration: Int64
        /// Makes one.
        public init(index: Int, duration: Int64) {
            self.index = Int32(index)
            self.duration = duration
        }
    }

    /// A way on from a state.
    public struct Edge: Sendable {
        /// State reached; -1: acceptance.
        public var target: Int32
        /// Variable that the event must satisfy; -1 for acceptance.
        public var variable: Int32
        /// Link.
        public var contiguity: Contiguity
        /// Least time since the last bound event, nanoseconds; 0: none.
        public var minimumGap: Int64
        /// Greatest time since the last bound event, nanoseconds; `Int64.max`: none.
        public var maximumGap: Int64
        /// The event must come later than this after the last bound one; -1: at any time. (`!c for d` in the middle.)
        public var delay: Int64
        /// On acceptance behind an absence: nanoseconds after the last bound event; -1: none.
        public var absence: Int64
        /// On acceptance behind an absence without `for`: the rest of `within`.
        public var absenceToEnd: Bool
        /// What must hold when the state is reached.
        public var guards: Run
        /// What taking does.
        public var updates: Run
        /// `until` groups of the target.
        public var untils: Run
        /// `within` groups of the target that go on.
        public var withins: Run
        /// Edges of the same number await the same step in the same way, if their compared words are the same too.
        public var likeness: Int32
        /// Words of the thread to compare, in `comparedWords`.
        public var compared: Run
        /// Leading negations; on start edges only.
        public var leading: Run
        /// Offset in `masks` of the edges that this one, taken under `emit: all`, restricts; -1: none.
        public var restricts: Int32

        /// True for acceptance that must wait for an absence.
        public var isPendingAccept: Bool { target < 0 && (absence >= 0 || absenceToEnd) }

        /// An edge without any condition.
        public init(target: Int, variable: Int, contiguity: Contiguity) {
            self.target = Int32(target)
            self.variable = Int32(variable)
            self.contiguity = contiguity
            minimumGap = 0
            maximumGap = .max
            delay = -1
            absence = -1
            absenceToEnd = false
            let none = Run(start: 0, count: 0)
            guards = none
            updates = none
            untils = none
            withins = none
            leading = none
            likeness = -1
            compared = none
            restricts = -1
        }
    }

    /// A negation in force in a state.
    public struct NegationUse: Sendable {
        /// Variable that must not occur.
        public var variable: Int32
        /// True: only the very next event counts.
        public var isStrict: Bool
        /// How long after the last bound event it is in force, nanoseconds; -1: as long as awaited.
        public var duration: Int64
        /// Offset in `masks`: edges behind it by any way; an event that one of them takes does not violate it.
        public var behind: Int32
        /// Offset in `masks`: edges reached through it this way; in force while one is awaited.
        public var through: Int32
        /// Offset in `masks`: edges that fall with it.
        public var covers: Int32
        /// Makes one.
        public init(variable: Int, isStrict: Bool, duration: Int64, behind: Int, through: Int, covers: Int) {
            self.variable = Int32(variable)
            self.isStrict = isStrict
            self.duration = duration
            self.behind = Int32(behind)
            self.through = Int32(through)
            self.covers = Int32(covers)
        }
    }

    /// A state: a step occurrence that has bound an event.
    public struct State: Sendable {
        /// Its edges in `edges`.
        public var edges: Run
        /// Negations in force behind it, in `negations`.
        public var negations: Run
        /// Offset in `masks`: edges joined by `->>`.
        public var anyMask: Int32
        /// Offset in `masks`: edges joined by `,`.
        public var strictMask: Int32
        /// Offset in `masks`: acceptance that waits for an absence.
        public var pendingMask: Int32
        /// Makes one.
        public init(edges: Run, negations: Run, anyMask: Int, strictMask: Int, pendingMask: Int) {
            self.edges = edges
            self.negations = negations
            self.anyMask = Int32(anyMask)
            self.strictMask = Int32(strictMask)
            self.pendingMask = Int32(pendingMask)
        }
    }

    /// The tables as arrays; what the compiler fills.
    public struct Tables: Sendable {
        /// States by index.
        public var states: [State] = []
        /// Edges that start an attempt, the most preferred first.
        public var start: [Edge] = []
        /// Edges of all states.
        public var edges: [Edge] = []
        /// Guards and updates.
        public var operations: [Operation] = []
        /// `until` uses.
        public var untils: [UntilUse] = []
        /// `within` uses.
        public var withins: [WithinUse] = []
        /// Leading negation uses.
        public var leading: [LeadingNegation] = []
        /// Negations in force.
        public var negations: [NegationUse] = []
        /// Masks.
        public var masks: [UInt64] = []
        /// Words of a mask.
        public var maskWords = 1
        /// Words of a thread for counters, choices and group starts.
        public var countWords = 0
        /// Needed branches and always-complete branches of the choice whose bits are at this word.
        public var choices: [Int32: (needed: Int, emptyBranches: UInt64)] = [:]
        /// Words that `Edge.compared` names.
        public var comparedWords: [ComparedWord] = []
        /// Variables of leading negations, by index of the time that a key keeps.
        public var leadingVariables: [Int32] = []
        /// Longest a key must remember the time of a leading negation, nanoseconds, by the same index.
        public var leadingReach: [Int64] = []
        /// Empty tables.
        public init() {}
    }

    let states: UnsafeMutableBufferPointer<State>
    let start: UnsafeMutableBufferPointer<Edge>
    let edges: UnsafeMutableBufferPointer<Edge>
    let operations: UnsafeMutableBufferPointer<Operation>
    let untils: UnsafeMutableBufferPointer<UntilUse>
    let withins: UnsafeMutableBufferPointer<WithinUse>
    let leading: UnsafeMutableBufferPointer<LeadingNegation>
    let negations: UnsafeMutableBufferPointer<NegationUse>
    let masks: UnsafeMutableBufferPointer<UInt64>
    let leadingVariables: UnsafeMutableBufferPointer<Int32>
    let choiceNeeds: UnsafeMutableBufferPointer<Int64>
    let choiceEmpties: UnsafeMutableBufferPointer<UInt64>
    /// Longest a key must remember the time of a leading negation, nanoseconds.
    public let leadingReach: [Int64]
    let comparedWords: [ComparedWord]
    /// Words of a mask.
    public let maskWords: Int
    /// Words of a thread for counters, choices and group starts.
    public let countWords: Int
    /// True when every match is one event and needs no state: each start edge leads to plain acceptance.
    public let isStateless: Bool
    /// True when threads may come to bind the same events to the same variables by different ways.
    public let isAmbiguous: Bool
    /// True when the only deadline of an attempt is `within`.
    public let hasPlainDeadlines: Bool

    /// Copies the tables.
    public init(_ tables: Tables) {
        states = Self.copy(tables.states)
        start = Self.copy(tables.start)
        edges = Self.copy(tables.edges)
        operations = Self.copy(tables.operations)
        untils = Self.copy(tables.untils)
        withins = Self.copy(tables.withins)
        leading = Self.copy(tables.leading)
        negations = Self.copy(tables.negations)
        masks = Self.copy(tables.masks)
        leadingVariables = Self.copy(tables.leadingVariables)
        leadingReach = tables.leadingReach
        comparedWords = tables.comparedWords
        maskWords = tables.maskWords
        countWords = tables.countWords
        var needs = [Int64](repeating: 0, count: tables.countWords)
        var empties = [UInt64](repeating: 0, count: tables.countWords)
        for (word, choice) in tables.choices {
            needs[Int(word)] = Int64(choice.needed)
            empties[Int(word)] = choice.emptyBranches
        }
        choiceNeeds = Self.copy(needs)
        choiceEmpties = Self.copy(empties)
        // Acceptance has variable -1: two ways to it count as well.
        isAmbiguous =
            ([tables.start]
            + tables.states.map { state in
                Array(tables.edges[Int(state.edges.start)..<Int(state.edges.start + state.edges.count)])
            }).contains { edges in Set(edges.map(\.variable)).count < edges.count }
        hasPlainDeadlines = tables.edges.allSatisfy { $0.maximumGap == .max && $0.withins.count == 0 && !$0.isPendingAccept }
        isStateless =
            tables.leadingVariables.isEmpty && tables.start.allSatisfy { $0.untils.count == 0 }
            && tables.start.allSatisfy { edge in
                guard edge.target >= 0 else { return false }
                let run = tables.states[Int(edge.target)].edges
                return run.count == 1 && tables.edges[Int(run.start)].target < 0 && !tables.edges[Int(run.start)].isPendingAccept
            }
    }

    deinit {
        states.deallocate()
        start.deallocate()
        edges.deallocate()
        operations.deallocate()
        untils.deallocate()
        withins.deallocate()
        leading.deallocate()
        negations.deallocate()
        masks.deallocate()
        leadingVariables.deallocate()
        choiceNeeds.deallocate()
        choiceEmpties.deallocate()
    }

    private static func copy<Element>(_ array: [Element]) -> UnsafeMutableBufferPointer<Element> {
        let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: max(1, array.count))
        _ = buffer.initialize(from: array)
        return UnsafeMutableBufferPointer(start: buffer.baseAddress, count: array.count)
    }
}

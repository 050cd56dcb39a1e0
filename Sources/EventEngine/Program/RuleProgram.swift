/// A compiled rule: what the engine runs. Immutable.
public struct RuleProgram: Sendable {
    /// An event variable.
    public struct Variable: Sendable {
        /// Its name in matches.
        public var name: String
        /// Conjuncts that look at the event alone, a program of the pool; -1: none.
        public var localPredicate: Int32
        /// Conjuncts that look at bound events too; -1: none.
        public var dependentPredicate: Int32
        /// Streams that it reads, by index; nil: every stream but `matches`.
        public var streams: Set<Int32>?
        /// Its key's parts.
        public var key: [KeyPart]
        /// True when the pattern, a negation or an `until` names it.
        public var isUsed = true
        /// Makes a variable.
        public init(name: String, localPredicate: Int32, dependentPredicate: Int32, streams: Set<Int32>?, key: [KeyPart]) {
            self.name = name
            self.localPredicate = localPredicate
            self.dependentPredicate = dependentPredicate
            self.streams = streams
            self.key = key
        }
    }

    /// A part of a key.
    public struct KeyPart: Hashable, Sendable {
        /// Slot of the field.
        public var slot: Int32
        /// Null is a key of its own.
        public var allowsNull: Bool
        /// Name of the part in matches.
        public var label: String
        /// Makes a part.
        public init(slot: Int32, allowsNull: Bool, label: String) {
            self.slot = slot
            self.allowsNull = allowsNull
            self.label = label
        }
    }

    /// When matches leave.
    public enum Emit: Sendable {
        /// At the first accept.
        case first
        /// When decided.
        case final
        /// At every accept.
        case all
    }

    /// What a match drops.
    public enum Skip: Sendable, Equatable {
        /// Attempts that started at or before its last event.
        case pastLast
        /// The attempt that matched.
        case toNext
        /// Nothing.
        case none
        /// Attempts that started before the first event of the variable.
        case toFirst(Int32)
        /// Attempts that started before the last event of the variable.
        case toLast(Int32)
    }

    /// Where a part of the suppression key comes from.
    public enum SuppressionSource: Sendable {
        /// Part of the partition key.
        case key(Int)
        /// Measure.
        case measure(Int)
    }

    /// `suppress`.
    public struct Suppression: Sendable {
        /// Parts of its key.
        public var by: [SuppressionSource]
        /// Nanoseconds from the first alert.
        public var duration: Int64
        /// Report the number at the end.
        public var summary: Bool
        /// Makes one.
        public init(by: [SuppressionSource], duration: Int64, summary: Bool) {
            self.by = by
            self.duration = duration
            self.summary = summary
        }
    }

    /// A constant that an event must have for the rule to care, for the rule index.
    public struct Gate: Sendable {
        /// Slot.
        public var slot: Int32
        /// The event's value must equal one of these.
        public var constants: [GateConstant]
        /// Makes a gate.
        public init(slot: Int32, constants: [GateConstant]) {
            self.slot = slot
            self.constants = constants
        }
    }

    /// A constant of a gate.
    public enum GateConstant: Hashable, Sendable {
        /// A text.
        case string(String)
        /// A number; integers are their double where that is exact.
        case number(Double)
        /// True or false.
        case bool(Bool)
    }

    /// Unique id.
    public var id = ""
    /// Level, as written.
    public var level = ""
    /// Hash of everything that decides which matches there are.
    public var logicHash = Digest128(high: 0, low: 0)
    /// Hash of the automaton's shape and the keys, without predicates and durations: partial matches of a rule of the same
    /// shape can be taken over.
    public var shapeHash = Digest128(high: 0, low: 0)
    /// Hash of everything else that is said of the rule: what its alerts carry and where they go.
    public var metadataHash = Digest128(high: 0, low: 0)
    /// The automaton.
    public var automaton: AutomatonProgram
    /// Event variables.
    public var variables: [Variable] = []
    /// `where`, a program of the pool; -1: none.
    public var filter: Int32 = -1
    /// True when the names have keys of their own.
    public var hasPerNameKeys = false
    /// Parts of a key.
    public var keyWidth = 0
    /// Nanoseconds; -1: none.
    public var within: Int64 = -1
    /// Variable of the rule-level `until`; -1: none.
    public var until: Int32 = -1
    /// `having`; -1: none.
    public var having: Int32 = -1
    /// Measures: name and program.
    public var select: [(name: String, program: Int32)] = []
    /// `emit`.
    public var emit = Emit.first
    /// `skip`.
    public var skip = Skip.pastLast
    /// `prefer: latest`.
    public var prefersLatest = false
    /// Attempts per key.
    public var attemptLimit = 1000
    /// `when_full: drop_newest`.
    public var dropsNewest = false
    /// `timeout: emit`.
    public var emitsTimeouts = false
    /// `suppress`.
    public var suppression: Suppression?
    /// `mode: shadow`.
    public var isShadow = false
    /// True when an expression reads `lag`.
    public var usesLag = false
    /// Streams that any variable reads; nil: every stream but `matches`.
    public var streams: Set<Int32>?
    /// An event that satisfies none of these cannot touch the rule; nil: any event may.
    public var gates: [Gate]?
    /// True when events that satisfy none of its names reach the rule, too.
    public var seesEveryEvent = false
    /// Pairs of variables, the lesser index first, that no event can satisfy both.
    public var apart: [(Int, Int)] = []
    /// Slots that expressions read of bound events, ascending: kept in snapshots.
    public var keptSlots: [Int32] = []

    /// A rule with that automaton, everything else empty.
    public init(automaton: AutomatonProgram) {
        self.automaton = automaton
    }
}

/// One step of a compiled expression: 16 bytes. What `a`, `b` and `c` mean is said at each operation.
///
/// Programs run on a stack of values. Predicates take their operand from the stack or, with the flag `readsSlot`,
/// straight from slot `a` of the current event.
public struct Instruction: Hashable, Sendable, BitwiseCopyable {
    /// What to do.
    public var operation: Operation
    /// How.
    public var flags: Flags
    /// Comparison mask, arithmetic operation, function, aggregate or event source.
    var variant: UInt8
    private var padding: UInt8 = 0
    /// First argument.
    var a: Int32
    /// Second argument.
    var b: Int32
    /// Third argument.
    var c: Int32

    /// The operations.
    public enum Operation: UInt8, Sendable, BitwiseCopyable {
        /// The result is on the stack.
        case end
        /// Pushes constant `b`.
        case constant
        /// Pushes operand `a` of event source `variant`, of event variable `c`.
        case load
        /// Predicate: equals the text constant `b`.
        case equalsText
        /// Predicate: stands in relation `variant` to constant `b`.
        case compareConstant
        /// Predicate: is a member of set `b`.
        case member
        /// Predicate: fits one of the `c` wildcard patterns from `b`.
        case wildcard
        /// Predicate: one of the `c` regular expressions from `b` is found.
        case regex
        /// Predicate: has one of the `c` text constants from `b` as a part, or, a list, as an element.
        case contains
        /// Predicate: has one of the `c` text constants from `b` as prefix.
        case prefix
        /// Predicate: has one of the `c` text constants from `b` as suffix.
        case suffix
        /// Predicate: is an address in network set `b`.
        case network
        /// Predicate: is null.
        case isNull
        /// Pops right and left, pushes whether they stand in relation `variant`.
        case compare
        /// Pops part and text, pushes whether `variant` (contains, prefix, suffix) holds.
        case textCompare
        /// Pops right and left, pushes the result of `variant`.
        case arithmetic
        /// Negates the number or duration on the stack.
        case negate
        /// Replaces the top by whether it is not true.
        case not
        /// Replaces the top by whether it is true.
        case truth
        /// Pops; unless it was true pushes false and goes to `b`.
        case andJump
        /// Pops; if it was true pushes true and goes to `b`.
        case orJump
        /// Pops; unless it was true goes to `b`.
        case jumpUnlessTrue
        /// Goes to `b` when the top is not null, else pops.
        case jumpUnlessNull
        /// Goes to `b`.
        case jump
        /// Pops.
        case drop
        /// Pushes aggregate `variant` of operand `a` over the events of variable `c`.
        case aggregate
        /// Pops `b` arguments, pushes the result of function `variant`.
        case call
        /// Replaces the text on the stack by group `c` of regular expression `b`.
        case extract
    }

    /// Ways to carry out an operation.
    public struct Flags: OptionSet, Hashable, Sendable, BitwiseCopyable {
        /// The bits.
        public let rawValue: UInt8
        /// Flags of these bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// A predicate's operand is slot `a` of the current event.
        public static let readsSlot = Flags(rawValue: 1)
        /// The (left) operand is `[*]`: the predicate holds when it holds for an element.
        public static let any = Flags(rawValue: 2)
        /// The right operand is `[*]`.
        public static let anyRight = Flags(rawValue: 4)
        /// Texts are compared in lower case; constants are in lower case already.
        public static let caseInsensitive = Flags(rawValue: 8)
    }

    init(_ operation: Operation, flags: Flags = [], variant: UInt8 = 0, a: Int32 = 0, b: Int32 = 0, c: Int32 = 0) {
        self.operation = operation
        self.flags = flags
        self.variant = variant
        self.a = a
        self.b = b
        self.c = c
    }
}

/// Which event a value is read from.
public enum LoadSource: UInt8, Sendable {
    /// The event under test, or the last of the match.
    case current
    /// The first event that a variable has bound.
    case first
    /// The last event that a variable has bound.
    case last
    /// The event that the attempt bound before.
    case previous
    /// The previous event of the keyed sequence.
    case lag
}

/// What is read of an event: a slot, or a meta field.
public struct EventOperand: Hashable, Sendable {
    /// The slot when not negative, else a meta field.
    let code: Int32

    /// A slot of the schema.
    public static func slot(_ slot: Int) -> EventOperand { EventOperand(code: Int32(slot)) }
    /// Event time.
    public static let time = EventOperand(code: -1)
    /// Name of the stream.
    public static let stream = EventOperand(code: -2)
    /// Event id, 32 hexadecimal digits.
    public static let id = EventOperand(code: -3)
    /// Name of the source.
    public static let source = EventOperand(code: -4)
    /// When it was read.
    public static let ingested = EventOperand(code: -5)
    /// Nothing: `count` of events.
    public static let none = EventOperand(code: -6)
}

/// `+ - * / %`.
public enum ArithmeticOperation: UInt8, Sendable {
    /// `+`
    case add
    /// `-`
    case subtract
    /// `*`
    case multiply
    /// `/`
    case divide
    /// `%`
    case remainder
}

/// `== != < <= > >=`, as the relations for which they hold.
public enum ComparisonOperation: UInt8, Sendable {
    /// `==`
    case equal = 2
    /// `!=`
    case notEqual = 13
    /// `<`
    case less = 1
    /// `<=`
    case lessOrEqual = 3
    /// `>`
    case greater = 4
    /// `>=`
    case greaterOrEqual = 6
}

/// Comparison of two computed texts.
public enum TextComparison: UInt8, Sendable {
    /// Part of, or element of a list.
    case contains
    /// Prefix.
    case prefix
    /// Suffix.
    case suffix
}

/// Aggregates over bound events.
public enum AggregateOperation: UInt8, Sendable {
    /// How many events, or values that are not null.
    case count
    /// Sum of the numbers.
    case sum
    /// Mean of the numbers.
    case average
    /// Least value.
    case minimum
    /// Greatest value.
    case maximum
    /// How many different values.
    case distinct
}

/// Built-in functions; what each does is said at `Function` of the rule language.
public enum ScalarFunction: UInt8, Sendable, CaseIterable {
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case lower, upper, trim, length, substring, replace, concat, split, indexof, basename, string, entropy
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case number, abs, floor, ceil, round, sqrt, ln, log10, pow, least, greatest
    // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
    case time, duration, seconds, millis, hour, minute, day, month, year, weekday
}

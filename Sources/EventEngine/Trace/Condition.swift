/// One part of a predicate's conjunction, compiled to a program of its own, so that one can see which part fails and with what values.
///
/// The programs stand in the pool of the engine that evaluates them: their truth and values are those of the engine.
public struct Condition: Sendable {
    /// A side of a comparison, or what a test looks at.
    public struct Operand: Sendable {
        /// As the rule language writes it.
        public let text: String
        /// Its program in the pool.
        public let program: Int32

        /// An operand of that text and program.
        public init(text: String, program: Int32) {
            self.text = text
            self.program = program
        }
    }

    /// As the rule language writes it.
    public let text: String
    /// Its program in the pool.
    public let program: Int32
    /// What it reads that is no constant, in order of writing.
    public let operands: [Operand]
    /// True for `a == b` of two operands, which people read as "a is not b" when it fails.
    public let isEquality: Bool
    /// True when it reads nothing but the event under test.
    public let isLocal: Bool

    /// A condition of these parts.
    public init(text: String, program: Int32, operands: [Operand], isEquality: Bool, isLocal: Bool) {
        self.text = text
        self.program = program
        self.operands = operands
        self.isEquality = isEquality
        self.isLocal = isLocal
    }
}

/// The predicates of one rule in parts; each list is a conjunction.
public struct RuleConditions: Sendable {
    /// `where`; empty: none.
    public var filter: [Condition]
    /// By variable.
    public var variables: [[Condition]]
    /// `having`; empty: none.
    public var having: [Condition]

    /// Conditions of these parts.
    public init(filter: [Condition], variables: [[Condition]], having: [Condition]) {
        self.filter = filter
        self.variables = variables
        self.having = having
    }
}

/// What a condition came to.
public struct ConditionResult: Sendable {
    /// The condition.
    public let condition: Condition
    /// Whether it is true.
    public let isTrue: Bool
    /// The values of its operands, in their order, as JSON; longer ones are clipped and end in `…`.
    public let values: [String]

    /// A result of these parts.
    public init(condition: Condition, isTrue: Bool, values: [String]) {
        self.condition = condition
        self.isTrue = isTrue
        self.values = values
    }
}

/// All rules of an engine, compiled against one schema. Immutable.
public struct EngineProgram: Sendable {
    /// Fields and streams.
    public var schema: EventSchema
    /// Expressions of all rules.
    public var expressions: ExpressionPool
    /// Rules; those whose matches feed others come first.
    public var rules: [RuleProgram]
    /// Slots of events that outlive the event: read through bindings, in measures and in keys; ascending.
    public var keptSlots: [Int32]

    /// Index of the first rule of those that read the stream `matches`; they stand behind all others. `rules.count` without any.
    public var firstComposedRule: Int {
        let matches = schema.streamIndex(named: Composer.streamName)
        guard matches >= 0 else { return rules.count }
        return rules.firstIndex { $0.streams?.contains(matches) == true } ?? rules.count
    }

    /// Makes a program.
    public init(schema: EventSchema, expressions: ExpressionPool, rules: [RuleProgram], keptSlots: [Int32]) {
        self.schema = schema
        self.expressions = expressions
        self.rules = rules
        self.keptSlots = keptSlots
    }
}

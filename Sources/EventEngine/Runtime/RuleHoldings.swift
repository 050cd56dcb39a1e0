/// What is held of one rule.
public struct RuleHoldings: Sendable, Equatable {
    /// Keys with partial matches, evicted ones too.
    public var keys = 0
    /// Attempts that are open, those of evicted keys aside.
    public var attempts = 0

    /// Nothing.
    public init() {}

    init(keys: Int, attempts: Int) {
        self.keys = keys
        self.attempts = attempts
    }

    /// Adds what another worker holds.
    public static func += (left: inout RuleHoldings, right: RuleHoldings) {
        left.keys += right.keys
        left.attempts += right.attempts
    }
}

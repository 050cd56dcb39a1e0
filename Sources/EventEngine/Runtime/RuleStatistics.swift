/// Counts of what a rule did.
public struct RuleStatistics: Sendable {
    /// Matches, suppressed ones included.
    public var matches = 0
    /// Attempts that timed out and were output.
    public var timeouts = 0
    /// Matches held back by `suppress`.
    public var suppressed = 0
    /// Alerts held back by a silence; no engine has any, a service does.
    public var silenced = 0
    /// Attempts begun.
    public var attempts = 0
    /// Attempts dropped by `limit`.
    public var limited = 0
    /// Attempts that ended.
    public var ends = AttemptEnds()
    /// Matches whose `skip` variable was unbound or the first event: handled as `to_next`.
    public var skipFallbacks = 0

    /// Nothing done.
    public init() {}

    /// Adds what another worker did.
    public static func += (left: inout RuleStatistics, right: RuleStatistics) {
        left.matches += right.matches
        left.timeouts += right.timeouts
        left.suppressed += right.suppressed
        left.silenced += right.silenced
        left.attempts += right.attempts
        left.limited += right.limited
        left.ends += right.ends
        left.skipFallbacks += right.skipFallbacks
    }
}

/// What leaves the engine: a match, an attempt that timed out, or a report of suppressed alerts. Owns all it holds.
public struct Match: Sendable {
    /// What it is.
    public enum Kind: String, Sendable {
        /// The pattern matched.
        case match
        /// The attempt ended by `within` or a gap (`timeout: emit`).
        case timeout
        /// How many alerts `suppress` held back, reported alone (`summary: true`).
        case suppressed
    }

    /// A bound event.
    public struct BoundEvent: Sendable {
        /// Index of the variable in the rule.
        public var variable: Int
        /// The event id.
        public var id: Digest128
        /// The event as read.
        public var raw: [UInt8]
    }

    /// Index of the rule in the engine's program.
    public var rule: Int
    /// Kind.
    public var kind: Kind
    /// Idempotency key: the same over replay, service, recovery and any number of workers.
    public var id: Digest128
    /// Key parts by label, as the first bound event has them.
    public var key: [(label: String, value: OwnedValue)]
    /// Time of the first bound event.
    public var start: Int64
    /// Time of the last bound event; of a trailing absence the deadline.
    public var end: Int64
    /// Bound events, in order.
    public var events: [BoundEvent]
    /// Measures by name.
    public var select: [(name: String, value: OwnedValue)]
    /// Alerts that `suppress` held back since the last one.
    public var suppressed = 0
}

/// A match, or an attempt that timed out, with its place in the order of decisions.
public struct Decision: Sendable {
    /// Where it stands.
    public let point: DecisionPoint
    /// What was decided: before composition and suppression.
    public let match: Match
}

/// The place of a decision in the one order that all workers' decisions have: it does not depend on which worker made it, or when.
///
/// Event time comes first; at one time the decisions of events, in order of events; then deadlines, in order of rule and
/// key; then what the end of the input decides.
public struct DecisionPoint: Comparable, Sendable {
    /// What brought it about.
    enum Phase: UInt8, Sendable {
        case event
        case deadline
        case flush
    }

    /// Event time reached, nanoseconds.
    let time: Int64
    let phase: Phase
    /// The event's sequence number; the deadline; 0 at the end of the input.
    let order: Int64
    /// Index of the rule.
    let rule: Int32
    /// With keys per name: the first variable that gives the key.
    let part: Int32
    /// Text of the key, but for events, where no two keys are decided at one point.
    let key: [UInt8]

    /// True when both come of one event, or of one key's deadline: what they feed comes after both.
    func isTogether(with other: DecisionPoint) -> Bool {
        guard time == other.time, phase == other.phase, order == other.order else { return false }
        return phase == .event || rule == other.rule && key == other.key
    }

    /// Order of decisions; equal points are decisions of one key, in the order in which they were made.
    public static func < (left: DecisionPoint, right: DecisionPoint) -> Bool {
        if left.time != right.time { return left.time < right.time }
        if left.phase != right.phase { return left.phase.rawValue < right.phase.rawValue }
        if left.order != right.order { return left.order < right.order }
        if left.rule != right.rule { return left.rule < right.rule }
        if left.part != right.part { return left.part < right.part }
        return left.key.lexicographicallyPrecedes(right.key)
    }
}

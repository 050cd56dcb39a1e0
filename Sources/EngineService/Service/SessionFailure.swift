import StateStore

/// Why a session cannot go on.
public enum SessionFailure: Error, Sendable, CustomStringConvertible {
    /// The state store will not take another checkpoint.
    case store(StateStoreError)
    /// Files, servers or settings around the service.
    case environment(String)

    /// One sentence for an operator.
    public var description: String {
        switch self {
        case .store(let error): return error.description
        case .environment(let text): return text
        }
    }
}

/// How a session ended.
enum SessionEnd {
    /// It was asked to stop; everything that was read is in a checkpoint.
    case stopped
    /// Every source has ended and everything is decided.
    case finished
    /// The same, but these alerts were not delivered, as nobody in this process ever can; they are in the outbox.
    case undelivered(action: String, reason: String)
    /// Other rules are to run from here on; everything that was read is in a checkpoint.
    case reload(LoadedRuleSet)
    /// The store lost its last commits: another session goes on from what it has, with other rules where they were to run.
    case rewind(StateStoreError, LoadedRuleSet?)
}

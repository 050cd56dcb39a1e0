/// Why a store did not do what it was asked for.
public enum StateStoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// It cannot be reached, does not answer, is loading, is read-only or out of room for the time being. The outcome of a
    /// commit is unknown: call it again. The text says what and where.
    case unavailable(String)
    /// Another process has claimed the store: this one must not write any more.
    case fenced(owner: String, generation: UInt64)
    /// The store has less than was acknowledged: it lost its last commits.
    case behind(acknowledged: StateHeader, found: StateHeader?)
    /// It holds bytes that cannot be what was written; names the file where there is one.
    case corrupted(String)
    /// It was written by a version that this one cannot read.
    case incompatible(String)
    /// What was asked for can never work: a wrong address, password, permission or option.
    case misconfigured(String)

    /// One sentence for an operator.
    public var description: String {
        switch self {
        case .unavailable(let text), .corrupted(let text), .incompatible(let text), .misconfigured(let text): return text
        case .fenced(let owner, let generation):
            return "another process has taken the state over (\(owner), generation \(generation)); this one writes nothing any more"
        case .behind(let acknowledged, let found):
            let has = found.map { "generation \($0.generation), epoch \($0.epoch)" } ?? "nothing"
            return "the state store lost what it had acknowledged: it holds \(has), but generation \(acknowledged.generation), "
                + "epoch \(acknowledged.epoch) was committed"
        }
    }
}

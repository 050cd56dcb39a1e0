import EventEngine

/// What became of the partial matches of a rule whose pattern has changed (`PatternMapping`).
public struct MappedCounts: Sendable, Equatable {
    /// Keys of which something goes on.
    public private(set) var keysKept = 0
    /// Keys of which nothing does.
    public private(set) var keysDropped = 0
    /// Attempts that go on.
    public private(set) var attemptsKept = 0
    /// Attempts that do not.
    public private(set) var attemptsDropped = 0

    /// Nothing yet.
    public init() {}

    /// Counts a key.
    mutating func add(_ outcome: PatternMapping.Outcome) {
        if outcome.bytes == nil { keysDropped += 1 } else { keysKept += 1 }
        attemptsKept += outcome.kept
        attemptsDropped += outcome.dropped
    }
}

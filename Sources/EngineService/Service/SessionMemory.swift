import Connectors

/// What of a session the next one goes on with when rules are reloaded, beside what is in the store: a restart begins without. For
/// the thread of the input.
final class SessionMemory {
    /// By source: what cannot be read again.
    let pipes: [PipeMemory]
    /// By source: malformed lines that were logged.
    var malformedLogged: [Int]
    /// How long the sources had been quiet; nil before the first session has ended.
    var quiet: QuietTimes?
    /// The first source of the last session that cannot be read again; nil: there is none.
    var unreplayable: String?
    /// By source: the identities of all partitions that the last session has found.
    var found: [[String]]
    /// Whether state was lost that this process had committed: what the store does not know is to be read again.
    let rewinds: Bool

    /// Nothing has run on this store yet, or what has is lost: `found` is what was read.
    init(sources: Int, found: [[String]]? = nil) {
        rewinds = found != nil
        self.found = found ?? Array(repeating: [], count: sources)
        pipes = (0..<sources).map { _ in PipeMemory() }
        malformedLogged = Array(repeating: 0, count: sources)
    }
}

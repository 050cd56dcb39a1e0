/// How many reloads there were since the start, by what came of them.
public struct ReloadCounts: Sendable, Equatable {
    /// Rules changed.
    public internal(set) var changed = 0
    /// The rules were as they were.
    public internal(set) var unchanged = 0
    /// The rules had errors, and the last good ones run on.
    public internal(set) var failed = 0
    /// True when the last one failed: the rules that run are older than their files.
    public internal(set) var isStale = false

    /// Rules that were taken over, by what became of them.
    public internal(set) var rules: [ReloadReport.Change: Int] = [:]
    /// Keys whose partial matches went on.
    public internal(set) var keysKept = 0
    /// Keys whose partial matches were dropped.
    public internal(set) var keysDropped = 0

    /// None.
    public init() {}

    /// Counts one.
    mutating func add(_ outcome: ReloadOutcome) {
        isStale = outcome.report == nil
        guard let report = outcome.report else {
            failed += 1
            return
        }
        if report.isEmpty { unchanged += 1 } else { changed += 1 }
    }

    /// Counts what one that was taken over kept and dropped.
    mutating func note(_ report: ReloadReport) {
        for change in ReloadReport.Change.allCases { rules[change, default: 0] += report.count(change) }
        keysKept += report.keys.kept
        keysDropped += report.keys.dropped
    }
}

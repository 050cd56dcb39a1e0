import Connectors
import Logging

/// Tells the log of alerts of one action that are dropped or given up: the first at once, those of the next seconds in one line, and
/// every one of them in some line. From any thread.
final class LossLog: Sendable {
    /// What becomes of alerts that do not arrive.
    enum Loss: String, Sendable, CaseIterable {
        /// They are gone.
        case dropped = "alerts are dropped"
        /// They are kept until somebody decides.
        case dead = "alerts are dead letters now"

        fileprivate var level: Logger.Level { self == .dropped ? .warning : .error }
    }

    private struct Untold {
        var count = 0
        var reason = ""
        /// Of the last that was counted; nil: of none that is known.
        var matchID: String?
        /// When there was the last line.
        var last: Int64?
    }

    /// So long one line follows another at least, nanoseconds.
    static let interval: Int64 = 10_000_000_000

    private let action: String
    private let logger: Logger
    private let untold = Monitor([Loss: Untold]())

    /// The losses of an action.
    init(action: String, logger: Logger) {
        self.action = action
        self.logger = logger
    }

    /// Alerts are lost at the monotonic time `now`; `matchID` is one of theirs.
    func add(_ loss: Loss, _ count: Int, reason: String, matchID: String? = nil, now: Int64) {
        untold.update { untold in
            untold[loss, default: Untold()].count += count
            untold[loss]?.reason = reason
            untold[loss]?.matchID = matchID
        }
        tellDue(now)
    }

    /// Tells of what has waited long enough.
    func tellDue(_ now: Int64) {
        for loss in Loss.allCases {
            tell(loss, now) { untold in untold.last.map { now - $0 >= Self.interval } ?? true }
        }
    }

    /// Tells of everything that nobody was told of.
    func tellAll(_ now: Int64) { for loss in Loss.allCases { tell(loss, now) { _ in true } } }

    private func tell(_ loss: Loss, _ now: Int64, when isDue: (Untold) -> Bool) {
        let told = untold.update { untold -> Untold? in
            guard let found = untold[loss], found.count > 0, isDue(found) else { return nil }
            untold[loss]?.count = 0
            untold[loss]?.last = now
            return found
        }
        guard let told else { return }
        var metadata: Logger.Metadata = ["action": "\(action)", "alerts": "\(told.count)"]
        if let matchID = told.matchID { metadata["match_id"] = "\(matchID)" }
        logger.log(level: loss.level, "\(loss.rawValue): \(told.reason)", metadata: metadata)
    }
}

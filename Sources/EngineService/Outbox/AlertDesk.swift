import StateStore

/// Takes what operators ask of a running service's alerts: to deliver dead letters again, to remove them, to drop what
/// waits. The next checkpoint does it, so that a crash leaves it done or not begun. From any thread.
///
/// Dead letters are read beside the engine (`AlertStore`), which may show one that was asked for a moment ago: none is
/// taken twice.
public final class AlertDesk: Sendable {
    /// What is asked of one action's alerts.
    struct Request {
        /// Dead letters to be delivered again: number and line.
        var retried: [(number: UInt64, line: [UInt8])] = []
        /// Numbers of dead letters to be removed.
        var purged: [UInt64] = []
        /// Drops all alerts that wait for delivery.
        var dropsWaiting = false
        /// Numbers of alerts to be dropped that wait for an action which is not configured: no queue has them.
        var dropped: [UInt64] = []
    }

    private struct State {
        /// By action.
        var requests: [String: Request] = [:]
        /// Numbers of dead letters that something was asked of since the store was claimed, by action.
        var settled: [String: Set<UInt64>] = [:]
        /// The same of alerts that wait for actions which are not configured.
        var dropped: [String: Set<UInt64>] = [:]

        /// True the first time.
        mutating func take(_ number: UInt64, ofAction action: String) -> Bool {
            settled[action, default: []].insert(number).inserted
        }
    }

    private let state = Monitor(State())

    /// Nothing is asked.
    init() {}

    /// Has dead letters of an action delivered again; how many that are. Those whose record cannot be read are left alone.
    public func retry(_ letters: [StoredAlert], ofAction action: String) -> Int {
        state.update { state in
            var count = 0
            for letter in letters where letter.death.map({ $0.time != 0 }) == true && state.take(letter.number, ofAction: action) {
                state.requests[action, default: Request()].retried.append((letter.number, letter.line))
                count += 1
            }
            return count
        }
    }

    /// Has dead letters of an action removed for good; how many that are.
    public func purge(_ numbers: [UInt64], ofAction action: String) -> Int {
        state.update { state in
            let taken = numbers.filter { state.take($0, ofAction: action) }
            state.requests[action, default: Request()].purged += taken
            return taken.count
        }
    }

    /// Has everything dropped that waits for an action's delivery.
    public func dropWaiting(ofAction action: String) {
        state.update { $0.requests[action, default: Request()].dropsWaiting = true }
    }

    /// Has alerts dropped that wait for an action which is not configured; how many that are.
    public func drop(_ numbers: [UInt64], ofUnknownAction action: String) -> Int {
        state.update { state in
            let taken = numbers.filter { state.dropped[action, default: []].insert($0).inserted }
            state.requests[action, default: Request()].dropped += taken
            return taken.count
        }
    }

    // MARK: For the service

    /// A store is claimed, which may have lost commits: what was asked of its alerts and is not done is forgotten. Rules that
    /// are reloaded change nothing.
    func begin() { state.update { $0 = State() } }

    /// What is asked of an action's alerts, once; nil: nothing.
    func take(_ action: String) -> Request? { state.update { $0.requests.removeValue(forKey: action) } }

    /// True when something waits for a checkpoint.
    var isBusy: Bool { state.read { !$0.requests.isEmpty } }
}

import Connectors

/// What a running service shows to whoever looks at it from other threads: its status, and the alerts of late.
public final class ServiceMonitor: Sendable {
    private static let recentCount = 1000
    private static let recentBytes = 8 << 20

    private struct State {
        var status = ServiceStatus()
        var recent: [RecentAlert] = []
        var recentBytes = 0
        var next: UInt64 = 0
    }

    private let state = Monitor(State())

    /// Nothing to show yet.
    public init() {}

    /// The status as of a moment ago.
    public var status: ServiceStatus { state.read { $0.status } }

    /// The latest alerts, the newest last: those numbered `after` and above, at most `limit`.
    public func recentAlerts(after: UInt64 = 0, limit: Int = .max) -> [RecentAlert] {
        state.read { state in
            let first = state.recent.firstIndex { $0.number >= after } ?? state.recent.endIndex
            return Array(state.recent[first...].suffix(limit))
        }
    }

    /// Number that the next alert will have.
    public var nextAlert: UInt64 { state.read { $0.next } }

    /// Changes the status.
    func update(_ body: (inout ServiceStatus) -> Void) { state.update { body(&$0.status) } }

    /// Notes an alert that is committed.
    func note(rule: String, level: String, line: [UInt8]) {
        let time = WallClock.now()
        state.update { state in
            state.recent.append(RecentAlert(number: state.next, rule: rule, level: level, time: time, line: line))
            state.next += 1
            state.recentBytes += line.count
            while state.recent.count > Self.recentCount || (state.recentBytes > Self.recentBytes && state.recent.count > 1) {
                state.recentBytes -= state.recent.removeFirst().line.count
            }
        }
    }
}

/// An alert of late.
public struct RecentAlert: Sendable {
    /// From 0 since the service started.
    public let number: UInt64
    /// The rule's id.
    public let rule: String
    /// Its level.
    public let level: String
    /// Wall clock when it was committed, nanoseconds since 1970 UTC.
    public let time: Int64
    /// The alert as actions get it, one line of JSON with its newline.
    public let line: [UInt8]
}

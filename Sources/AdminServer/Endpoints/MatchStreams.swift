import EngineService
import Synchronization

/// Streams of alerts to clients that stay connected. From any thread.
final class MatchStreams: Sendable {
    private static let most = 32

    private let monitor: ServiceMonitor
    private let open = Mutex(0)
    /// What tells numbers of this process from those of earlier ones.
    private let run = String(UInt64.random(in: .min ... .max), radix: 36)

    /// Streams of what the monitor shows.
    init(_ monitor: ServiceMonitor) { self.monitor = monitor }

    /// What `Last-Event-ID` says of an alert.
    func identity(of alert: RecentAlert) -> String { "\(run)-\(alert.number)" }

    /// A stream: from now on, or behind the event that `identity` names. Throws 503 when too many are open.
    func open(rule: String?, after identity: String?) throws(AdminError) -> AdminResponse {
        let isOpen = open.withLock { open in
            guard open < Self.most else { return false }
            open += 1
            return true
        }
        guard isOpen else { throw .unavailable("too many streams are open") }
        let (start, isLost) = start(after: identity)
        let stream = MatchStream(monitor, rule: rule, from: start, isLost: isLost, of: self)
        return AdminResponse(contentType: "text/event-stream", body: .stream(stream))
    }

    /// A stream has ended.
    fileprivate func ended() { open.withLock { $0 -= 1 } }

    /// The first alert of a stream, and whether some before it may be lost, as the process is another.
    private func start(after identity: String?) -> (next: UInt64, isLost: Bool) {
        guard let identity else { return (monitor.nextAlert, false) }
        let parts = identity.split(separator: "-")
        guard parts.count == 2, parts[0] == run, let number = UInt64(parts[1]), number < monitor.nextAlert else {
            return (monitor.recentAlerts().first?.number ?? monitor.nextAlert, true)
        }
        return (number + 1, false)
    }
}

/// One stream of alerts, as server-sent events.
private actor MatchStream: ChunkSource {
    private static let interval = Duration.milliseconds(100)
    private static let heartbeat = Duration.seconds(15)

    private let monitor: ServiceMonitor
    private let rule: String?
    private let streams: MatchStreams
    private var following: UInt64
    private var isLost: Bool
    private var lastChunk: ContinuousClock.Instant?

    init(_ monitor: ServiceMonitor, rule: String?, from start: UInt64, isLost: Bool, of streams: MatchStreams) {
        self.monitor = monitor
        self.rule = rule
        self.isLost = isLost
        self.streams = streams
        following = start
    }

    deinit { streams.ended() }

    func next() async throws -> [UInt8]? {
        var chunk: [UInt8] = []
        if isLost { chunk += Self.event("gap", id: nil, data: Array("{\"missed\":null}".utf8)) }
        isLost = false
        let alerts = monitor.recentAlerts(after: following)
        if let first = alerts.first, first.number > following {
            chunk += Self.event("gap", id: nil, data: Array("{\"missed\":\(first.number - following)}".utf8))
        }
        for alert in alerts {
            following = alert.number + 1
            guard rule == nil || alert.rule == rule else { continue }
            chunk += Self.event("match", id: streams.identity(of: alert), data: alert.line)
        }
        if chunk.isEmpty {
            guard let lastChunk, .now - lastChunk < Self.heartbeat else {
                lastChunk = .now
                return Array(": alive\n\n".utf8)
            }
            try await Task.sleep(for: Self.interval)
        } else {
            lastChunk = .now
        }
        return chunk
    }

    /// One event. A line of JSON has no line feed within; a carriage return, which ends a line of a stream, is white space there.
    private static func event(_ name: String, id: String?, data: [UInt8]) -> [UInt8] {
        var bytes = Array("event: \(name)\n".utf8)
        if let id { bytes += "id: \(id)\n".utf8 }
        bytes += "data: ".utf8
        let line = data.last == UInt8(ascii: "\n") ? data.dropLast() : data[...]
        bytes += line.lazy.map { $0 == UInt8(ascii: "\r") ? UInt8(ascii: " ") : $0 }
        return bytes + "\n\n".utf8
    }
}

import EngineService

/// One line on standard error that is written over: how much has been read, how fast, and how long it will take.
final class ProgressBar {
    private static let width = 24

    private let total: UInt64?
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var shown: ContinuousClock.Instant?

    /// `total`: bytes of all input; nil when that is not known.
    init(total: UInt64?) {
        self.total = total
        start = clock.now
    }

    /// Shows what has been done, at most ten times a second.
    func update(bytes: UInt64, events: Int) {
        let now = clock.now
        if let shown, now - shown < .milliseconds(100) { return }
        shown = now
        let elapsed = now - start
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        Terminal.writeError("\r\u{1B}[K" + Self.line(bytes: bytes, total: total, events: events, seconds: seconds))
    }

    /// Clears the line.
    func clear() {
        if shown != nil { Terminal.writeError("\r\u{1B}[K") }
    }

    /// The line, without escapes.
    static func line(bytes: UInt64, total: UInt64?, events: Int, seconds: Double) -> String {
        let rate = seconds > 0 ? Int(Double(events) / seconds) : 0
        let counts = "\(ReplaySummary.grouped(events)) events, \(ReplaySummary.grouped(rate))/s"
        guard let total, total > 0 else { return counts }
        let part = min(1, Double(bytes) / Double(total))
        let filled = Int(part * Double(width))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
        let rest = part > 0 ? Int((seconds / part * (1 - part)).rounded(.up)) : 0
        return "[\(bar)] \(Int(part * 100))%  \(counts), \(rest) s left"
    }
}

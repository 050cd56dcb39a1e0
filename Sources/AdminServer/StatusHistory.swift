import Connectors
import EngineService
import Synchronization

/// What the service has done in the last half hour, for charts: a few counters, taken every two seconds.
final class StatusHistory: Sendable {
    /// Counters since the first start, as of a moment.
    struct Sample: Sendable {
        /// Wall clock, nanoseconds since 1970 UTC.
        var time: Int64
        /// Of all sources.
        var read = 0, processed = 0, late = 0, malformed = 0
        /// Of all rules.
        var matches = 0
        /// Event time; nil before the first event.
        var watermark: Int64?
    }

    /// Seconds between samples.
    static let interval = 2
    private static let most = 900

    private let monitor: ServiceMonitor
    private let samples = Mutex<[Sample]>([])

    /// Nothing sampled yet.
    init(_ monitor: ServiceMonitor) { self.monitor = monitor }

    /// The oldest first.
    var all: [Sample] { samples.withLock { $0 } }

    /// Takes samples until the server stops.
    func run(until stop: StopRequest) async {
        while !stop.isSet {
            let status = monitor.status
            if status.phase == .running { take(status) }
            do { try await Task.sleep(for: .seconds(Self.interval)) } catch { return }
        }
    }

    private func take(_ status: ServiceStatus) {
        var sample = Sample(time: WallClock.now(), watermark: status.watermark)
        for source in status.sources {
            sample.read += source.counters.read
            sample.processed += source.counters.processed
            sample.late += source.counters.late
            sample.malformed += source.counters.malformed
        }
        for rule in status.rules { sample.matches += rule.statistics.matches }
        samples.withLock { [sample] samples in
            samples.append(sample)
            if samples.count > Self.most { samples.removeFirst() }
        }
    }
}

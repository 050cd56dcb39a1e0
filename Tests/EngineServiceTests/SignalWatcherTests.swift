import Glibc
import Synchronization
import Testing

@testable import EngineService

@Suite struct SignalWatcherTests {
    private final class Record: Sendable {
        let calls = Mutex<[String]>([])

        func add(_ call: String) { calls.withLock { $0.append(call) } }

        /// The calls, once there are so many.
        func wait(for count: Int) -> [String] {
            for _ in 0..<10_000 {
                let now = calls.withLock { $0 }
                if now.count >= count { return now }
                usleep(1000)
            }
            return calls.withLock { $0 }
        }
    }

    /// Signals are sent to the watcher's thread, for the other threads of the tests do not block them.
    @Test func theFirstStopsTheSecondEnds() {
        let record = Record()
        let callbacks = SignalWatcher.Callbacks(stop: { record.add("stop \($0)") }, reload: { record.add("reload") })
        let watcher = SignalWatcher(callbacks) { record.add("exit \($0)") }
        var before = watcher.run()
        pthread_sigmask(SIG_SETMASK, &before, nil)
        for (count, signal) in [SIGHUP, SIGTERM, SIGHUP, SIGINT, SIGTERM].enumerated() {
            watcher.send(signal)
            #expect(record.wait(for: count + 1).count == count + 1)
        }
        #expect(record.calls.withLock { $0 } == ["reload", "stop \(SIGTERM)", "reload", "exit 130", "exit 143"])
    }
}

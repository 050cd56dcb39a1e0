import Glibc
import Synchronization

/// Takes the signals that stop and reload the service on a thread of its own, where callbacks may do anything: no code of the
/// service is interrupted.
///
/// `SIGTERM` and `SIGINT` ask to stop; the second of them ends the process at once with 128 and its number, as a shell
/// reports a signal. `SIGHUP` asks to reload.
public final class SignalWatcher: Sendable {
    /// What the signals call, on the watcher's thread.
    public struct Callbacks: Sendable {
        /// Called once, with the number of the signal.
        public var stop: @Sendable (CInt) -> Void
        /// Called for each `SIGHUP`.
        public var reload: @Sendable () -> Void

        /// These callbacks; a reload does nothing unless told.
        public init(stop: @escaping @Sendable (CInt) -> Void, reload: @escaping @Sendable () -> Void = {}) {
            self.stop = stop
            self.reload = reload
        }
    }

    private static let signals = [SIGTERM, SIGINT, SIGHUP]

    private let callbacks: Callbacks
    private let exit: @Sendable (CInt) -> Void
    /// The thread, once it runs.
    private let thread = Mutex<pthread_t?>(nil)

    /// Blocks the signals in the calling thread and begins to take them.
    ///
    /// To be called before any other thread starts: threads inherit what is blocked, and one that had the signals unblocked
    /// would be killed by them. The watcher lives until the process ends.
    @discardableResult
    public static func start(_ callbacks: Callbacks) -> SignalWatcher {
        let watcher = SignalWatcher(callbacks) { _exit($0) }
        watcher.run()
        return watcher
    }

    /// A watcher that ends the process by `exit`.
    init(_ callbacks: Callbacks, exit: @escaping @Sendable (CInt) -> Void) {
        self.callbacks = callbacks
        self.exit = exit
    }

    /// Blocks the signals and starts the thread; returns the mask before.
    @discardableResult
    func run() -> sigset_t {
        var set = Self.set
        var before = sigset_t()
        pthread_sigmask(SIG_BLOCK, &set, &before)
        var created = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let result = pthread_create(&created, nil, { SignalWatcher.main($0) }, context)
        precondition(result == 0, "no thread for signals: \(String(cString: strerror(result)))")
        pthread_detach(created)
        thread.withLock { $0 = created }
        return before
    }

    /// Sends a signal to the watcher alone.
    func send(_ signal: CInt) {
        thread.withLock { thread in
            if let thread { pthread_kill(thread, signal) }
        }
    }

    private static var set: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        return set
    }

    private static func main(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let context else { return nil }
        let watcher = Unmanaged<SignalWatcher>.fromOpaque(context).takeRetainedValue()
        var set = set
        var isStopping = false
        while true {
            var signal: CInt = 0
            guard sigwait(&set, &signal) == 0 else { continue }
            if signal == SIGHUP {
                watcher.callbacks.reload()
            } else if isStopping {
                watcher.exit(128 + signal)
            } else {
                isStopping = true
                // Where stopping takes long, the second signal must find the watcher waiting: `stop` only asks.
                watcher.callbacks.stop(signal)
            }
        }
    }
}

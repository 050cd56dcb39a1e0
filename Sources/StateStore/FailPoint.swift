#if canImport(Glibc)
    import Glibc
#endif

/// Places at which a crash test ends the process as `kill -9` would. In release builds they are nothing.
///
/// `FLUXCORE_FAILPOINT=name` kills the process the first time that it gets there, `name:3` the third time; `name:3:stop` stops it
/// there, until it gets SIGCONT.
public enum FailPoint {
    #if DEBUG
        private static let target: (name: String, after: Int, signal: CInt)? = {
            guard let text = getenv("FLUXCORE_FAILPOINT").map({ String(cString: $0) }) else { return nil }
            let parts = text.split(separator: ":")
            guard let name = parts.first else { return nil }
            return (String(name), parts.count > 1 ? Int(parts[1]) ?? 1 : 1, parts.last == "stop" ? SIGSTOP : SIGKILL)
        }()
        private static let reached = ReachedCount()
    #endif

    /// Says that the process is at the place of that name.
    @inline(__always)
    public static func reach(_ name: StaticString) {
        #if DEBUG
            guard let target, name.description == target.name, reached.next() == target.after else { return }
            kill(getpid(), target.signal)
        #endif
    }
}

#if DEBUG
    import Synchronization

    /// How often the place that a test named was reached.
    private final class ReachedCount: Sendable {
        private let value = Mutex(0)

        func next() -> Int {
            value.withLock {
                $0 += 1
                return $0
            }
        }
    }
#endif

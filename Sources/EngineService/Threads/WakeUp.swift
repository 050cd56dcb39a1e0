import Glibc

/// Wakes a thread that waits in `poll` for a descriptor. `set` is for any thread.
final class WakeUp: Sendable {
    /// Can be read from once somebody has called `set`.
    let descriptor: CInt
    private let end: CInt

    /// Nobody has called `set` yet.
    init() {
        var ends: (CInt, CInt) = (-1, -1)
        let result = withUnsafeMutableBytes(of: &ends) { pipe($0.assumingMemoryBound(to: CInt.self).baseAddress) }
        precondition(result == 0, "no pipe to wake a thread with: \(String(cString: strerror(errno)))")
        (descriptor, end) = ends
        for descriptor in [ends.0, ends.1] {
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }

    deinit {
        close(descriptor)
        close(end)
    }

    /// Wakes the thread, now or when it waits next.
    func set() {
        var byte: UInt8 = 1
        _ = write(end, &byte, 1)
    }

    /// Waits for `set` from now on.
    func clear() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(descriptor, &bytes, bytes.count) > 0 {}
    }
}

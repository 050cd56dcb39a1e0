import Glibc

/// A thread that runs one function and is waited for.
package final class BackgroundThread: @unchecked Sendable {
    // Safe: written before anybody else has the object, and by `join`, which is called once.
    private var handle = pthread_t()

    private final class Start {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Starts it at once. Traps when the system has no thread left.
    package init(_ body: @escaping @Sendable () -> Void) {
        let start = Unmanaged.passRetained(Start(body)).toOpaque()
        let result = pthread_create(
            &handle, nil,
            { start in
                guard let start else { return nil }
                Unmanaged<Start>.fromOpaque(start).takeRetainedValue().body()
                return nil
            }, start)
        precondition(result == 0, "the system gives no thread: \(String(cString: strerror(result)))")
    }

    /// Waits until the function has returned. Once.
    package func join() { pthread_join(handle, nil) }
}

import Connectors
import EngineService

/// A few threads for what waits for disks and servers or computes for long: tasks of the server must not.
final class BlockingWorkers: Sendable {
    private struct State {
        var jobs: [@Sendable () -> Void] = []
        var isStopped = false
    }

    private static let threads = 2
    private static let waiting = 32

    private let state = Monitor(State())

    /// Starts the threads; they end with `stop`.
    init() {
        for _ in 0..<Self.threads {
            _ = BackgroundThread { [state] in
                while let job = state.wait({ state -> (@Sendable () -> Void)?? in
                    if !state.jobs.isEmpty { return .some(state.jobs.removeFirst()) }
                    return state.isStopped ? .some(nil) : nil
                }) {
                    job()
                }
            }
        }
    }

    /// What `body` gives, computed on one of the threads. Throws 503 when too many wait already.
    func run<Value: Sendable>(_ body: @escaping @Sendable () throws(AdminError) -> Value) async throws(AdminError) -> Value {
        let result: Result<Value, AdminError> = await withCheckedContinuation { continuation in
            let isTaken = state.update { state in
                guard !state.isStopped, state.jobs.count < Self.waiting else { return false }
                state.jobs.append {
                    do throws(AdminError) {
                        continuation.resume(returning: .success(try body()))
                    } catch {
                        continuation.resume(returning: .failure(error))
                    }
                }
                return true
            }
            if !isTaken { continuation.resume(returning: .failure(.unavailable("too many requests are being answered"))) }
        }
        return try result.get()
    }

    /// Ends the threads once what waits is done.
    func stop() { state.update { $0.isStopped = true } }
}

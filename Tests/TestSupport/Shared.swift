import Foundation
import Synchronization

/// Something that several tests use, such as a server: made when it is first asked for, once, and let go when the test process ends in
/// order. An error of making it is thrown to everyone who asks.
public final class Shared<Value: Sendable>: Sendable {
    private let made = Mutex<Result<Value, any Error>?>(nil)
    private let make: @Sendable () throws -> Value

    /// What `make` gives.
    public init(_ make: @escaping @Sendable () throws -> Value) { self.make = make }

    /// The value.
    public func get() throws -> Value {
        try made.withLock { made in
            if let made { return made }
            AtExit.perform { [self] in self.made.withLock { $0 = nil } }
            let result = Result { try make() }
            made = result
            return result
        }.get()
    }
}

/// What is done when the process ends in order.
private enum AtExit {
    private static let jobs = Mutex<[@Sendable () -> Void]>([])
    private static let registration: Void = {
        atexit { for job in AtExit.jobs.withLock({ $0 }) { job() } }
    }()

    static func perform(_ job: @escaping @Sendable () -> Void) {
        _ = registration
        jobs.withLock { $0.append(job) }
    }
}

import Synchronization

/// Says that deliveries are to end. From any thread; it cannot be taken back.
package final class Cancellation: Sendable {
    private let flag = Atomic<Bool>(false)

    /// Not set.
    package init() {}

    /// Ends deliveries.
    package func set() { flag.store(true, ordering: .relaxed) }

    /// True once it was set.
    package var isSet: Bool { flag.load(ordering: .relaxed) }
}

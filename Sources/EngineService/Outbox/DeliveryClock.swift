import Connectors

/// Time and chance as deliveries see them.
struct DeliveryClock: Sendable {
    /// Nanoseconds that only go forward.
    let now: @Sendable () -> Int64
    /// Waits so many nanoseconds; false when the queue was stopped meanwhile.
    let pause: @Sendable (ActionQueue, Int64) -> Bool
    /// From 0 to 1.
    let random: @Sendable () -> Double

    /// Those of the system.
    static let system = DeliveryClock(
        now: { WallClock.monotonic() }, pause: { $0.pause(nanoseconds: $1) }, random: { Double.random(in: 0...1) })
}

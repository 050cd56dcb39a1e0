/// Asks a service to stop. From any thread.
public final class StopRequest: Sendable {
    private let state = Monitor(false)

    /// Nobody has asked yet.
    public init() {}

    /// Asks.
    public func set() { state.update { $0 = true } }

    /// True once somebody has asked.
    public var isSet: Bool { state.read { $0 } }

    /// Waits; true as soon as somebody has asked.
    func wait(nanoseconds: Int64) -> Bool { state.wait(nanoseconds: nanoseconds) { $0 ? true : nil } ?? false }
}

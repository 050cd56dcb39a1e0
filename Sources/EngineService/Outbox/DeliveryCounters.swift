/// What an action's deliveries came to since the session began.
struct DeliveryCounters: Sendable, Equatable {
    /// Calls of the adapter that repeated one that had failed.
    var retries: UInt64 = 0
    /// Calls of the adapter that failed.
    var failures: UInt64 = 0
    /// How long calls took that succeeded.
    var latency = LatencyHistogram()
    /// True while too much has failed in a row and nothing but a probe is tried.
    var isCircuitOpen = false
}

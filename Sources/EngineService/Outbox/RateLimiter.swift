/// A token bucket: lets so many alerts through in a time. For one thread.
struct RateLimiter {
    private let rate: DeliveryPolicy.Rate
    private var tokens: Double
    private var last: Int64?

    /// A bucket that is full.
    init(_ rate: DeliveryPolicy.Rate) {
        self.rate = rate
        tokens = Double(rate.burst)
    }

    /// How many of `wanted` alerts may leave now, and how long to wait for one when it is none, nanoseconds. Those that may are counted.
    mutating func take(_ wanted: Int, now: Int64) -> (count: Int, wait: Int64) {
        let perNanosecond = Double(rate.count) / Double(rate.period)
        tokens = min(Double(rate.burst), tokens + Double(max(0, now - (last ?? now))) * perNanosecond)
        last = now
        let count = min(wanted, Int(tokens))
        guard count == 0 else {
            tokens -= Double(count)
            return (count, 0)
        }
        return (0, max(1, Int64(((1 - tokens) / perNanosecond).rounded(.up))))
    }
}

/// What is done around the deliveries of one action.
package struct DeliveryPolicy: Sendable, Equatable {
    /// When an alert that cannot be delivered becomes a dead letter.
    package enum GiveUp: Sendable, Equatable {
        /// Never.
        case never
        /// So many nanoseconds after its first try; a restart begins anew.
        case after(Int64)
        /// With this try that fails.
        case attempts(Int)
    }

    /// What happens when the queue has its greatest length.
    package enum WhenFull: String, Sendable, CaseIterable {
        /// It grows; what does not fit into memory is in the store.
        case keep
        /// Alerts that have waited longest are dropped.
        case dropOldest = "drop_oldest"
        /// New alerts are dropped.
        case dropNewest = "drop_newest"
        /// New alerts become dead letters.
        case deadLetter = "dead_letter"
    }

    /// So many alerts may leave in a time, and so many at once.
    package struct Rate: Sendable, Equatable {
        /// Alerts in `period`.
        package var count: Int
        /// Nanoseconds.
        package var period: Int64
        /// Alerts that may leave at once after a quiet time.
        package var burst: Int

        /// A rate of these parts.
        package init(count: Int, period: Int64, burst: Int) {
            self.count = count
            self.period = period
            self.burst = burst
        }
    }

    /// Longest pause before the second try, nanoseconds; it doubles with each.
    package var firstPause: Int64 = 100_000_000
    /// Longest pause ever, nanoseconds, unless the system asks for more.
    package var longestPause: Int64 = 30_000_000_000
    /// When alerts become dead letters that were not refused.
    package var giveUp = GiveUp.never
    /// Nil: as fast as it goes.
    package var rate: Rate?
    /// Alerts of one delivery; never more than the adapter takes.
    package var batch = 256
    /// So long a delivery waits for more alerts, nanoseconds.
    package var batchWait: Int64 = 0
    /// After so many failures in a row nothing is tried for `circuitPause`; nil: never.
    package var circuitFailures: Int? = 5
    /// Nanoseconds.
    package var circuitPause: Int64 = 30_000_000_000
    /// Greatest length of the queue; nil: none.
    package var queueLimit: Int?
    /// What happens when it is reached.
    package var whenFull = WhenFull.keep

    /// The defaults.
    package init() {}

    /// A pause after so many failures in a row: any length up to the longest, so that many who wait do not come back at once.
    ///
    /// - Parameters:
    ///   - retryAfter: the least pause that the system asked for, nanoseconds.
    ///   - random: from 0 to 1.
    func pause(failures: Int, retryAfter: Int64?, random: Double) -> Int64 {
        let doublings = min(max(0, failures - 1), 40)
        let (product, overflow) = firstPause.multipliedReportingOverflow(by: 1 << Int64(doublings))
        let longest = overflow ? longestPause : min(longestPause, product)
        return max(retryAfter ?? 0, Int64(Double(longest) * min(max(random, 0), 1)))
    }

    /// Whether a try that failed was the last.
    func isOver(attempts: Int, elapsed: Int64) -> Bool {
        switch giveUp {
        case .never: false
        case .after(let time): elapsed >= time
        case .attempts(let count): attempts >= count
        }
    }
}

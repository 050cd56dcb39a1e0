/// Work for evicted keys: events and deadlines wait here, in order, until the key's state has been fetched.
///
/// Decisions stay in one order whatever is fetched when, because each piece of work keeps the event time at which it came up.
final class Parking {
    /// One piece of work.
    struct Item {
        /// The event; nil: only the deadlines before `clock`.
        var event: EventView?
        var sequence: UInt64
        /// Event time reached when it came up.
        var clock: Int64
        /// The batch that keeps the event's memory.
        var batch: UInt64
    }

    /// What is needed of the store.
    struct Request {
        var rule: Int
        /// The key's text.
        var key: [UInt8]
    }

    private var waiting: [UnsafeMutablePointer<KeyState>: [Item]] = [:]
    private var requests: [Request] = []
    /// Items that wait, by batch.
    private(set) var itemsOfBatch: [UInt64: Int] = [:]
    /// The batch under way.
    var batch: UInt64 = 0

    /// True when no key waits.
    var isEmpty: Bool { waiting.isEmpty }

    /// The earliest batch that something waits for; nil: none.
    var earliestBatch: UInt64? { itemsOfBatch.keys.min() }

    /// Adds work; asks for the key when nothing waited for it.
    func add(_ item: Item, key: UnsafeMutablePointer<KeyState>, rule: Int) {
        if waiting[key] == nil {
            waiting[key] = []
            key.pointee.isAwaited = true
            requests.append(Request(rule: rule, key: Array(key.pointee.textBytes)))
        }
        waiting[key]?.append(item)
        itemsOfBatch[item.batch, default: 0] += 1
    }

    /// What has come up since the last call.
    func takeRequests() -> [Request] {
        defer { requests.removeAll(keepingCapacity: true) }
        return requests
    }

    /// The work of a key that has been fetched, in order.
    func take(_ key: UnsafeMutablePointer<KeyState>) -> [Item] {
        key.pointee.isAwaited = false
        let items = waiting.removeValue(forKey: key) ?? []
        for item in items {
            itemsOfBatch[item.batch, default: 0] -= 1
            if itemsOfBatch[item.batch] == 0 { itemsOfBatch[item.batch] = nil }
        }
        return items
    }
}

extension EngineCore {
    /// Lets the event under test wait for an evicted key of the rule.
    func park(_ key: UnsafeMutablePointer<KeyState>, of machine: RuleMachine) {
        parking?.add(
            Parking.Item(event: event, sequence: sequence, clock: clock, batch: parking?.batch ?? 0), key: key, rule: machine.index)
    }
}

/// What became of an action's alerts, over all restarts.
struct ActionProgress: Sendable, Equatable {
    /// Number of the first alert that is neither delivered nor given up.
    var acked: UInt64 = 0
    /// Number of the next alert.
    var next: UInt64 = 0
    /// Alerts that have arrived.
    var delivered: UInt64 = 0
    /// Number of the next dead letter, which is how many there ever were.
    var dead: UInt64 = 0
    /// Alerts dropped because the queue was full.
    var dropped: UInt64 = 0

    /// Nothing yet.
    init() {}

    /// From a record; what it does not have was not counted when it was written.
    init(_ record: StateRecord) {
        acked = record.number("acked") ?? 0
        next = record.number("next") ?? 0
        delivered = record.number("delivered") ?? acked
        dead = record.number("dead") ?? 0
        dropped = record.number("dropped") ?? 0
    }

    /// Its record.
    var record: StateRecord {
        var record = StateRecord()
        record.add("next", next)
        record.add("acked", acked)
        record.add("delivered", delivered)
        record.add("dead", dead)
        record.add("dropped", dropped)
        return record
    }
}

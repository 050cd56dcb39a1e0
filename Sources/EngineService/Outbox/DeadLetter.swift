/// An alert that is not delivered any more, until somebody says so.
struct DeadLetter: Sendable, Equatable {
    /// The alert, one line of JSON with its newline.
    var line: [UInt8]
    /// Why it was given up.
    var reason: String
    /// Wall clock when it was, nanoseconds since 1970 UTC.
    var time: Int64
    /// How often it was tried.
    var attempts: Int

    init(line: [UInt8], reason: String, time: Int64, attempts: Int) {
        self.line = line
        self.reason = reason
        self.time = time
        self.attempts = attempts
    }

    /// A dead letter from its record; nil when it is none.
    init?(_ record: StateRecord) {
        guard let line = record["line"], let reason = record["reason"], let time: Int64 = record.number("time"),
            let attempts: Int = record.number("attempts")
        else { return nil }
        self.init(line: Array((line + "\n").utf8), reason: reason, time: time, attempts: attempts)
    }

    /// Its record.
    var record: StateRecord {
        var record = StateRecord()
        record.add("time", time)
        record.add("attempts", attempts)
        record.add("reason", reason)
        record.add("line", String(decoding: line.last == 10 ? line.dropLast() : line[...], as: UTF8.self))
        return record
    }
}

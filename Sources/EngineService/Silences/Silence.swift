import Connectors
import EventEngine
import Glibc

/// Holds back alerts for some time: of rules by name, and of keys if it says so. They are counted, not delivered.
public struct Silence: Sendable, Equatable {
    /// A field that the alert's key must have.
    public struct Field: Sendable, Equatable {
        /// Name of the part of the key, as alerts have it.
        public let name: String
        /// Its text; numbers and truth values as JSON has them.
        public let value: String

        /// A field.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Tells it from all others of a store.
    public let id: String
    /// A rule's id, or a pattern with `*`, `?` and `[…]` of ids.
    public let rule: String
    /// All of these must be in the key; none: every key.
    public let fields: [Field]
    /// Wall clock when it began, nanoseconds since 1970 UTC.
    public let start: Int64
    /// Wall clock when it ends.
    public let end: Int64
    /// Who set it.
    public let author: String
    /// Why.
    public let reason: String
    /// Who is known to have set it, whatever author was said; nil: nobody was asked who it is.
    public let setter: String?
    /// Alerts held back so far.
    public internal(set) var count = 0

    /// A silence that begins now, with an id of its own.
    public init(rule: String, fields: [Field] = [], end: Int64, author: String, reason: String, setter: String? = nil) {
        let digits = String(UInt32.random(in: .min ... .max), radix: 16)
        id = String(repeating: "0", count: 8 - digits.count) + digits
        self.rule = rule
        self.fields = fields
        start = WallClock.now()
        self.end = end
        self.author = author
        self.reason = reason
        self.setter = setter
    }

    /// True for alerts of the rule, if their keys fit too.
    func covers(rule id: String) -> Bool { fnmatch(rule, id, 0) == 0 }

    /// True when the key has all fields.
    func covers(key: [(label: String, value: OwnedValue)]) -> Bool {
        fields.allSatisfy { field in key.contains { $0.label == field.name && Self.text($0.value) == field.value } }
    }

    private static func text(_ value: OwnedValue) -> String {
        if case .string(let text) = value { return text }
        var buffer = ByteBuffer(capacity: 32)
        value.encode(to: &buffer)
        return buffer.text
    }

    /// The fields as `name=value, …`; empty for every key.
    public var key: String { fields.map { "\($0.name)=\($0.value)" }.joined(separator: ", ") }
}

// MARK: In the store

extension Silence {
    /// Reads the record of a silence; nil when it is none.
    init?(id: String, _ record: StateRecord) {
        guard let rule = record["rule"], let start = record.number("start", as: Int64.self), let end = record.number("end", as: Int64.self)
        else { return nil }
        let values = record.all("value")
        let names = record.all("field")
        guard names.count == values.count else { return nil }
        self.id = id
        self.rule = rule
        fields = zip(names, values).map { Field(name: $0, value: $1) }
        self.start = start
        self.end = end
        author = record["author"] ?? ""
        reason = record["reason"] ?? ""
        setter = record["setter"]
        count = record.number("silenced") ?? 0
    }

    /// The record.
    var record: StateRecord {
        var record = StateRecord()
        record.add("rule", rule)
        for field in fields {
            record.add("field", field.name)
            record.add("value", field.value)
        }
        record.add("start", start)
        record.add("end", end)
        record.add("author", author)
        record.add("reason", reason)
        if let setter { record.add("setter", setter) }
        record.add("silenced", count)
        return record
    }
}

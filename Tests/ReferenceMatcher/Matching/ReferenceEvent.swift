/// A field's value in a test event.
public enum ReferenceValue: Sendable, Equatable, Hashable {
    /// No value; the same as a field that is not there.
    case null
    /// True or false.
    case bool(Bool)
    /// An integer.
    case int(Int64)
    /// A floating-point number.
    case double(Double)
    /// A text.
    case string(String)

    /// The number it is, nil when it is none.
    var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// Its text as part of a key, nil for null: 1 and 1.0 have the same.
    public var keyText: String? {
        switch self {
        case .null: nil
        case .bool(let value): value ? "true" : "false"
        case .int(let value): String(value)
        case .double(let value): value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
        case .string(let value): value
        }
    }
}

/// An event for the reference matcher.
public struct ReferenceEvent: Sendable, Equatable {
    /// Event time, nanoseconds.
    public var time: Int64
    /// The stream it came in.
    public var stream: String
    /// Its fields.
    public var fields: [String: ReferenceValue]
    /// What tells it apart; the order of the input is the order of the list, not of these.
    public var position: Int

    /// Makes an event.
    public init(time: Int64, stream: String = "s", fields: [String: ReferenceValue], position: Int) {
        self.time = time
        self.stream = stream
        self.fields = fields
        self.position = position
    }
}

/// What came out: a match or a timeout.
public struct ReferenceMatch: Sendable, Equatable {
    /// Match or timeout.
    public enum Kind: String, Sendable {
        /// The pattern matched.
        case match
        /// An attempt ran out of time.
        case timeout
    }
    /// One bound event.
    public struct Bound: Sendable, Equatable {
        /// The event variable's name.
        public var name: String
        /// `ReferenceEvent.position`.
        public var position: Int

        /// Makes a binding.
        public init(name: String, position: Int) {
            self.name = name
            self.position = position
        }
    }
    /// Match or timeout.
    public var kind: Kind
    /// The key's texts, nil for a null; empty when the rule has no key.
    public var key: [String?]
    /// What was bound, in order.
    public var events: [Bound]
    /// Time of the first bound event.
    public var start: Int64
    /// Time of the last bound event, of a trailing absence its deadline.
    public var end: Int64

    /// Makes a match.
    public init(kind: Kind, key: [String?], events: [Bound], start: Int64, end: Int64) {
        self.kind = kind
        self.key = key
        self.events = events
        self.start = start
        self.end = end
    }
}

extension ReferenceMatch: CustomStringConvertible {
    /// `match [k1] a0 b3 1..4`.
    public var description: String {
        let keyText = key.map { $0 ?? "null" }.joined(separator: ",")
        return "\(kind.rawValue) [\(keyText)] \(events.map { "\($0.name)\($0.position)" }.joined(separator: " ")) \(start)..\(end)"
    }
}

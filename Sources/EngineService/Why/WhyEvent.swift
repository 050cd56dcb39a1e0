import EventEngine

/// An event in a report: when, where from, and how it begins.
public struct WhyEvent: Sendable, Equatable {
    /// The match that an event of stream `matches` is.
    public struct Origin: Sendable, Equatable {
        /// Id of the rule that matched.
        public var rule: String
        /// Id of the match.
        public var match: String
    }

    /// Event time, nanoseconds since 1970 UTC.
    public var time: Int64
    /// Its stream; nil for one that no rule names.
    public var stream: String?
    /// The file that it was read from; nil for an event that is a match of another rule.
    public var file: String?
    /// Byte offset of its line in the file.
    public var offset: UInt64
    /// Number of its line, from 1; nil where the file could not be read again, such as standard input.
    public var line: Int?
    /// Id of its entry in a Redis stream, whose key is `file`; nil for lines of files.
    public var entry: String?
    /// The match that it is; nil for events that were read.
    public var origin: Origin?
    /// The event as read, at most 2,048 bytes.
    public var raw: String
    /// True when `raw` is not all of it.
    public var isClipped: Bool
    /// Index of the file among those of the input; -1: none.
    var source: Int

    /// True when it is a match of another rule.
    var isMatch: Bool { file == nil && stream == "matches" }

    /// `auth.ndjson:5`, `-: byte 120`, `logins 1700000000000-0`, or `match 0123… of auth.guessed`.
    public var place: String {
        guard let file else { return origin.map { "match \($0.match) of \($0.rule)" } ?? "match" }
        if let entry { return "\(file) \(entry)" }
        return line.map { "\(file):\($0)" } ?? "\(file): byte \(offset)"
    }
}

/// An event that was bound, and the name that it has there.
public struct WhyBinding: Sendable, Equatable {
    /// Name of the event in the rule.
    public var name: String
    /// The event.
    public var event: WhyEvent
}

/// A step that was awaited.
public struct WhyAwait: Sendable, Equatable {
    /// In the words of the pattern language: `-> ok`, `->[<= 30s] ok`.
    public var step: String
    /// Earliest time of an event that it would have taken, nanoseconds since 1970 UTC; nil: at once.
    public var opens: Int64?
    /// True when it must come later than `opens`, not at it.
    public var opensBehind: Bool
    /// Last such time, or when the absence is complete; nil: never.
    public var expires: Int64?
}

/// A part of a predicate, and what it came to.
public struct WhyCondition: Sendable, Equatable {
    /// As the rule language writes it.
    public var text: String
    /// Whether it was true.
    public var isTrue: Bool
    /// What it looked at, and the values found there as JSON.
    public var values: [(text: String, value: String)]
    /// True for `a == b` of two operands.
    public var isEquality: Bool

    init(_ result: ConditionResult) {
        text = result.condition.text
        isTrue = result.isTrue
        values = zip(result.condition.operands, result.values).map { ($0.text, $1) }
        isEquality = result.condition.isEquality
    }

    /// Equal texts, truth and values.
    public static func == (left: WhyCondition, right: WhyCondition) -> Bool {
        left.text == right.text && left.isTrue == right.isTrue && left.values.elementsEqual(right.values) { $0 == $1 }
    }

    /// For people: `user == a.user: "bob" is not "alice"`, `attempts >= 5: 3`.
    public var sentence: String {
        if !isTrue, isEquality, values.count == 2 { return "\(text): \(values[0].value) is not \(values[1].value)" }
        guard values.count != 1 else { return "\(text): \(values[0].value)" }
        guard !values.isEmpty else { return "\(text): \(isTrue)" }
        return "\(text): " + values.map { "\($0.text) is \($0.value)" }.joined(separator: ", ")
    }
}

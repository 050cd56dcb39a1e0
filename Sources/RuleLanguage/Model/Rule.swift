/// A rule as its author wrote it, read, resolved and typed: the input of the compiler.
///
/// One rule document with `instances` gives one `Rule` each.
public struct Rule: Sendable {
    /// Unique id; of an instance `id.instance`.
    public var id: String
    /// Where the rule's id was written.
    public var span: SourceSpan
    /// One line for people; empty when left out.
    public var title = ""
    /// More for people; empty when left out.
    public var description = ""
    /// How grave a match is.
    public var level = Level.medium
    /// Free labels.
    public var tags: [String] = []
    /// Event variables in order of declaration, those of used libraries behind the rule's own.
    public var events: [EventDefinition] = []
    /// What of the streams the rule sees at all; nil: everything.
    public var filter: Expression?
    /// How many parts a key has; 0 when the rule has no `by`: then all events are one keyed sequence.
    public var keyWidth = 0
    /// True when the names have different keys (`by: { a: user, b: actor.user }`).
    public var hasPerNameKeys = false
    /// The pattern.
    public var pattern: Pattern
    /// Greatest time between first and last bound event, nanoseconds, inclusive.
    public var within: Int64?
    /// Rule-level `until`: index in `events`.
    public var until: Int?
    /// What must hold for a match to be one.
    public var having: Expression?
    /// Measures, in order of declaration.
    public var select: [Measure] = []
    /// Suppression, nil: none.
    public var suppress: Suppression?
    /// Which attempts a match drops.
    public var skip = Skip.pastLast
    /// Which accepts are matches.
    public var emit = Emit.first
    /// Which of two equal threads is kept.
    public var prefer = Prefer.earliest
    /// How many attempts a key may hold.
    public var limit = Limit()
    /// True for `timeout: emit`.
    public var emitsTimeouts = false
    /// True for `mode: shadow`: match and count, fire nothing.
    public var isShadow = false
    /// Names of the actions to fire; checked by the service.
    public var actions: [String] = []
    /// The rule's own tests.
    public var tests: [RuleTest] = []

    /// A rule of that id and pattern, everything else at its default.
    public init(id: String, span: SourceSpan, pattern: Pattern) {
        self.id = id
        self.span = span
        self.pattern = pattern
    }

    /// How grave a match is, in rising order.
    public enum Level: String, Sendable, CaseIterable {
        /// For the record.
        case informational
        /// Worth a look some day.
        case low
        /// Worth a look.
        case medium
        /// Act soon.
        case high
        /// Act now.
        case critical
    }

    /// `skip`, in SQL:2016's words.
    public enum Skip: Sendable, Equatable {
        /// After a match every attempt that started at or before its last event is dropped.
        case pastLast
        /// The attempt that matched ends.
        case toNext
        /// Nothing is dropped.
        case none
        /// Attempts that started before the first event bound to the variable are dropped.
        case toFirst(Int)
        /// Attempts that started before the last event bound to the variable are dropped.
        case toLast(Int)
    }

    /// `emit`.
    public enum Emit: String, Sendable {
        /// The first accept of an attempt; the attempt ends.
        case first
        /// The preferred match, once no more preferred thread can match.
        case final
        /// Every accept; the attempt goes on.
        case all
    }

    /// `prefer`.
    public enum Prefer: String, Sendable {
        /// All threads are kept.
        case earliest
        /// Of threads that await the same steps with the same counts the later one is kept.
        case latest
    }

    /// `limit`: attempts per key.
    public struct Limit: Sendable, Equatable {
        /// Which attempt goes when the key is full.
        public enum WhenFull: String, Sendable {
            /// The attempt that started first.
            case dropOldest = "drop_oldest"
            /// The attempt that would start now.
            case dropNewest = "drop_newest"
        }
        /// How many attempts a key holds.
        public var attempts = 1000
        /// Which goes.
        public var whenFull = WhenFull.dropOldest
        /// The default limit.
        public init() {}
    }
}

/// An event variable: a name and the predicate that an event must satisfy to be bound to it.
public struct EventDefinition: Sendable {
    /// The name it has in matches and expressions.
    public var name: String
    /// The predicate; nil: every event.
    public var predicate: Expression?
    /// The streams it reads; nil: every stream but `matches`.
    public var streams: [String]?
    /// Its key, `Rule.keyWidth` parts.
    public var key: [KeyPart] = []
    /// Where it was declared.
    public var span: SourceSpan

    /// Makes a variable.
    public init(name: String, predicate: Expression?, span: SourceSpan) {
        self.name = name
        self.predicate = predicate
        self.span = span
    }
}

/// One part of a partition key.
public struct KeyPart: Sendable, Equatable, Hashable {
    /// The field.
    public var path: FieldPath
    /// `?field`: null is a key of its own; otherwise an event without the field has no key.
    public var allowsNull: Bool

    /// Makes a part.
    public init(path: FieldPath, allowsNull: Bool) {
        self.path = path
        self.allowsNull = allowsNull
    }
}

/// A measure of `select`.
public struct Measure: Sendable {
    /// The name that the alert carries.
    public var name: String
    /// What it is.
    public var expression: Expression

    /// Makes a measure.
    public init(name: String, expression: Expression) {
        self.name = name
        self.expression = expression
    }
}

/// `suppress`: after an alert, further ones of the same values are counted, not fired.
public struct Suppression: Sendable {
    /// What tells alerts apart; empty: the rule has one.
    public var by: [Source]
    /// Nanoseconds from the first alert.
    public var duration: Int64
    /// True: at the end of the time the number suppressed is reported alone.
    public var summary: Bool

    /// Where a part of the suppression key comes from.
    public enum Source: Sendable, Equatable {
        /// Part of the partition key, by position.
        case key(Int)
        /// A measure, by position in `Rule.select`.
        case measure(Int)
    }

    /// Makes a suppression.
    public init(by: [Source], duration: Int64, summary: Bool) {
        self.by = by
        self.duration = duration
        self.summary = summary
    }
}

/// Why a rule fired or did not over some input: pure data, for people (`text`), programs (`appendJSON`), an API and a console alike.
public struct WhyReport: Sendable, Equatable {
    /// How many of the input's events came how far.
    public struct Funnel: Sendable, Equatable {
        /// How often a name's predicate held.
        public struct Name: Sendable, Equatable {
            /// Name of the event in the rule.
            public var name: String
            /// Events of the key (of all keys where none was asked for) that satisfied those of its parts that look at nothing
            /// but the event.
            public var satisfied: Int
            /// Each part that looks at nothing but the event, and how many events satisfied it alone.
            public var parts: [Part]
            /// Parts that also look at what was bound before: they are told with the near misses.
            public var dependent: [String]
        }
        /// A part of a predicate.
        public struct Part: Sendable, Equatable {
            /// As the rule language writes it.
            public var text: String
            /// How many events satisfied it.
            public var satisfied: Int
        }
        /// Events read, late ones included.
        public var read = 0
        /// Late ones, which were left out.
        public var late = 0
        /// Lines that are no events.
        public var malformed = 0
        /// Matches of other rules, which are events beside those read; nil: the rule does not read matches.
        public var matches: Int?
        /// Of streams that the rule reads, without late ones and without matches.
        public var ofStream = 0
        /// Of those and of the matches, how many passed `where`.
        public var passed = 0
        /// Of those, how many had a key.
        public var keyed = 0
        /// Of those, how many had the key that was asked for; nil: none was.
        public var ofKey: Int?
        /// Each part of `where`, and how many events of the streams satisfied it alone.
        public var filter: [Part] = []
        /// By name, in order of the rule.
        public var names: [Name] = []
    }

    /// A rule of whose matches the rule may make something.
    public struct Feeder: Sendable, Equatable {
        /// Its id.
        public var rule: String
        /// How often it matched.
        public var matches: Int
        /// True for `mode: shadow`: its matches are nobody's events.
        public var isShadow: Bool
    }

    /// What happened in one key's sequence.
    public struct Key: Sendable, Equatable {
        /// Its parts; nil is null.
        public var parts: [(label: String, value: String?)]
        /// Attempts that began.
        public var attempts: Int
        /// How many of them ended how, by `WhyEnd.cause`, the most frequent first.
        public var ends: [(cause: String, count: Int)]
        /// Those that came furthest, in order of start.
        public var shown: [WhyAttempt]
        /// Events that were not allowed to begin one; the first ones.
        public var unstarted: [WhyUnstarted]
        /// How many there were.
        public var unstartedCount: Int
        /// Matches, suppressed ones included.
        public var matches: Int
        /// Those of them that `suppress` held back.
        public var suppressed: Int
        /// Events that nearly advanced an attempt, the nearest first.
        public var nearMisses: [WhyNearMiss]

        /// Equal in every part.
        public static func == (left: Key, right: Key) -> Bool {
            left.parts.elementsEqual(right.parts) { $0 == $1 } && left.attempts == right.attempts
                && left.ends.elementsEqual(right.ends) { $0 == $1 } && left.shown == right.shown && left.unstarted == right.unstarted
                && left.unstartedCount == right.unstartedCount && left.matches == right.matches && left.suppressed == right.suppressed
                && left.nearMisses == right.nearMisses
        }

        /// For people: `user "bob"`, `user "bob", src_ip null`; empty for a rule without `by`.
        public var words: String {
            parts.map { "\($0.label) " + ($0.value.map(WhyText.quoted) ?? "null") }.joined(separator: ", ")
        }
    }

    /// The rule's id.
    public var rule: String
    /// Its pattern and `within`, as the rule language writes them.
    public var pattern: String
    /// True when a key was asked for, or the rule has none.
    public var isOfOneKey: Bool
    /// Streams that the rule reads; empty: all.
    public var streams: [String]
    /// Fields of the key, of the first name that a step uses; empty: the rule has no `by`.
    public var keyLabels: [String]
    /// Names that begin an attempt.
    public var firstNames: [String]
    /// The least number of events that make a match; nil: too many to be counted.
    public var leastEvents: Int?
    /// How many of the input's events came how far.
    public var funnel = Funnel()
    /// Matches of all keys, suppressed ones included.
    public var matches = 0
    /// Those of them that `suppress` held back.
    public var suppressed = 0
    /// Keys with a match.
    public var firedKeys = 0
    /// True for `mode: shadow`: whatever it matches, nobody is alerted.
    public var isShadow = false
    /// Rules that feed it; nil: it does not read matches.
    public var feeders: [Feeder]?
    /// True when a step binds matches.
    public var bindsMatches = false
    /// Where a running service may have decided otherwise, a sentence each; empty unless it was asked.
    public var notes: [String] = []
    /// The key that was asked for, or those that came nearest to a match without one.
    public var keys: [Key] = []

    /// The report as lines for people, the verdict first.
    public var text: String { WhyText(self).text }

    /// What happened, in a sentence or two.
    public var verdict: String { WhyVerdict(self).text }
}

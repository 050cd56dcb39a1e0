import RuleLanguage

/// Section 4 of the design by plain enumeration over the pattern's text: slow, and as near to the words as could be.
public enum ReferenceMatcher {
    /// How the input ends.
    public enum End: Sendable, Equatable {
        /// The watermark goes to infinity.
        case flush
        /// The watermark stops at this time, nanoseconds; what is due before it is decided.
        case watermark(Int64)
    }

    /// What a run gave.
    public struct Outcome: Sendable {
        /// Matches and timeouts; of one key in order of emission, keys in order of their first event.
        public var matches: [ReferenceMatch]
        /// True when a key held more than `sizeLimit` awaited items; the run stopped there and `matches` is not whole.
        public var isTooLarge: Bool
    }

    /// The matches of `rule` on `events`, which are in order (of each keyed sequence); `sizeLimit` stops what explodes.
    public static func run(_ rule: Rule, _ events: [ReferenceEvent], end: End = .flush, sizeLimit: Int = .max) -> Outcome {
        let tree = PatternTree.build(rule.pattern)
        let variables = tree.variables.union(rule.until.map { [$0] } ?? []).sorted()
        var keys: [[String?]] = []
        var matchers: [[String?]: KeyedMatcher] = [:]
        for event in events {
            guard isInput(event, rule, variables) else { continue }
            var standsIn: [[String?]] = []
            for variable in variables {
                if let key = key(rule.events[variable], event), !standsIn.contains(key) { standsIn.append(key) }
            }
            for key in standsIn {
                if matchers[key] == nil {
                    keys.append(key)
                    matchers[key] = KeyedMatcher(rule: rule, tree: tree, key: key)
                }
                guard let matcher = matchers[key] else { continue }
                matcher.process(event)
                if matcher.size > sizeLimit { return Outcome(matches: [], isTooLarge: true) }
            }
        }
        var outcome = Outcome(matches: [], isTooLarge: false)
        for key in keys {
            guard let matcher = matchers[key] else { continue }
            switch end {
            case .flush: matcher.flush()
            case .watermark(let time): matcher.advanceWatermark(to: time)
            }
            outcome.matches += matcher.output
        }
        return outcome
    }

    /// True when the rule sees the event: `from` and `where`.
    private static func isInput(_ event: ReferenceEvent, _ rule: Rule, _ variables: [Int]) -> Bool {
        guard variables.contains(where: { reads(rule.events[$0], event.stream) }) else { return false }
        guard let filter = rule.filter else { return true }
        return ExpressionEvaluator(bound: [], current: event, previous: nil, lag: nil).holds(filter)
    }

    /// True when the variable reads the stream.
    static func reads(_ definition: EventDefinition, _ stream: String) -> Bool {
        definition.streams?.contains(stream) ?? (stream != "matches")
    }

    /// The variable's key of an event, nil when it has none.
    static func key(_ definition: EventDefinition, _ event: ReferenceEvent) -> [String?]? {
        var key: [String?] = []
        for part in definition.key {
            let text = (event.fields[part.path.text] ?? .null).keyText
            if text == nil, !part.allowsNull { return nil }
            key.append(text)
        }
        return key
    }
}

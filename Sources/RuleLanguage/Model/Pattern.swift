/// A pattern, resolved: names are indexes in `Rule.events`, library patterns stand inline, parameters are values.
public struct Pattern: Sendable {
    /// Its form.
    public var kind: Kind
    /// Where it was written.
    public var span: SourceSpan

    /// Makes a node.
    public init(_ kind: Kind, span: SourceSpan) {
        self.kind = kind
        self.span = span
    }

    /// The forms of a pattern.
    public indirect enum Kind: Sendable {
        /// One step: an event that satisfies the variable's predicate.
        case event(Int)
        /// Steps in order. `links[i]` joins `steps[i]` to `steps[i + 1]`; two steps or more.
        case sequence(steps: [Pattern], links: [Link])
        /// Alternatives, the most preferred first; two or more.
        case alternation([Pattern])
        /// Quantified. `maximum` nil: no upper bound. `link` is the bracketed link between iterations, nil where the
        /// link that leads in joins them.
        case repetition(Pattern, minimum: Int, maximum: Int?, reluctant: Bool, link: Link?)
        /// A group in parentheses; `until` is an index in `Rule.events`, `within` nanoseconds.
        case group(Pattern, until: Int?, within: Int64?)
        /// Every branch once, in any order.
        case permute([Pattern])
        /// `count` of the branches, each once at most, in any order; left as soon as so many are complete.
        case of(count: Int, [Pattern])
        /// `!name`, `!name for d`; the duration in nanoseconds.
        case negation(Int, forDuration: Int64?)
    }
}

/// How a step follows the one before.
public struct Link: Sendable, Hashable {
    /// Contiguity.
    public enum Contiguity: String, Sendable {
        /// `->`, skip till next match: events that fit no awaited step are skipped.
        case followedBy = "->"
        /// `->>`, skip till any match: events that fit may be skipped too.
        case followedByAny = "->>"
        /// `,`, strict: the very next event of the keyed sequence.
        case next = ","
    }
    /// Contiguity.
    public var contiguity: Contiguity
    /// Least time between the adjacent bound events, nanoseconds, inclusive; nil: none.
    public var minimumGap: Int64?
    /// Greatest time between them, nanoseconds, inclusive; nil: none.
    public var maximumGap: Int64?

    /// Makes a link.
    public init(_ contiguity: Contiguity, minimumGap: Int64? = nil, maximumGap: Int64? = nil) {
        self.contiguity = contiguity
        self.minimumGap = minimumGap
        self.maximumGap = maximumGap
    }

    /// The link without its gap.
    public var withoutGap: Link { Link(contiguity) }
}

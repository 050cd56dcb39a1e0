/// One of a rule's own tests: events in, matches out, on a virtual clock.
public struct RuleTest: Sendable {
    /// What it shows.
    public var name: String
    /// What happens, in order.
    public var steps: [Step]
    /// The matches that must come out, in order; each with the key and select fields that must be equal.
    public var expectations: [Expectation]
    /// Where the test was written.
    public var span: SourceSpan

    /// Makes a test.
    public init(name: String, steps: [Step], expectations: [Expectation], span: SourceSpan) {
        self.name = name
        self.steps = steps
        self.expectations = expectations
        self.span = span
    }

    /// A line of `given`.
    public enum Step: Sendable {
        /// An event at `offset` nanoseconds from the test's start, in the stream in force.
        case event(offset: Int64, stream: String?, json: String, span: SourceSpan)
        /// `advance 5m`: the watermark passes that much further than the latest event or advance.
        case advance(Int64, span: SourceSpan)
    }

    /// One expected match.
    public struct Expectation: Sendable {
        /// The fields that must be equal: key fields, measures, or `kind`, `rule`, `level`, `suppressed`.
        public var fields: [(name: String, value: Literal)]
        /// Where it was written.
        public var span: SourceSpan

        /// Makes an expectation.
        public init(fields: [(name: String, value: Literal)], span: SourceSpan) {
            self.fields = fields
            self.span = span
        }
    }
}

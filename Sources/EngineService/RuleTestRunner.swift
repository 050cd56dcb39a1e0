import Connectors
import EventEngine
import PatternCompiler
import RuleLanguage

/// What came of one of a rule's own tests.
public struct RuleTestOutcome: Sendable {
    /// The rule's id.
    public let rule: String
    /// The test's name.
    public let test: String
    /// Where the test stands.
    public let span: SourceSpan
    /// What differs, several lines; nil when the test passed.
    public let failure: String?
}

/// Runs a rule's own tests on a virtual clock that starts at 2026-01-01T00:00:00Z. Only the rule itself runs; a shadow
/// rule is run as if it fired.
public struct RuleTestRunner {
    /// Time zero of every test, nanoseconds since 1970 UTC.
    public static let epoch: Int64 = 1_767_225_600_000_000_000

    private let rule: Rule
    private let program: EngineProgram

    /// A runner for one rule; nil when its pattern is too large to run, which `RuleSetCompiler` reports.
    public init?(_ rule: Rule) {
        var active = rule
        active.isShadow = false
        guard let program = RuleSetCompiler.compile([active]).program else { return nil }
        self.rule = active
        self.program = program
    }

    /// Runs every test of the rule, in order.
    public func runAll() -> [RuleTestOutcome] {
        rule.tests.map { test in
            let (matches, problems) = run(test)
            let check = ExpectationCheck(program: program)
            let failure = problems.isEmpty ? check.failure(expected: test.expectations, got: matches) : problems.joined(separator: "\n")
            return RuleTestOutcome(rule: rule.id, test: test.name, span: test.span, failure: failure)
        }
    }

    /// The matches that come out, and what could not be read.
    private func run(_ test: RuleTest) -> (matches: [Match], problems: [String]) {
        let engine = Engine(program, sources: ["test"], takesMatches: true)
        let decoder = EventTextDecoder(schema: program.schema)
        var matches: [Match] = []
        var problems: [String] = []
        // The latest event or advance: `advance` counts from it. Before the watermark, which only `advance` moves
        // without an event, an event is late.
        var latest = Self.epoch
        var watermark = Int64.min
        var position: UInt64 = 0
        for step in test.steps {
            switch step {
            case .advance(let duration, _):
                latest = Self.sum(latest, duration)
                watermark = latest
                engine.advance(to: watermark)
            case .event(let offset, let stream, let json, _):
                let time = Self.sum(Self.epoch, offset)
                position += 1
                guard time >= watermark else { continue }
                latest = max(latest, time)
                watermark = latest
                let index = program.schema.streamIndex(named: stream ?? defaultStream)
                if let problem = decoder.decode(json, time: time, stream: index, offset: position, { engine.process($0) }) {
                    problems.append("event \(json) cannot be read: \(problem)")
                }
            }
            if engine.hasMatches { matches += engine.takeMatches() }
        }
        engine.finish()
        return (matches + engine.takeMatches(), problems)
    }

    /// The stream of events without one: the first that the rule names.
    private var defaultStream: String {
        for event in rule.events {
            if let stream = event.streams?.first { return stream }
        }
        return ""
    }

    /// Sums saturate: what lies beyond the end of time lies at it.
    private static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max - 1 : sum
    }
}

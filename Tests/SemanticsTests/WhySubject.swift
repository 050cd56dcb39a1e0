import PatternCompiler
import ReferenceMatcher
import RuleLanguage

@testable import EngineService
@testable import EventEngine

/// Follows every key of a rule over what the reference matcher reads.
struct WhySubject {
    /// What each key came to.
    let keys: [WhyReport.Key]
    /// Ids of the matches that the engine gives, suppression aside.
    let engineMatches: [String]
    /// Attempts that the engine counts; stateless rules count none.
    let engineAttempts: Int
    /// What ended them, as the engine counts it.
    let engineEnds: AttemptEnds
    /// Attempts that are open in the engine.
    let engineOpen: Int
    /// Alerts that the engine held back by `suppress`.
    let engineSuppressed: Int
    /// True when the rule needs no attempts.
    let isStateless: Bool
    /// Matches that the tracer has seen, of any key.
    let tracedMatches: Int

    /// The events come in this order; one that is earlier than those before it is late, and left out.
    init(_ rule: Rule, _ events: [ReferenceEvent], limit: Int = 1000, end: Why.End = .forever) throws {
        guard let (program, conditions) = RuleSetCompiler.compile([rule], inParts: rule.id) else { throw EngineSubject.Refused() }
        let trace = RuleTrace(program, rule: 0, conditions: conditions)
        let tracer = WhyTracer(
            trace, keys: Self.keys(of: rule, events), naming: WhyNaming(program, rule: 0, files: ["events"]), limit: limit)
        let engine = Engine(program)
        var matches: [Match] = []
        var newest = Int64.min
        for event in events {
            EngineSubject.EventMemory(event, program).withView {
                guard event.time >= newest else { return tracer.lookLate($0, newest: newest) }
                newest = event.time
                tracer.take($0)
                engine.process($0)
            }
            matches += engine.takeMatches()
        }
        keys = tracer.finish(end, labels: program.rules[0].variables.first(where: \.isUsed)?.key.map(\.label) ?? [])
        if case .clock(let time) = end { engine.advance(to: time) } else { engine.finish() }
        engineEnds = engine.statistics[0].ends
        engineOpen = engine.shard.holdings(ofRule: 0).attempts
        engineSuppressed = engine.statistics[0].suppressed
        matches += engine.takeMatches()
        engineMatches = matches.filter { $0.kind == .match }.map(\.id.text)
        engineAttempts = engine.statistics[0].attempts
        isStateless = trace.isStateless
        tracedMatches = tracer.matches
    }

    /// Canonical texts of all keys that the events have under any name, in order.
    private static func keys(of rule: Rule, _ events: [ReferenceEvent]) -> [[UInt8]] {
        if rule.keyWidth == 0 { return [[]] }
        var keys: Set<[String?]> = []
        for event in events {
            for definition in rule.events { keys.insert(definition.key.map { (event.fields[$0.path.text] ?? .null).keyText }) }
        }
        return keys.map { WhyNaming.key($0) }.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// What the engine does with the last of these events in a key's sequence: which steps of which attempts take it, and which first
    /// steps it satisfies.
    static func taking(
        _ rule: Rule, _ events: [ReferenceEvent], key: [UInt8]
    ) throws -> (steps: Set<Step>, starts: Set<String>) {
        guard let (program, conditions) = RuleSetCompiler.compile([rule], inParts: rule.id), let last = events.last else {
            throw EngineSubject.Refused()
        }
        let trace = RuleTrace(program, rule: 0, conditions: conditions)
        var places: [UInt64: Int] = [:]
        for event in events.dropLast() {
            EngineSubject.EventMemory(event, program).withView {
                _ = trace.advance(to: event.time)
                trace.begin($0)
                places[trace.sequence] = event.position
                _ = trace.take()
            }
        }
        var steps: Set<Step> = []
        var starts: Set<String> = []
        EngineSubject.EventMemory(last, program).withView {
            _ = trace.advance(to: last.time)
            trace.begin($0)
            trace.settle(key, before: last.time)
            let probe = trace.probe(key)
            for (attempt, threads) in probe.attempts {
                for edge in threads.flatMap(\.edges) where edge.fate == .taken {
                    steps.insert(Step(start: places[attempt.start] ?? -1, name: rule.events[edge.awaited.variable].name))
                }
            }
            starts = Set(probe.starts.filter { $0.closed == nil }.map { rule.events[$0.variable].name })
            trace.abandon()
        }
        return (steps, starts)
    }

    /// A step of the attempt that the event of that position began.
    struct Step: Hashable {
        let start: Int
        let name: String
    }

    /// Ids of the matches that end attempts.
    var matchedIDs: [String] {
        keys.flatMap(\.shown).compactMap { attempt in
            if case .match(let id, _, _) = attempt.end { return id }
            return nil
        }
    }
}

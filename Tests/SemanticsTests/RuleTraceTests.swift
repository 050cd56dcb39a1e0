import EventEngine
import Foundation
import PatternCompiler
import ReferenceMatcher
import Testing

/// What a probe says an event will do is what the engine then does.
@Suite struct RuleTraceTests {
    /// A thread as far as it can be told from others of its attempt.
    private struct Likeness: Hashable {
        var step: Int
        var length: Int
        var last: Int64
        var awaits: [Int]
    }

    @Test func probesForetellWhatTheEngineDoes() throws {
        let cases = (ProcessInfo.processInfo.environment["FLUXCORE_CASES"].flatMap { Int($0) } ?? 100_000) / 50
        let seed = ProcessInfo.processInfo.environment["FLUXCORE_SEED"].flatMap { UInt64($0) } ?? DifferentialHarness.fixedSeed
        var threads = 0
        var dead = 0
        for index in 0..<cases {
            let (rule, events, _) = DifferentialHarness.makeCase(seed: seed &+ UInt64(index))
            guard rule.emit != .final, rule.prefer == .earliest,
                let (program, conditions) = RuleSetCompiler.compile([rule], inParts: rule.id)
            else { continue }
            let trace = RuleTrace(program, rule: 0, conditions: conditions)
            for event in events {
                var problem: String?
                EngineSubject.EventMemory(event, program).withView { view in
                    for _ in trace.advance(to: event.time) {}
                    trace.begin(view)
                    guard trace.isRead, trace.passesFilter else { return trace.abandon() }
                    let keys = Set(trace.keys().compactMap(\.self))
                    for key in keys { trace.settle(key, before: event.time) }
                    let probes = keys.map { key in (key, Self.foretold(trace.probe(key))) }
                    _ = trace.take()
                    for (key, attempts) in probes {
                        let left = Dictionary(uniqueKeysWithValues: trace.attempts(of: key).map { ($0.start, $0) })
                        for (start, expected) in attempts {
                            guard let expected else {
                                dead += 1
                                if left[start] != nil { problem = "an attempt outlived its end" }
                                continue
                            }
                            guard let attempt = left[start] else { continue }
                            var found = attempt.threads.map(Self.likeness)
                            for thread in expected {
                                threads += 1
                                guard let place = found.firstIndex(of: thread) else {
                                    problem = "\(thread) is none of \(found)"
                                    break
                                }
                                found.remove(at: place)
                            }
                        }
                    }
                }
                if let problem {
                    Issue.record(
                        "FLUXCORE_SEED=\(seed &+ UInt64(index)): \(problem)\n\(RulePrinter.yaml(rule))\n\(RulePrinter.ndjson(events))")
                    return
                }
            }
        }
        print("probes: \(cases) cases, seed \(seed), \(threads) threads that stay, \(dead) attempts that end")
        #expect(threads > cases / 3 && dead > cases / 30)
    }

    /// By start of the attempt: nil when the event leaves nothing of it, else its threads that do not take the event and live on.
    private static func foretold(_ probe: KeyProbe) -> [(start: UInt64, threads: [Likeness]?)] {
        probe.attempts.map { attempt, threads in
            if threads.allSatisfy(\.dies) { return (attempt.start, nil) }
            let staying = threads.filter { $0.thread.kind == .live && !$0.takes && !$0.dies }
            return (
                attempt.start,
                staying.map { probe in
                    Likeness(
                        step: probe.thread.step, length: probe.thread.length, last: probe.thread.last,
                        awaits: probe.edges.filter { $0.fate == .stays }.map(\.awaited.edge))
                }
            )
        }
    }

    private static func likeness(_ thread: TracedThread) -> Likeness {
        Likeness(step: thread.step, length: thread.length, last: thread.last, awaits: thread.awaits.map(\.edge))
    }
}

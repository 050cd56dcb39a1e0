import Connectors
import EventEngine
import StateStore

/// How a replay's events come to matches: on one thread or on many.
protocol ReplayRunner {
    /// Takes the next events that lie ready; false at the end.
    func read(_ input: ReplayInput) throws(InputError) -> Bool

    /// The end of the input: everything is written. What each rule did.
    func finish(flushes: Bool) -> [RuleStatistics]

    /// Ends without an end of the input.
    func abandon()
}

/// Reads, matches and writes on the caller's thread.
struct SerialReplay: ReplayRunner {
    private let engine: Engine
    private let writer: MatchWriter

    init(_ program: EngineProgram, sources: [String], writer: MatchWriter) {
        engine = Engine(program, sources: sources)
        self.writer = writer
    }

    func read(_ input: ReplayInput) throws(InputError) -> Bool {
        let hasMore = try input.next { event, _ in
            engine.process(event)
            if engine.hasMatches { writer.take(engine.takeMatches()) }
        }
        writer.tryFlush()
        return hasMore
    }

    func finish(flushes: Bool) -> [RuleStatistics] {
        if flushes { engine.finish() }
        writer.take(engine.takeMatches())
        return engine.statistics
    }

    func abandon() {}
}

/// Reads on the caller's thread, matches on workers, writes on the sequencer's.
struct ParallelReplay: ReplayRunner {
    private let output: ReplayOutput
    private let pipeline: Pipeline
    private let feed: BatchFeed

    init(_ program: EngineProgram, workers: Int, sources: [String], writer: MatchWriter) {
        output = ReplayOutput(writer)
        pipeline = Pipeline(program, workers: workers, sources: SourceNames(sources), output: output)
        feed = BatchFeed(pipeline: pipeline, sequence: 0, clock: .min)
        pipeline.start()
    }

    func read(_ input: ReplayInput) throws(InputError) -> Bool {
        try input.next { event, memory in feed.take(event, memory) }
    }

    func finish(flushes: Bool) -> [RuleStatistics] {
        feed.flush(watermark: .min, heartbeat: false)
        pipeline.finish(flushes: flushes)
        let figures = output.result.wait { $0 }
        pipeline.stop()
        return figures.statistics
    }

    func abandon() { pipeline.stop() }
}

/// Writes a replay's alerts, and says when all of them are written. A replay takes no checkpoints.
private final class ReplayOutput: PipelineOutput {
    /// Set at the end.
    let result = Monitor<EngineFigures?>(nil)
    private let writer: MatchWriter

    init(_ writer: MatchWriter) { self.writer = writer }

    func take(_ alerts: [Match]) {
        writer.take(alerts)
        writer.tryFlush()
    }

    func take(_ barrier: Barrier, changes: StateBatch, figures: EngineFigures) {}

    func finished(_ figures: EngineFigures) { result.update { $0 = figures } }

    func failed(_ message: String) {}
}

import Connectors
import EventEngine
import Logging
import RuleLanguage
import StateStore

/// One run of the engine between a recovery and an end: input, workers, checkpoints, delivery.
///
/// The thread that calls `run` reads the sources and takes barriers; every other step has threads of its own.
final class ServiceSession {
    private static let sleep: Int64 = 5_000_000
    private static let heartbeat: Int64 = 20_000_000
    /// While nothing happens, the clock is written so often.
    private static let quietInterval: Int64 = 1_000_000_000
    private static let pendingAlertBytes = 64 << 20
    /// So long a service that is told to stop waits for sources to be drained, and for a state store that is away.
    private static let drainPatience: Int64 = 5_000_000_000
    /// So long a service that is told to stop waits for deliveries.
    private static let deliveryPatience: Int64 = 3_000_000_000

    private let configuration: ServiceConfiguration
    private let stop: StopRequest
    private let reloader: RuleReloader
    private let silences: SilenceBook
    private let logger: Logger
    private let sources: SourceSet
    private let memory: SessionMemory
    private let merge: LiveMerge
    private let pipeline: Pipeline
    private let commits: CommitThread
    private let outbox: Outbox
    private let output: SessionOutput
    private let state: PipelineState
    private let feed: BatchFeed
    private let status: StatusReporter
    private var writer: CheckpointWriter
    private var setup: StateBatch
    private var threads: [BackgroundThread] = []
    private var nextEpoch: UInt32 = 2
    private var lastBarrier: Int64
    private var isAtEnd = false
    private let intakes: [EventIntake]
    private var drainStart: Int64?

    init(_ parts: SessionParts, stop: StopRequest, controls: ServiceControls) {
        reloader = controls.reloader
        silences = controls.silences
        configuration = parts.configuration
        self.stop = stop
        logger = parts.logger
        sources = parts.sources
        memory = parts.memory
        intakes = controls.intakes
        pipeline = parts.pipeline
        commits = parts.commits
        outbox = parts.outbox
        output = parts.output
        state = parts.state
        writer = parts.writer
        setup = parts.setup
        threads = parts.threads
        let feed = BatchFeed(pipeline: parts.pipeline, sequence: parts.recovered.sequence, clock: parts.recovered.clock)
        self.feed = feed
        merge = LiveMerge(
            parts.sources.inputs, state: parts.recovered.merge, quiet: parts.memory.quiet, clock: WallClock.now
        ) { event, block in feed.take(event, block) }
        status = StatusReporter(parts, merge: merge, feed: feed, reloader: reloader, monitor: controls.monitor)
        // Where new sources begin is in a checkpoint as soon as possible: `start: end` must not mean a later end after a crash.
        lastBarrier = 0
        sources.countMalformed = { [merge] line, source, partition in merge.takeMalformed(line, source: source, partition: partition) }
    }

    /// Runs until it is asked to stop, or the input ends, or it cannot go on.
    func run() throws(SessionFailure) -> SessionEnd {
        var taken: LoadedRuleSet?
        do throws(SessionFailure) {
            let end = try loop()
            if case .reload(let rules) = end {
                taken = rules
                try handOver()
            } else {
                try shutDown()
            }
            if case .finished = end, let queue = outbox.queues.first(where: \.isClosed) {
                return .undelivered(action: queue.name, reason: queue.lastError ?? "")
            }
            return end
        } catch {
            stopThreads()
            if case .store(let failure) = error, case .behind = failure {
                remember()
                return .rewind(failure, taken)
            }
            throw error
        }
    }

    private func loop() throws(SessionFailure) -> SessionEnd {
        var lastHeartbeat: Int64 = 0
        while true {
            if stop.isSet, !mustDrain() { return .stopped }
            try check()
            if reloader.hasPending, canHandOver, let rules = reloader.takePending() {
                FailPoint.reach("reload.taken")
                return .reload(rules)
            }
            let progress: LiveMerge.Progress
            do throws(InputError) { progress = try merge.poll() } catch { throw .environment(error.description) }
            if case .finished = progress {
                isAtEnd = true
                return .finished
            }
            let now = WallClock.monotonic()
            let isHeartbeat = now - lastHeartbeat >= Self.heartbeat
            feed.flush(watermark: merge.watermark, heartbeat: isHeartbeat)
            if isHeartbeat { lastHeartbeat = now }
            if sources.isFull { try flushSideFiles() }
            try takeBarrierWhenDue(now)
            status.reportWhenDue(now)
            commits.progress.update { progress in
                for offset in progress.offsets ?? [] {
                    merge.inputs[offset.source].source.committed(offset: offset.offset, partition: offset.partition)
                }
                progress.offsets = nil
            }
            if case .waiting = progress { _ = stop.wait(nanoseconds: Self.sleep) }
        }
    }

    /// Other rules wait while the state store is away.
    private var canHandOver: Bool { commits.progress.read { !$0.isAway } }

    /// What was pushed and accepted is read before the end: nobody can read it again. Nothing more is accepted.
    private func mustDrain() -> Bool {
        for intake in intakes { intake.close() }
        drainStart = drainStart ?? WallClock.monotonic()
        let isPatient = drainStart.map { WallClock.monotonic() - $0 < Self.drainPatience } ?? false
        return isPatient && intakes.contains { !$0.isDelivered }
    }

    // MARK: Checkpoints

    /// Takes a barrier when it is time, and waits while too much has been processed that is not in a checkpoint.
    private func takeBarrierWhenDue(_ now: Int64) throws(SessionFailure) {
        let isFull =
            feed.eventsSinceBarrier >= configuration.state.checkpointEvents || outbox.pendingBytes >= Self.pendingAlertBytes
            || (state.isOverBudget && feed.eventsSinceBarrier > 0)
        if isFull { try waitForCommit() }
        guard commits.progress.read({ $0.outstanding }) == 0 else { return }
        let age = now - lastBarrier
        // Time alone decides absences.
        let isNews = feed.eventsSinceBarrier > 0 || outbox.hasNews || silences.hasNews || !setup.isEmpty
        guard isFull || (isNews && age >= configuration.state.checkpointInterval) || age >= Self.quietInterval else { return }
        try takeBarrier()
    }

    private func takeBarrier() throws(SessionFailure) {
        try flushSideFiles()
        var input = setup
        setup = StateBatch()
        input.append(contentsOf: writer.changes(merge.state(), clock: feed.clock, sequence: feed.sequence))
        commits.announce()
        pipeline.submit(Barrier(epoch: nextEpoch, input: input, offsets: merge.offsets()))
        nextEpoch += 1
        feed.eventsSinceBarrier = 0
        lastBarrier = WallClock.monotonic()
    }

    /// Waits until no checkpoint is under way; gives up when asked to stop while the store is away.
    private func waitForCommit() throws(SessionFailure) {
        let start = WallClock.monotonic()
        while commits.progress.wait(nanoseconds: 100_000_000, { $0.outstanding == 0 || $0.failure != nil ? true : nil }) == nil {
            try check()
            if stop.isSet, commits.progress.read({ $0.isAway }), WallClock.monotonic() - start > Self.drainPatience {
                throw .environment(
                    "the state store does not answer; what was read since the last checkpoint will be read again after a restart")
            }
        }
        try check()
    }

    private func check() throws(SessionFailure) {
        if let failure = commits.progress.read({ $0.failure }) { throw .store(failure) }
        if let failure = output.failure { throw failure }
    }

    /// Writes dead letters and late events to their files; while that does not work, nothing more is read.
    private func flushSideFiles() throws(SessionFailure) {
        var hasFailed = false
        while true {
            do throws(DeliveryError) {
                try sources.flush()
                if hasFailed { logger.notice("the file can be written again; intake goes on") }
                return
            } catch {
                if !hasFailed { logger.error("\(error.description); intake stops until it can be written") }
                hasFailed = true
                if stop.wait(nanoseconds: 200_000_000) { throw .environment(error.description) }
            }
        }
    }

    // MARK: The end

    /// Brings everything that was read into a checkpoint, for the session that goes on with other rules.
    private func handOver() throws(SessionFailure) {
        feed.flush(watermark: .min, heartbeat: false)
        try waitForCommit()
        try takeBarrier()
        try waitForCommit()
        memory.quiet = merge.quietTimes()
        remember()
        stopThreads()
        FailPoint.reach("reload.handed-over")
    }

    /// Keeps what must be known when the store turns out to have lost what was committed.
    private func remember() {
        memory.unreplayable = firstUnreplayable
        memory.found = merge.inputs.map { $0.source.partitions.map(\.identity) }
    }

    /// Brings everything that was read into a checkpoint and delivers what that decides.
    private func shutDown() throws(SessionFailure) {
        status.report(.stopping)
        feed.flush(watermark: .min, heartbeat: false)
        if isAtEnd { pipeline.finish() }
        try waitForCommit()
        try takeBarrier()
        try waitForCommit()
        let isDelivered = try waitForDelivery()
        if outbox.hasDelivered {
            try takeBarrier()
            try waitForCommit()
        }
        if !isDelivered { logger.warning("some alerts are not delivered yet; they are in the outbox of the state store") }
        status.report(.stopping)
        stopThreads()
        logAccounts()
    }

    /// Waits until all alerts have arrived; false when some have not. A finite input is worth waiting for; a service that is told to
    /// stop leaves what is undelivered in the outbox, so that systems that are away hold it up once and not one after the other.
    private func waitForDelivery() throws(SessionFailure) -> Bool {
        for queue in outbox.queues { queue.hurry() }
        let deadline = WallClock.monotonic() + Self.deliveryPatience
        var isDelivered = true
        for queue in outbox.queues {
            while true {
                let patience = isAtEnd ? 500_000_000 : deadline - WallClock.monotonic()
                if queue.waitUntilDelivered(nanoseconds: patience) { break }
                if !isAtEnd || stop.isSet || queue.isClosed {
                    isDelivered = false
                    break
                }
                try check()
            }
        }
        return isDelivered
    }

    private func stopThreads() {
        pipeline.stop()
        commits.stop()
        state.fetcher?.stop()
        for thread in threads { thread.join() }
        threads = []
        sources.close()
    }

    private var firstUnreplayable: String? {
        for (input, source) in zip(merge.inputs, configuration.sources) where input.source.partitions.contains(where: { !$0.isReplayable })
        {
            return source.name
        }
        return nil
    }

    /// What was read and what became of it, source by source: the numbers add up.
    private func logAccounts() {
        for source in merge.status(names: configuration.sources.map(\.name)) {
            let counters = source.counters
            logger.info(
                "accounts",
                metadata: [
                    "source": "\(source.name)", "read": "\(counters.read)", "processed": "\(counters.processed)",
                    "late": "\(counters.late)",
                    "dead_lettered": "\(counters.malformed)", "waiting": "\(source.waiting)",
                ])
        }
        if let figures = output.figures {
            let progress = commits.progress.read { $0 }
            logger.debug(
                "engine",
                metadata: [
                    "keys": "\(figures.holdings.reduce(0) { $0 + $1.keys })", "memory": "\(figures.memory)",
                    "evictions": "\(figures.evictions)", "checkpoints": "\(progress.commits)", "bytes": "\(progress.bytes)",
                ])
        }
        for (rule, statistics) in zip(output.ruleIDs, output.total) where statistics.matches > 0 || statistics.timeouts > 0 {
            logger.info(
                "accounts",
                metadata: [
                    "rule": "\(rule)", "matches": "\(statistics.matches)", "timeouts": "\(statistics.timeouts)",
                    "suppressed": "\(statistics.suppressed)", "silenced": "\(statistics.silenced)", "limited": "\(statistics.limited)",
                ])
        }
    }
}

import Connectors
import EventEngine
import Logging
import RuleLanguage
import StateStore

/// Everything that a session works with, made of the configuration and of what the store has.
struct SessionParts {
    let configuration: ServiceConfiguration
    let logger: Logger
    let program: EngineProgram
    let storeName: String
    let recovered: RecoveredState
    /// Of the sessions before.
    let memory: SessionMemory
    /// What became of partial matches whose pattern has changed, by rule id.
    let mapped: [String: MappedCounts]
    let sources: SourceSet
    let state: PipelineState
    let pipeline: Pipeline
    let outbox: Outbox
    /// Outlives the session when rules are reloaded.
    let delivery: Delivery
    let commits: CommitThread
    let output: SessionOutput
    let writer: CheckpointWriter
    /// What the first checkpoint writes beside what has happened: names, rules, tables to clear.
    let setup: StateBatch
    /// Threads that are running, in no particular order; the pipeline has its own.
    let threads: [BackgroundThread]

    /// Recovers the state and starts the threads. The store is claimed: `header`.
    init(
        _ configuration: ServiceConfiguration, rules: LoadedRuleSet, program: EngineProgram, store: any StateStore,
        committed: Monitor<StateHeader>, delivery: Delivery?, adapters: [any ActionAdapter], memory: SessionMemory,
        controls: ServiceControls, stop: StopRequest, logger: Logger
    ) throws(SessionFailure) {
        self.configuration = configuration
        self.logger = logger
        self.memory = memory
        self.program = program
        storeName = store.name
        let workers = configuration.workers ?? SystemInfo.cores
        let recovery = StateRecovery(store: store, program: program, configuration: configuration)
        let recovered: RecoveredState
        do throws(StateStoreError) { recovered = try recovery.read() } catch { throw .store(error) }
        self.recovered = recovered
        let codec = SnapshotCodec(program.schema, names: recovered.names)
        let sourceNames = SourceNames(recovered.sourceNames, capacity: SourceNames.growingCapacity)
        sources = try SourceSet(
            configuration, schema: program.schema, sourceNames: sourceNames, recovered: recovered, intakes: controls.intakes,
            memory: memory, logger: logger)
        // The fetcher tells the output when it cannot go on, and is made before it.
        let box = OutputBox()
        let tables = program.rules.map { StateTables.keys(ofRule: $0.id) }
        let fetcher = try Self.fetcher(
            configuration, store: store, tables: tables, committed: committed, box: box, stop: stop, logger: logger)
        let header = committed.read { $0 }
        self.delivery =
            delivery
            ?? Delivery(
                configuration, adapters: adapters, progress: recovered.actions, store: store, logger: logger,
                expected: { committed.read { $0 } })
        outbox = Outbox(
            program, rules: rules.rules, configuration: configuration, queues: self.delivery.queues, progress: recovered.actions,
            orphans: recovered.orphans, controls: controls)
        var threads: [BackgroundThread] = []

        state = PipelineState(
            codec: codec, keyTables: tables, clock: recovered.clock,
            memory: configuration.state.memory.map { max(1 << 20, $0 / workers) }, fetcher: fetcher, schema: program.schema,
            keptRules: recovered.keptRules)
        commits = CommitThread(
            store: store, committed: committed, state: state, outbox: outbox, silences: controls.silences, logger: logger)
        controls.silences.load(recovered.silences)
        let silencer = Silencer(controls.silences, rules: program.rules.map(\.id), logger: logger)
        output = SessionOutput(
            program, outbox: outbox, silencer: silencer, commits: commits, epoch: header.epoch, statistics: recovered.statistics)
        box.output = output
        pipeline = Pipeline(program, workers: workers, sources: sourceNames, state: state, output: output)
        // The thread of the input waits for workers that are behind; nothing else would tell it that they will not go on.
        output.whenFailed = { [weak pipeline] in pipeline?.giveUp() }
        pipeline.sequencer.sequencer.holdsBack = { silencer.holdsBack($0) }
        pipeline.sequencer.sequencer.holdsBackReport = { silencer.silence(over: $0) != nil }
        pipeline.sequencer.sequencer.resume(at: recovered.clock, sequence: recovered.sequence)
        writer = CheckpointWriter(
            sources: configuration.sources.map(\.name), sourceNames: sourceNames, recovered: recovered)
        var setup = Self.setup(configuration, program, codec: codec, recovered: recovered)

        pipeline.start()
        let start = WallClock.monotonic()
        do throws(StateStoreError) {
            let restored = try recovery.restoreKeys(recovered, codec: codec, workers: workers, pipeline: pipeline)
            let sent = restored.sent
            mapped = restored.mapped
            setup.append(contentsOf: restored.removals)
            while pipeline.sequencer.restored.wait(nanoseconds: 100_000_000, { $0 >= sent ? true : nil }) == nil {
                if let failure = output.failure, case .store(let error) = failure { throw error }
            }
            if sent > 0 || header.epoch > 0 {
                logger.info(
                    "recovered",
                    metadata: [
                        "epoch": "\(header.epoch)", "keys": "\(sent)", "clock": "\(Self.time(recovered.clock))",
                        "took_ms": "\((WallClock.monotonic() - start) / 1_000_000)",
                    ])
            }
        } catch {
            pipeline.stop()
            if delivery == nil { self.delivery.stop() }
            sources.close()
            throw .store(error)
        }
        for (table, reason) in recovered.dropped {
            logger.warning("stored state is dropped: \(reason)", metadata: ["table": "\(table)"])
        }
        for (index, source) in configuration.sources.enumerated() {
            let waiting = recovered.merge.partitions[index].filter { $0.restart < $0.end }.map { $0.end - $0.restart }.reduce(0, +)
            guard waiting > 0, let before = recovered.decodings[source.name], before != source.decoding else { continue }
            logger.warning(
                "the format or time of a source has changed while some of it waits: that is decided anew, maybe twice or not",
                metadata: ["source": "\(source.name)", "bytes": "\(waiting)"])
        }
        for (rule, counts) in mapped.sorted(by: { $0.key < $1.key }) {
            logger.notice(
                "partial matches were carried over to a changed pattern",
                metadata: [
                    "rule": "\(rule)", "attempts_kept": "\(counts.attemptsKept)", "attempts_dropped": "\(counts.attemptsDropped)",
                    "keys_kept": "\(counts.keysKept)", "keys_dropped": "\(counts.keysDropped)",
                ])
        }
        for orphan in recovered.orphans where orphan.waiting > 0 {
            logger.warning("\(orphan.waiting) alerts wait for an action that is not configured", metadata: ["action": "\(orphan.name)"])
        }
        self.setup = setup
        threads.append(BackgroundThread { [commits] in commits.run() })
        if let fetcher { threads.append(BackgroundThread { fetcher.run() }) }
        self.threads = threads
    }

    private static func fetcher(
        _ configuration: ServiceConfiguration, store: any StateStore, tables: [StateTable], committed: Monitor<StateHeader>, box: OutputBox,
        stop: StopRequest,
        logger: Logger
    ) throws(SessionFailure) -> StateFetcher? {
        guard configuration.state.memory != nil else { return nil }
        do throws(StateStoreError) {
            return StateFetcher(
                reader: try store.makeReader(), tables: tables, expected: { committed.read { $0 } },
                retry: { error, isFirst in
                    if isFirst {
                        logger.error("evicted state cannot be read: \(error); it is tried again", metadata: ["state": "\(store.name)"])
                    }
                    return !stop.wait(nanoseconds: 500_000_000)
                }, failed: { box.output?.failed($0) })
        } catch {
            throw .store(error)
        }
    }

    private static func setup(
        _ configuration: ServiceConfiguration, _ program: EngineProgram, codec: SnapshotCodec, recovered: RecoveredState
    ) -> StateBatch {
        var batch = StateBatch()
        for (table, _) in recovered.dropped { batch.clear(table) }
        if codec.names != recovered.names {
            var fields = StateRecord()
            for name in codec.names.fields { fields.add("name", name) }
            batch.put(StateTables.names, key: "fields".utf8, value: fields.bytes)
            var streams = StateRecord()
            for name in codec.names.streams { streams.add("name", name) }
            batch.put(StateTables.names, key: "streams".utf8, value: streams.bytes)
        }
        var decodings = StateRecord()
        for source in configuration.sources { decodings.add("source", "\(source.decoding) \(source.name)") }
        batch.put(StateTables.names, key: "decoding".utf8, value: decodings.bytes)
        for (key, partition) in recovered.leftPositions {
            batch.put(StateTables.sources, key: key.utf8, value: CheckpointWriter.record(of: partition).bytes)
        }
        for rule in program.rules {
            batch.put(StateTables.rules, key: rule.id.utf8, value: RuleRecord.record(of: rule, in: program).bytes)
        }
        return batch
    }

    private static func time(_ nanoseconds: Int64) -> String { nanoseconds == .min ? "none" : Timestamp.format(nanoseconds) }
}

/// Ties the fetcher to what is made after it, and has the fetcher itself. Filled before any thread starts.
private final class OutputBox: @unchecked Sendable {
    weak var output: SessionOutput?
}

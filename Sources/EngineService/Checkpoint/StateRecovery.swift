import Connectors
import EventEngine
import StateStore

/// Reads an engine's state back from the store.
struct StateRecovery {
    let store: any StateStore
    let program: EngineProgram
    let configuration: ServiceConfiguration

    /// Everything but the partial matches and suppression.
    func read() throws(StateStoreError) -> RecoveredState {
        var state = RecoveredState(program, configuration: configuration)
        let tables = try store.tables()
        var isImporting = false
        var releasedRank: Int32 = -1
        try store.records(StateTables.engine) { key, record in
            if key == StateTables.importingKey { isImporting = true }
            guard key == "clock" else { return }
            state.clock = record.number("clock") ?? .min
            state.sequence = record.number("sequence") ?? 0
            state.merge.watermark = record.number("watermark") ?? .min
            state.merge.releasedTime = record.number("releasedTime") ?? .min
            releasedRank = record.number("releasedRank") ?? -1
        }
        if isImporting { throw StateTables.unfinishedImport(into: store.name) }
        var fields: [String] = []
        var streams: [String] = []
        try store.records(StateTables.names) { key, record in
            switch key {
            case "fields": fields = record.all("name")
            case "streams": streams = record.all("name")
            case "sources": state.sourceNames = record.all("name")
            case "decoding":
                for text in record.all("source") {
                    guard let space = text.firstIndex(of: " ") else { continue }
                    state.decodings[String(text[text.index(after: space)...])] = String(text[..<space])
                }
            default: break
            }
        }
        state.names = SnapshotNames(fields: fields, streams: streams)
        try readSources(into: &state, releasedRank: releasedRank)
        try readActions(tables, into: &state)
        try readRules(tables, into: &state)
        state.silences = try SilenceStore.list(store)
        return state
    }

    /// Hands partial matches to the workers, and reads suppression. Waits until they are restored.
    func restoreKeys(
        _ state: RecoveredState, codec: SnapshotCodec, workers: Int, pipeline: Pipeline
    ) throws(StateStoreError) -> RestoredKeys {
        var restored = RestoredKeys()
        var chunks = Array(repeating: StateChunk(), count: workers)
        var failure: StateStoreError?
        let decoder = EventTextDecoder(schema: program.schema)
        func restore(_ rule: Int, _ kept: RecoveredState.KeptRule, _ bytes: UnsafeRawBufferPointer) throws(SnapshotError) {
            guard rule < program.firstComposedRule else {
                try pipeline.sequencer.sequencer.restore(
                    rule: rule, bytes: bytes, codec: codec, adaption: KeyAdaption(kept, decoder: decoder))
                return
            }
            let worker = Shard.owner(of: try Shard.keyText(of: bytes), rule: program.rules[rule], count: workers)
            chunks[worker].append(rule: rule, bytes)
            restored.sent += 1
            if chunks[worker].isFull {
                pipeline.restore(chunks[worker], worker: worker)
                chunks[worker] = StateChunk()
            }
        }
        for (rule, kept) in state.keptRules.sorted(by: { $0.key < $1.key }) {
            let id = program.rules[rule].id
            let table = StateTables.keys(ofRule: id)
            if kept.mapping != nil { restored.mapped[id] = MappedCounts() }
            try store.scan(table) { key, bytes in
                do throws(SnapshotError) {
                    guard let mapping = kept.mapping else {
                        try restore(rule, kept, bytes)
                        return true
                    }
                    let outcome = try mapping.map(bytes)
                    restored.mapped[id, default: MappedCounts()].add(outcome)
                    guard let mapped = outcome.bytes else {
                        restored.removals.delete(table, key: key)
                        return true
                    }
                    try Self.withBytes(mapped) { bytes throws(SnapshotError) in try restore(rule, kept, bytes) }
                } catch {
                    failure = Self.corrupted(table, key, error)
                }
                return failure == nil
            }
            if let failure { throw failure }
        }
        for worker in 0..<workers where chunks[worker].count > 0 { pipeline.restore(chunks[worker], worker: worker) }
        try restoreSuppression(state, pipeline)
        return restored
    }

    private func restoreSuppression(_ state: RecoveredState, _ pipeline: Pipeline) throws(StateStoreError) {
        var failure: StateStoreError?
        for (rule, program) in program.rules.enumerated() {
            let table = StateTables.suppression(ofRule: program.id)
            if state.dropped.contains(where: { $0.table == table }) { continue }
            try store.scan(table) { key, bytes in
                do throws(SnapshotError) {
                    try pipeline.sequencer.sequencer.restoreSuppression(rule: rule, key: Array(key), bytes: bytes)
                } catch {
                    failure = Self.corrupted(table, key, error)
                }
                return failure == nil
            }
            if let failure { throw failure }
        }
    }

    private static func withBytes(
        _ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(SnapshotError) -> Void
    ) throws(SnapshotError) {
        var failure: SnapshotError?
        bytes.withUnsafeBytes { buffer in
            do throws(SnapshotError) { try body(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    static func corrupted(_ table: StateTable, _ key: UnsafeRawBufferPointer, _ error: SnapshotError) -> StateStoreError {
        .corrupted("record \(String(decoding: key, as: UTF8.self)) of table \(table) cannot be read: \(error)")
    }

    /// - Parameter releasedRank: of a checkpoint of an earlier version; -1 otherwise.
    private func readSources(into state: inout RecoveredState, releasedRank: Int32) throws(StateStoreError) {
        let names = configuration.sources.map(\.name)
        try store.records(StateTables.sources) { key, record in
            guard let slash = key.lastIndex(of: "/"), let ordinal = Int(key[key.index(after: slash)...]) else { return }
            guard let index = names.firstIndex(of: String(key[..<slash])) else {
                if let partition = CheckpointWriter.partition(record, ordinal: ordinal), partition.restart < partition.end {
                    state.leftPositions.append((key, partition))
                }
                return
            }
            let earlier = (
                rank: MergePartition.rank(source: index, ordinal: ordinal), releasedRank: releasedRank,
                lateness: configuration.sources[index].lateness
            )
            guard let partition = CheckpointWriter.partition(record, ordinal: ordinal, earlier: earlier) else { return }
            state.merge.partitions[index].append(partition)
            state.positionKeys.insert(key)
        }
        // What is known of the stream as a whole goes on without them.
        for place in state.leftPositions.indices {
            let mark = state.merge.mark(of: state.leftPositions[place].partition)
            state.leftPositions[place].partition.earlier.insert(mark, at: 0)
            state.leftPositions[place].partition.end = state.leftPositions[place].partition.restart
        }
        for index in state.merge.partitions.indices { state.merge.partitions[index].sort { $0.ordinal < $1.ordinal } }
        let rules = program.rules.map(\.id)
        try store.records(StateTables.counters) { key, record in
            if key.hasPrefix("source "), let index = names.firstIndex(of: String(key.dropFirst(7))) {
                state.merge.counters[index] = CheckpointWriter.counters(record)
                state.isKnownSource[index] = true
            } else if key.hasPrefix("rule "), let index = rules.firstIndex(of: String(key.dropFirst(5))) {
                state.statistics[index] = RuleCounters.statistics(record)
            }
        }
    }

    private func readActions(_ tables: [StateTable], into state: inout RecoveredState) throws(StateStoreError) {
        var progress: [String: ActionProgress] = [:]
        try store.records(StateTables.actions) { key, record in progress[key] = ActionProgress(record) }
        for (index, action) in configuration.actions.enumerated() {
            if let stored = progress[action.name] { state.actions[index] = stored }
        }
        var names: Set<String> = []
        for table in tables {
            for prefix in [StateTables.outboxPrefix, StateTables.deadPrefix] where table.name.hasPrefix(prefix) {
                names.insert(String(table.name.dropFirst(prefix.count)))
            }
        }
        names.subtract(configuration.actions.map(\.name))
        for name in names.sorted() {
            let orphan = Orphan(
                name: name, progress: progress[name] ?? ActionProgress(), waiting: try store.count(StateTables.outbox(ofAction: name)),
                dead: try store.count(StateTables.dead(ofAction: name)))
            if !orphan.isEmpty { state.orphans.append(orphan) }
        }
    }

    /// Which partial matches can be taken back: those of rules that are loaded, whose logic is the same or not too different.
    private func readRules(_ tables: [StateTable], into state: inout RecoveredState) throws(StateStoreError) {
        var stored: [String: StateRecord] = [:]
        try store.records(StateTables.rules) { key, record in stored[key] = record }
        for table in tables where table.name.hasPrefix(StateTables.keysPrefix) {
            let id = String(table.name.dropFirst(StateTables.keysPrefix.count))
            if let index = program.rules.firstIndex(where: { $0.id == id }) {
                state.keyCounts[id] = try store.count(table)
                if let kept = RuleRecord.kept(program.rules[index], in: program, stored[id]) {
                    state.keptRules[index] = kept
                } else {
                    state.dropped.append((table, "the pattern of rule \(id), its policies or its keys have changed"))
                }
            } else {
                state.keyCounts[id] = try store.count(table)
                state.dropped.append((table, "rule \(id) is not loaded any more"))
            }
        }
        for table in tables where table.name.hasPrefix(StateTables.suppressionPrefix) {
            let id = String(table.name.dropFirst(StateTables.suppressionPrefix.count))
            let rule = program.rules.first { $0.id == id }
            let reason = rule == nil ? "rule \(id) is not loaded any more" : rule.flatMap { RuleRecord.suppressionEnds($0, stored[id]) }
            guard let reason else { continue }
            let count = try heldBack(table)
            state.dropped.append((table, count == 0 ? reason : "\(reason); alerts held back that no other will tell of: \(count)"))
        }
    }

    /// How many alerts the suppression of a rule has held back and not reported.
    private func heldBack(_ table: StateTable) throws(StateStoreError) -> Int {
        var sum = 0
        var failure: StateStoreError?
        try store.scan(table) { key, bytes in
            do throws(SnapshotError) { sum += try AlertSequencer.suppressedCount(bytes) } catch {
                failure = Self.corrupted(table, key, error)
            }
            return failure == nil
        }
        if let failure { throw failure }
        return sum
    }
}

extension KeyAdaption {
    /// Nil when nothing has to be done.
    init?(_ kept: RecoveredState.KeptRule, decoder: EventTextDecoder) {
        guard !kept.isAsItWas else { return nil }
        guard kept.needsDecoding else {
            self.init(changesTimes: kept.changesTimes, decode: nil)
            return
        }
        self.init(changesTimes: kept.changesTimes) { raw, body in
            _ = decoder.decode(String(decoding: raw, as: UTF8.self), time: 0, stream: -1, offset: 0) { body($0.slots) }
        }
    }
}

/// What came of handing out partial matches.
struct RestoredKeys {
    /// Keys that went to workers.
    var sent = 0
    /// What became of those whose pattern has changed, by rule id.
    var mapped: [String: MappedCounts] = [:]
    /// Removes the keys of which nothing went on; for the first checkpoint.
    var removals = StateBatch()
}

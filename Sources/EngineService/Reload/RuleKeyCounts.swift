import EventEngine
import StateStore

/// How many keys of each rule have partial matches, and what other rules would make of them, from the state store of a service that
/// may be running.
public struct RuleKeyCounts: Sendable {
    /// Keys with partial matches, by rule id.
    public private(set) var keys: [String: Int] = [:]
    /// What would become of those whose pattern changes, by rule id.
    public private(set) var mapped: [String: MappedCounts] = [:]

    /// No keys.
    public init() {}

    /// Counts what is there, for the rules that are to come. Changes nothing.
    public static func read(_ configuration: ServiceConfiguration, for program: EngineProgram) throws(StateStoreError) -> RuleKeyCounts {
        var options = StateStoreOptions()
        options.isReadOnly = true
        let store = try StateStores.open(configuration.state.url, options: options)
        defer { store.close() }
        var counts = RuleKeyCounts()
        var records: [String: StateRecord] = [:]
        try store.records(StateTables.rules) { id, record in records[id] = record }
        for table in try store.tables() where table.name.hasPrefix(StateTables.keysPrefix) {
            let id = String(table.name.dropFirst(StateTables.keysPrefix.count))
            counts.keys[id] = try store.count(table)
            guard let rule = program.rules.first(where: { $0.id == id }),
                let mapping = RuleRecord.kept(rule, in: program, records[id])?.mapping
            else { continue }
            counts.mapped[id] = try count(table, of: store, mapping)
        }
        return counts
    }

    private static func count(
        _ table: StateTable, of store: any StateStore, _ mapping: PatternMapping
    ) throws(StateStoreError) -> MappedCounts {
        var counts = MappedCounts()
        var failure: StateStoreError?
        try store.scan(table) { key, bytes in
            do throws(SnapshotError) { counts.add(try mapping.map(bytes)) } catch {
                failure = StateRecovery.corrupted(table, key, error)
            }
            return failure == nil
        }
        if let failure { throw failure }
        return counts
    }
}

import EventEngine
import StateStore

/// What is in a store: sizes of tables, partial matches by rule, alerts that wait, positions of sources, counts.
public struct StateStatistics {
    /// Records and bytes of a table.
    public struct Table {
        /// Its name.
        public let name: String
        /// Records.
        public internal(set) var records = 0
        /// Bytes of all keys and values.
        public internal(set) var bytes = 0
    }

    /// Partial matches of a rule.
    public struct Rule {
        /// The rule's id.
        public let id: String
        /// Keys that have partial matches.
        public internal(set) var keys = 0
        /// Attempts of all keys.
        public internal(set) var attempts = 0
        /// Keys whose bytes cannot be read.
        public internal(set) var unreadable = 0
        /// The earliest time at which something ends or completes by itself, nanoseconds since 1970 UTC; nil: never.
        public internal(set) var expires: Int64?
    }

    /// Alerts of an action.
    public struct Action {
        /// Its name.
        public let name: String
        /// Alerts that are not known to be delivered.
        public internal(set) var pending = 0
        /// Number of the next alert, and of the first that is not known to be delivered.
        public internal(set) var next: UInt64 = 0, acknowledged: UInt64 = 0
    }

    /// A record of `name=value` that is shown as it is.
    public struct Fields {
        /// Key of the record.
        public let key: String
        /// Names and values, in order.
        public let fields: [(name: String, value: String)]
    }

    /// The store, without secrets.
    public let store: String
    /// What the store says of itself.
    public let header: StateHeader
    /// Event time reached; nil before the first event.
    public let clock: Int64?
    /// Watermark over all sources; nil before the first event.
    public let watermark: Int64?
    /// In order of name.
    public private(set) var tables: [Table] = []
    /// In order of id.
    public private(set) var rules: [Rule] = []
    /// In order of name.
    public private(set) var actions: [Action] = []
    /// Positions of partitions, in order of key: `SOURCE/number`.
    public private(set) var positions: [Fields] = []
    /// Counts of sources and rules, in order of key: `source NAME`, `rule ID`.
    public private(set) var counters: [Fields] = []

    /// Goes through the whole store once. Of records that a running engine changes meanwhile either state may be counted.
    public init(_ inspection: StateInspection) throws(StateStoreError) {
        let store = inspection.store
        self.store = store.name
        header = inspection.header
        clock = inspection.clock
        var watermark: Int64?
        try store.records(StateTables.engine) { key, record in if key == "clock" { watermark = record.number("watermark") } }
        self.watermark = watermark == .min ? nil : watermark
        var actions: [String: Action] = [:]
        for table in try store.tables() {
            var counted = Table(name: table.name)
            var rule = Self.suffix(of: table, behind: StateTables.keysPrefix).map { Rule(id: $0) }
            try store.scan(table) { key, bytes in
                counted.records += 1
                counted.bytes += key.count + bytes.count
                if let id = rule?.id { rule?.add(inspection.inspect(bytes, rule: id)) }
                return true
            }
            tables.append(counted)
            if let rule { rules.append(rule) }
            if let name = Self.suffix(of: table, behind: StateTables.outboxPrefix) {
                actions[name, default: Action(name: name)].pending = counted.records
            }
        }
        try store.records(StateTables.actions) { name, record in
            actions[name, default: Action(name: name)].next = record.number("next") ?? 0
            actions[name]?.acknowledged = record.number("acked") ?? 0
        }
        self.actions = actions.values.sorted { $0.name < $1.name }
        positions = try Self.fields(StateTables.sources, of: store)
        counters = try Self.fields(StateTables.counters, of: store)
    }

    private static func suffix(of table: StateTable, behind prefix: String) -> String? {
        table.name.hasPrefix(prefix) ? String(table.name.dropFirst(prefix.count)) : nil
    }

    private static func fields(_ table: StateTable, of store: any StateStore) throws(StateStoreError) -> [Fields] {
        var found: [Fields] = []
        try store.records(table) { key, record in found.append(Fields(key: key, fields: record.fields)) }
        return found.sorted { $0.key < $1.key }
    }
}

extension StateStatistics.Rule {
    fileprivate mutating func add(_ state: Result<KeyInspection, UnreadableKey>) {
        keys += 1
        let deadline: Int64?
        switch state {
        case .success(let state):
            attempts += state.attempts.count
            deadline = state.firstDeadline
        case .failure(let problem):
            unreadable += 1
            deadline = problem.firstDeadline
        }
        if let deadline { expires = min(expires ?? .max, deadline) }
    }
}

import EventEngine
import StateStore

/// Looks into a state store that nobody need run: which partial matches there are, and what they wait for.
///
/// The store is opened with `StateStoreOptions.isReadOnly`; nothing is claimed or written, so a running engine is not
/// disturbed. What it commits meanwhile may or may not be seen.
public struct StateInspection {
    /// What the store says of itself.
    public let header: StateHeader
    /// Event time reached by the last commit, nanoseconds since 1970 UTC; nil before the first event.
    public let clock: Int64?
    /// The store that is looked into.
    public let store: any StateStore
    let names: SnapshotNames
    /// By rule id.
    let layouts: [String: RuleLayout]
    /// Rules that have a table of partial matches, in order.
    public let rules: [String]

    /// Reads what is needed to understand the rest. Nil: the store is empty, no engine has used it.
    ///
    /// Throws `incompatible` for a store of a later version, or one whose import was not finished.
    public init?(_ store: any StateStore) throws(StateStoreError) {
        guard let header = try store.header() else { return nil }
        self.store = store
        self.header = header
        var clock: Int64?
        var isImporting = false
        try store.records(StateTables.engine) { key, record in
            if key == StateTables.importingKey { isImporting = true }
            if key == "clock" { clock = record.number("clock") }
        }
        if isImporting { throw StateTables.unfinishedImport(into: store.name) }
        self.clock = clock == .min ? nil : clock
        var fields: [String] = []
        var streams: [String] = []
        try store.records(StateTables.names) { key, record in
            if key == "fields" { fields = record.all("name") }
            if key == "streams" { streams = record.all("name") }
        }
        names = SnapshotNames(fields: fields, streams: streams)
        var layouts: [String: RuleLayout] = [:]
        try store.records(StateTables.rules) { rule, record in layouts[rule] = RuleLayout(fields: record.fields) }
        self.layouts = layouts
        let prefix = StateTables.keysPrefix
        rules = try store.tables().filter { $0.name.hasPrefix(prefix) }.map { String($0.name.dropFirst(prefix.count)) }
    }

    /// Partial matches of one rule, or of all, in order of rule and key: at most `limit` keys, and how many there are.
    public func list(rule: String? = nil, limit: Int = .max) throws(StateStoreError) -> (keys: [ListedKey], total: Int) {
        var listed: [ListedKey] = []
        var total = 0
        for id in rules where rule == nil || rule == id {
            var found = SmallestKeys<ListedKey>(limit: limit - listed.count)
            try store.scan(StateTables.keys(ofRule: id)) { key, bytes in
                total += 1
                found.add(key) { ListedKey(rule: id, key: String(decoding: key, as: UTF8.self), state: inspect(bytes, rule: id)) }
                return true
            }
            listed += found.values
        }
        return (listed, total)
    }

    /// One key of a rule; nil when it has no partial matches. `key` is as the store has it: a JSON array of its parts.
    public func key(_ key: String, rule: String) throws(StateStoreError) -> ShownKey? {
        let reader = try store.makeReader()
        defer { reader.close() }
        var expected = header
        while true {
            do throws(StateStoreError) {
                let values = try reader.get(StateTables.keys(ofRule: rule), keys: [Array(key.utf8)], expected: expected)
                guard let bytes = values.first ?? nil else { return nil }
                let state = bytes.withUnsafeBytes { inspect($0, rule: rule) }
                return ShownKey(rule: rule, key: key, layout: layouts[rule], clock: clock, state: state)
            } catch {
                // An engine has started meanwhile: it is looked at as it is now.
                guard case .fenced = error, let found = try store.header(), found.generation > expected.generation else { throw error }
                expected = found
            }
        }
    }

    /// The key in the store that a person means: `bob`, or `["bob",null]`. Nil for what begins as a JSON array and is none of texts,
    /// numbers and null.
    public static func storedKey(meaning text: String) -> String? { RecordKey.text(meaning: text) }

    /// What the bytes of a key hold, or why they cannot be read.
    func inspect(_ bytes: UnsafeRawBufferPointer, rule: String) -> Result<KeyInspection, UnreadableKey> {
        do throws(SnapshotError) {
            guard let layout = layouts[rule] else {
                return .failure(
                    UnreadableKey(
                        reason: "the layout of the rule is not in the store",
                        firstDeadline: try SnapshotInspector.firstDeadline(of: bytes)))
            }
            return .success(try SnapshotInspector.inspect(bytes, layout: layout, names: names))
        } catch {
            return .failure(UnreadableKey(reason: error.description, firstDeadline: nil))
        }
    }
}

/// Why the bytes of a key could not be read.
public struct UnreadableKey: Error, Equatable {
    /// In a few words.
    public let reason: String
    /// When something of the key ends by itself, nanoseconds since 1970 UTC; nil: never, or not known.
    public let firstDeadline: Int64?
}

import StateStore

/// The tables in which an engine's state is kept.
///
/// | table | key | value |
/// | --- | --- | --- |
/// | `engine` | `importing` | where an import that is not finished comes from; a store that has it must not be used |
/// | `engine` | `clock` | `clock` event time reached (ns), `sequence` number of the last event, `watermark`, what was released last |
/// | `names` | `fields`, `streams`, `sources` | a field `name` for each id in order: what ids in partial matches mean |
/// | `rules` | rule id | `logic` hash of the rule's matching logic, its layout (`RuleLayout`): what `state show` needs, and its shape (`RuleShape`): what a changed pattern is held against |
/// | `counters` | `source NAME`, `rule ID` | what was read and decided, for accounts that add up |
/// | `sources` | `NAME/number` | position of a partition |
/// | `keys:RULE` | the key as a JSON array | partial matches (`SnapshotFormat`) |
/// | `suppress:RULE` | kind and `by` as a JSON array | until when, and how many |
/// | `silences` | id | rule, key, end, author, reason, and how many alerts were held back (`Silence`) |
/// | `actions` | action | `next` number of the next alert, `acked` number of the first that is not known to be settled; counts |
/// | `outbox:ACTION` | number, 20 digits | an alert that is not known to be delivered, one line of JSON |
/// | `dead:ACTION` | number, 20 digits | an alert that was given up: `time`, `attempts`, `reason`, `line` |
///
/// Values of `engine`, `names`, `rules`, `counters`, `sources`, `silences`, `actions` and `dead:…` are lines of `name=value`
/// (`StateRecord`).
enum StateTables {
    static let engine = StateTable("engine")
    static let names = StateTable("names")
    static let rules = StateTable("rules")
    static let counters = StateTable("counters")
    static let sources = StateTable("sources")
    static let actions = StateTable("actions")
    static let silences = StateTable("silences")
    /// Key in `engine`: an import is under way, or was broken off. Its last commit removes it.
    static let importingKey = "importing"
    static let keysPrefix = "keys:"
    static let suppressionPrefix = "suppress:"
    static let outboxPrefix = "outbox:"
    static let deadPrefix = "dead:"

    static func keys(ofRule rule: String) -> StateTable { StateTable(keysPrefix + rule) }
    static func suppression(ofRule rule: String) -> StateTable { StateTable(suppressionPrefix + rule) }
    static func outbox(ofAction action: String) -> StateTable { StateTable(outboxPrefix + action) }
    static func dead(ofAction action: String) -> StateTable { StateTable(deadPrefix + action) }

    /// The key of a number in a table of alerts: 20 digits, so that keys sort by number.
    static func number(_ number: UInt64) -> [UInt8] {
        let digits = Array(String(number).utf8)
        return Array(repeating: UInt8(ascii: "0"), count: 20 - digits.count) + digits
    }

    /// What to say of a store that has `importingKey`.
    static func unfinishedImport(into name: String) -> StateStoreError {
        .incompatible("an import into the state store \(name) is under way or was broken off: let it end, or import again")
    }
}

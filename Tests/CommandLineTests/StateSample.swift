import Connectors
import PatternCompiler
import RuleLanguage
import StateStore

@testable import EngineService
@testable import EventEngine

/// A store as a service leaves it, filled without one: rules over a few events, in the tables of `StateTables`.
struct StateSample {
    struct Unusable: Error {}

    static let rules =
        Workbench.rule + """
            tests: []
            ---
            rule: auth.quiet
            level: low
            by: [user, ?host]
            events:
              bad: outcome == "failure"
              ok: outcome == "success"
            pattern: ok -> !bad for 90s ->[<= 1h] ok
            within: 1d
            tests: []
            ---
            rule: auth.silence
            events:
              ok: outcome == "success"
              bad: outcome == "failure"
            pattern: ok -> !bad
            within: 1h
            tests: []
            """

    /// Seconds and JSON.
    static let events: [(second: Int64, json: String)] = [
        (0, #"{"user":"bob","outcome":"failure"}"#), (10, #"{"user":"bob","outcome":"failure"}"#),
        (20, #"{"user":"zoë","outcome":"failure"}"#), (30, #"{"user":"ann","outcome":"success","host":"h1"}"#),
        (40, #"{"user":"ann \"x\"","outcome":"success"}"#),
    ]

    private let program: EngineProgram
    private let engine: Engine

    init() throws {
        let set = RuleLoader.load(text: Self.rules, path: "rules.yaml")
        guard let program = RuleSetCompiler.compile(set.rules).program, program.rules.count == 3 else { throw Unusable() }
        self.program = program
        engine = Engine(program, sources: ["auth.ndjson"])
        let decoder = EventTextDecoder(schema: program.schema)
        let stream = program.schema.streamIndex(named: "auth")
        for (index, event) in Self.events.enumerated() {
            let time = RuleTestRunner.epoch + event.second * 1_000_000_000
            let problem = decoder.decode(event.json, time: time, stream: stream, offset: UInt64(index)) { engine.process($0) }
            if problem != nil { throw Unusable() }
        }
    }

    /// Everything as one batch.
    func batch() throws -> StateBatch {
        var batch = StateBatch()
        let snapshot = engine.snapshot()
        func put(_ table: StateTable, _ key: String, _ fields: [(String, any CustomStringConvertible)]) {
            var record = StateRecord()
            for (name, value) in fields { record.add(name, value.description) }
            batch.put(table, key: key.utf8, value: record.bytes)
        }
        put(
            StateTables.engine, "clock", [("clock", snapshot.clock), ("sequence", snapshot.sequence), ("watermark", snapshot.clock)])
        put(StateTables.names, "fields", snapshot.names.fields.map { ("name", $0) })
        put(StateTables.names, "streams", snapshot.names.streams.map { ("name", $0) })
        put(StateTables.names, "sources", [("name", "auth.ndjson")])
        for rule in program.rules {
            var hash = ByteBuffer()
            rule.logicHash.appendHexadecimal(to: &hash)
            put(StateTables.rules, rule.id, [("logic", hash.text)] + RuleLayout(rule).fields.map { ($0.name, $0.value) })
        }
        for key in snapshot.keys {
            try key.bytes.withUnsafeBytes { bytes in
                var reader = SnapshotReader(bytes)
                let text = RecordKey.text(of: try SnapshotHeader(&reader).key)
                batch.put(StateTables.keys(ofRule: key.rule), key: text, value: bytes)
            }
        }
        put(StateTables.sources, "auth/0", [("identity", "auth.ndjson"), ("restart", 150)])
        put(StateTables.counters, "source auth", [("read", 5), ("processed", 5)])
        put(StateTables.actions, "soc", [("next", 7), ("acked", 5)])
        for number in 5..<7 {
            let key = String(repeating: "0", count: 19) + String(number)
            batch.put(StateTables.outbox(ofAction: "soc"), key: key.utf8, value: "{\"match_id\":\"\(number)\"}\n".utf8)
        }
        return batch
    }

    /// Claims the store and commits everything.
    func fill(_ store: any StateStore) throws {
        let header = try store.claim(owner: "sample", known: nil)
        try store.commit(batch(), epoch: header.epoch + 1)
    }

    /// The same at a URL.
    func fill(_ url: String) throws {
        let store = try StateStores.open(url)
        defer { store.close() }
        try fill(store)
    }
}

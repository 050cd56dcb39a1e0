import EventEngine

/// Statistics for people and for programs.
extension StateStatistics {
    /// Lines for people.
    public var text: String {
        var lines = [
            "store       \(store)", "format      \(header.format)", "generation  \(header.generation), of \(header.owner)",
            "epoch       \(header.epoch)", "clock       \(clock.map(Timestamp.format) ?? "not set")",
            "watermark   \(watermark.map(Timestamp.format) ?? "not set")",
        ].map { $0.withoutControls + "\n" }.joined()
        var table = TextTable(["TABLE", "RECORDS", "BYTES"], rightAligned: [1, 2])
        for entry in tables { table.add([entry.name, ReplaySummary.grouped(entry.records), ReplaySummary.grouped(entry.bytes)]) }
        lines += Self.section(table, of: tables.count)
        table = TextTable(["RULE", "KEYS", "ATTEMPTS", "UNREADABLE", "NEXT EXPIRY"], rightAligned: [1, 2, 3])
        for rule in rules {
            table.add(
                [rule.id] + [rule.keys, rule.attempts, rule.unreadable].map(ReplaySummary.grouped)
                    + [rule.expires.map(Timestamp.format) ?? "never"])
        }
        lines += Self.section(table, of: rules.count)
        table = TextTable(["ACTION", "PENDING", "NEXT", "UNDELIVERED FROM"], rightAligned: [1, 2, 3])
        for action in actions {
            table.add([action.name, ReplaySummary.grouped(action.pending), String(action.next), String(action.acknowledged)])
        }
        lines += Self.section(table, of: actions.count)
        table = TextTable(["POSITION", "AT"])
        for entry in positions { table.add([entry.key, Self.text(of: entry)]) }
        lines += Self.section(table, of: positions.count)
        table = TextTable(["COUNTS", "ARE"])
        for entry in counters { table.add([entry.key, Self.text(of: entry)]) }
        return lines + Self.section(table, of: counters.count)
    }

    /// One line of JSON: `store format generation owner epoch clock watermark tables rules actions positions counters`. Values of
    /// positions and counters are texts, as the store has them.
    public func appendJSON(to buffer: inout ByteBuffer) {
        JSONWriter.append(to: &buffer) { json in
            json.field("store", store)
            json.field("format", Int(header.format))
            json.field("generation", header.generation)
            json.field("owner", header.owner)
            json.field("epoch", header.epoch)
            json.field("clock", time: clock)
            json.field("watermark", time: watermark)
            json.list("tables", tables) { json, table in
                json.field("table", table.name)
                json.field("records", table.records)
                json.field("bytes", table.bytes)
            }
            json.list("rules", rules) { json, rule in
                json.field("rule", rule.id)
                json.field("keys", rule.keys)
                json.field("attempts", rule.attempts)
                json.field("unreadable", rule.unreadable)
                json.field("expires", time: rule.expires)
            }
            json.list("actions", actions) { json, action in
                json.field("action", action.name)
                json.field("pending", action.pending)
                json.field("next", action.next)
                json.field("acknowledged", action.acknowledged)
            }
            json.list("positions", positions) { Self.append($1, "position", to: &$0) }
            json.list("counters", counters) { Self.append($1, "counter", to: &$0) }
        }
        buffer.append("\n")
    }

    private static func section(_ table: TextTable, of count: Int) -> String { count == 0 ? "" : "\n" + table.text }

    private static func text(of entry: Fields) -> String { entry.fields.map { "\($0.name)=\($0.value)" }.joined(separator: " ") }

    private static func append(_ entry: Fields, _ name: String, to json: inout JSONWriter) {
        json.field(name, entry.key)
        for field in entry.fields { json.field(field.name, field.value) }
    }
}

import Connectors
import EventEngine

/// Silences as people and programs read them.
public enum SilenceListing {
    /// A table; empty without silences.
    public static func text(_ silences: [Silence]) -> String {
        guard !silences.isEmpty else { return "" }
        let now = WallClock.now()
        var table = TextTable(["SILENCE", "RULE", "KEY", "UNTIL", "SILENCED", "AUTHOR", "REASON"], rightAligned: [4])
        for silence in silences {
            table.add([
                silence.id, silence.rule, silence.fields.isEmpty ? "every" : silence.key,
                Timestamp.format(silence.end) + (silence.end <= now ? " (over)" : ""), String(silence.count), silence.author,
                silence.reason,
            ])
        }
        return table.text
    }

    /// One object on each line.
    public static func json(_ silences: [Silence]) -> String {
        var buffer = ByteBuffer(capacity: 1024)
        for silence in silences {
            JSONWriter.append(to: &buffer) { json in
                json.field("silence", silence.id)
                append(silence, to: &json)
            }
            buffer.append("\n")
        }
        return buffer.text
    }

    /// Everything about a silence but its id, as fields of an object.
    public static func append(_ silence: Silence, to json: inout JSONWriter) {
        json.field("rule", silence.rule)
        json.object("key") { json in for field in silence.fields { json.field(field.name, field.value) } }
        json.field("start", time: silence.start)
        json.field("end", time: silence.end)
        json.field("author", silence.author)
        json.field("reason", silence.reason)
        json.field("silenced", silence.count)
    }
}

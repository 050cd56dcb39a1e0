import Connectors
import EventEngine

/// An alert as the store of a service keeps it: one that waits for delivery, or a dead letter.
public struct StoredAlert: Sendable {
    /// Why it is a dead letter.
    public struct Death: Sendable {
        /// Why it was given up.
        public let reason: String
        /// Wall clock when it was, nanoseconds since 1970 UTC.
        public let time: Int64
        /// How often it was tried.
        public let attempts: Int
    }

    /// The action.
    public let action: String
    /// Its number in the action's table.
    public let number: UInt64
    /// The alert as actions get it, one line of JSON with its newline.
    public let line: [UInt8]
    /// Of a dead letter.
    public let death: Death?

    /// The match's id; empty when the line is none of ours.
    public var matchID: String { Alert(number: number, line: line).matchID }

    /// Id and level of its rule; empty when they cannot be read.
    public var rule: (id: String, level: String) {
        let templates = [Template(known: "{{rule}}"), Template(known: "{{level}}")]
        do throws(DeliveryError) {
            let texts = try AlertRenderer(templates).texts(Alert(number: number, line: line))
            return (String(decoding: texts[0], as: UTF8.self), String(decoding: texts[1], as: UTF8.self))
        } catch {
            return ("", "")
        }
    }

    /// Appends it as one line of JSON: `action number time attempts reason alert`.
    public func appendJSON(to buffer: inout EventEngine.ByteBuffer) {
        JSONWriter.append(to: &buffer) { json in
            json.field("action", action)
            json.field("number", number)
            if let death {
                json.field("time", time: death.time)
                json.field("attempts", death.attempts)
                json.field("reason", death.reason)
            }
            appendAlert("alert", to: &json)
        }
        buffer.append("\n")
    }

    /// Appends the alert itself: an object, or a text when it is none.
    public func appendAlert(_ name: String, to json: inout JSONWriter) {
        json.field(name, raw: Array(Alert(number: number, line: line).json))
    }

    /// A table of alerts, for people.
    public static func text(_ alerts: [StoredAlert]) -> String {
        let areDead = alerts.contains { $0.death != nil }
        var table = TextTable(
            ["ACTION", "NUMBER"] + (areDead ? ["TIME", "TRIES"] : []) + ["RULE", "LEVEL", "MATCH"] + (areDead ? ["REASON"] : []),
            rightAligned: areDead ? [1, 3] : [1])
        for alert in alerts {
            let rule = alert.rule
            var row = [alert.action, String(alert.number)]
            if areDead { row += alert.death.map { [Timestamp.format($0.time), String($0.attempts)] } ?? ["", ""] }
            row += [rule.id, rule.level, alert.matchID]
            if areDead { row.append(alert.death?.reason ?? "") }
            table.add(row)
        }
        return table.text
    }

    /// Everything about it, for people.
    public var text: String {
        var text = "action    \(action)\nnumber    \(number)\n"
        if let death {
            text += "time      \(Timestamp.format(death.time))\ntries     \(death.attempts)\nreason    \(death.reason.withoutControls)\n"
        }
        let json = String(decoding: Alert(number: number, line: line).json, as: UTF8.self)
        return text
            + "rule      \(rule.id.withoutControls) (\(rule.level.withoutControls))\nmatch     \(matchID)\n\n\(json.withoutControls)\n"
    }
}

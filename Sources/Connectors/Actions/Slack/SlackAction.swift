import EventEngine

/// Posts alerts as messages to an incoming webhook in the format of Slack, which Mattermost, Rocket.Chat and others take as well.
package final class SlackAction: ActionAdapter {
    /// What is posted, and where to.
    package struct Settings: Sendable, Equatable {
        /// The webhook's address; it is a secret.
        package var url: String
        /// The message; values are escaped as Slack wants it.
        package var text: Template
        /// Of the message where the webhook allows it; nil: the webhook's own.
        package var channel: String?, username: String?, icon: String?
        /// How the server is connected to.
        package var transfer = TransferOptions()

        /// Posts the usual text.
        package init(url: String) {
            self.url = url
            text = SlackAction.standardText
        }
    }

    /// The usual text.
    package static let standardText = Template(
        known: """
            *{{rule}}* ({{level}}) {{key}}
            {{start}} to {{end}} {{select}}
            """)

    package let largestBatch = 1
    private let settings: Settings
    private let endpoint: HTTPEndpoint
    private let renderer: AlertRenderer

    /// An action that is not connected yet.
    package init(_ settings: Settings) {
        self.settings = settings
        endpoint = HTTPEndpoint(settings.url, options: settings.transfer)
        renderer = AlertRenderer([settings.text], escape: Self.escape)
    }

    package func open(pendingBytes: Int, cancellation: Cancellation) { endpoint.cancellation = cancellation }

    package func deliver(_ alerts: [Alert]) throws(DeliveryError) {
        for (index, alert) in alerts.enumerated() {
            do throws(DeliveryError) {
                try endpoint.send(
                    method: "POST", headers: [("Content-Type", "application/json"), ("Idempotency-Key", alert.matchID)],
                    body: message(try renderer.texts(alert)[0]))
            } catch {
                throw DeliveryError(error.description, kind: error.kind, delivered: index)
            }
        }
    }

    private func message(_ text: [UInt8]) -> [UInt8] {
        var buffer = EventEngine.ByteBuffer(capacity: text.count + 64)
        buffer.append("{\"text\":")
        text.withUnsafeBytes { ValueEncoder.append(text: $0, to: &buffer) }
        for (name, value) in [("channel", settings.channel), ("username", settings.username), ("icon_emoji", settings.icon)] {
            guard let value else { continue }
            buffer.append(text: ",\"\(name)\":")
            Array(value.utf8).withUnsafeBytes { ValueEncoder.append(text: $0, to: &buffer) }
        }
        buffer.append("}")
        return Array(buffer.bytes)
    }

    /// `&`, `<` and `>` of a value, which would otherwise make links and mentions such as `<!channel>`.
    private static func escape(_ byte: UInt8, _ append: (UInt8) -> Void) {
        switch byte {
        case UInt8(ascii: "&"): for byte in "&amp;".utf8 { append(byte) }
        case UInt8(ascii: "<"): for byte in "&lt;".utf8 { append(byte) }
        case UInt8(ascii: ">"): for byte in "&gt;".utf8 { append(byte) }
        default: append(byte)
        }
    }
}

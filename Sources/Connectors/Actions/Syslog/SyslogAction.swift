import Glibc

/// Sends alerts as messages of RFC 5424 over UDP, or over TCP with octet counting (RFC 6587).
///
/// Syslog acknowledges nothing. Over TCP an alert counts as delivered when the system of the receiver has its bytes; over UDP when
/// it was sent.
package final class SyslogAction: ActionAdapter {
    /// How messages are carried.
    package enum Carrier: String, Sendable, CaseIterable {
        case udp, tcp
    }

    /// What is sent, and where to.
    package struct Settings: Sendable, Equatable {
        /// Name or address of the receiver.
        package var host: String
        /// Its port.
        package var port = 514
        /// How messages are carried.
        package var carrier = Carrier.udp
        /// 0 to 23; 16 is `local0`.
        package var facility = 16
        /// `APP-NAME`: printable ASCII without spaces.
        package var application = "fluxcore"
        /// `HOSTNAME`: printable ASCII without spaces.
        package var hostname = "-"
        /// The message.
        package var message = SyslogAction.standardMessage
        /// So long connecting, and sending one message, may take, nanoseconds.
        package var timeout: Int64 = 10_000_000_000

        /// Sends the alert itself.
        package init(host: String) { self.host = host }
    }

    /// The usual message.
    package static let standardMessage = Template(known: "{{json}}", form: .line)

    package let largestBatch = 256
    private let settings: Settings
    private let renderer: AlertRenderer
    private var socket: SyslogSocket?
    private var cancellation = Cancellation()

    /// An action that is not connected yet.
    package init(_ settings: Settings) {
        self.settings = settings
        renderer = AlertRenderer([settings.message, Template(known: "{{rule}}", form: .line), Template(known: "{{level}}")])
    }

    package func open(pendingBytes: Int, cancellation: Cancellation) { self.cancellation = cancellation }

    package func deliver(_ alerts: [Alert]) throws(DeliveryError) {
        for (index, alert) in alerts.enumerated() {
            do throws(DeliveryError) {
                try send(alert)
            } catch {
                if error.kind != .refused { socket = nil }
                throw DeliveryError(error.description, kind: error.kind, delivered: settings.carrier == .udp ? index : 0)
            }
        }
        do throws(DeliveryError) {
            try socket?.waitUntilReceived(timeout: settings.timeout, cancellation: cancellation)
        } catch {
            socket = nil
            throw error
        }
    }

    private func send(_ alert: Alert) throws(DeliveryError) {
        let texts = try renderer.texts(alert)
        let message = SyslogMessage(
            facility: settings.facility, level: String(decoding: texts[2], as: UTF8.self), time: WallClock.now(),
            hostname: settings.hostname, application: settings.application, id: alert.matchID, rule: texts[1], text: texts[0])
        var bytes = message.bytes
        if settings.carrier == .tcp { bytes = Array("\(bytes.count) ".utf8) + bytes }
        let socket: SyslogSocket
        if let open = self.socket, !open.isClosed {
            socket = open
        } else {
            self.socket = nil
            socket = try SyslogSocket(settings, cancellation: cancellation)
            self.socket = socket
        }
        try socket.send(bytes, timeout: settings.timeout, cancellation: cancellation)
    }
}

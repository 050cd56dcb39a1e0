import EventEngine

/// Posts alerts to Prometheus Alertmanager (`/api/v2/alerts`), several in one request. An alert is told by its labels; the match's
/// id is always one of them, so a repeated one is the same alert there.
package final class AlertmanagerAction: ActionAdapter {
    /// A label or an annotation.
    package struct Entry: Sendable, Equatable {
        /// Its name: letters, digits and `_`.
        package var name: String
        /// Its value; an empty one is left out.
        package var value: Template

        /// An entry of these parts.
        package init(name: String, value: Template) {
            self.name = name
            self.value = value
        }
    }

    /// What is posted, and where to.
    package struct Settings: Sendable, Equatable {
        /// The address of Alertmanager, without `/api/v2/alerts`.
        package var url: String
        /// Labels beside `match_id`.
        package var labels = AlertmanagerAction.standardLabels
        /// Annotations.
        package var annotations = AlertmanagerAction.standardAnnotations
        /// So long after its delivery an alert counts as resolved, nanoseconds.
        package var lasts: Int64 = 300 * Timestamp.second
        /// Value of the header `Authorization`; nil: none.
        package var authorization: String?
        /// Alerts of one request.
        package var batch = 64
        /// How the server is connected to.
        package var transfer = TransferOptions()

        /// Posts the usual labels and annotations.
        package init(url: String) { self.url = url }
    }

    /// The usual labels.
    package static let standardLabels = [
        Entry(name: "alertname", value: Template(known: "{{rule}}")), Entry(name: "severity", value: Template(known: "{{level}}")),
        Entry(name: "key", value: Template(known: "{{key}}")),
    ]
    /// The usual annotations.
    package static let standardAnnotations = [
        Entry(name: "summary", value: Template(known: "{{rule}} {{key}}")), Entry(name: "select", value: Template(known: "{{select}}")),
        Entry(name: "match_end", value: Template(known: "{{end}}")),
    ]

    package let largestBatch: Int
    private let settings: Settings
    private let endpoint: HTTPEndpoint
    private let renderer: AlertRenderer

    /// An action that is not connected yet.
    package init(_ settings: Settings) {
        self.settings = settings
        largestBatch = settings.batch
        var url = settings.url
        while url.hasSuffix("/") { url.removeLast() }
        endpoint = HTTPEndpoint(url + "/api/v2/alerts", options: settings.transfer)
        renderer = AlertRenderer([Template(known: "{{start}}")] + (settings.labels + settings.annotations).map(\.value))
    }

    package func open(pendingBytes: Int, cancellation: Cancellation) { endpoint.cancellation = cancellation }

    package func deliver(_ alerts: [Alert]) throws(DeliveryError) {
        var values: [[UInt8]] = []
        for alert in alerts { values.append(encode(alert, try renderer.texts(alert))) }
        var headers = [(name: "Content-Type", value: "application/json")]
        if let authorization = settings.authorization { headers.append(("Authorization", authorization)) }
        try endpoint.send(method: "POST", headers: headers, body: WebhookAction.array(values))
    }

    private func encode(_ alert: Alert, _ texts: [[UInt8]]) -> [UInt8] {
        var buffer = EventEngine.ByteBuffer(capacity: 512)
        buffer.append("{\"labels\":{\"match_id\":\"")
        buffer.append(text: alert.matchID)
        buffer.append("\"")
        let values = texts.dropFirst()
        append(settings.labels, values.prefix(settings.labels.count), isFirst: false, to: &buffer)
        buffer.append("},\"annotations\":{")
        append(settings.annotations, values.dropFirst(settings.labels.count), isFirst: true, to: &buffer)
        buffer.append("},\"startsAt\":")
        texts[0].withUnsafeBytes { ValueEncoder.append(text: $0, to: &buffer) }
        buffer.append(",\"endsAt\":")
        ValueEncoder.append(.time(WallClock.now() + settings.lasts), to: &buffer)
        buffer.append("}")
        return Array(buffer.bytes)
    }

    private func append(_ entries: [Entry], _ values: ArraySlice<[UInt8]>, isFirst: Bool, to buffer: inout EventEngine.ByteBuffer) {
        var isFirst = isFirst
        for (entry, value) in zip(entries, values) where !value.isEmpty {
            if !isFirst { buffer.append(",") }
            isFirst = false
            buffer.append(text: "\"\(entry.name)\":")
            value.withUnsafeBytes { ValueEncoder.append(text: $0, to: &buffer) }
        }
    }
}

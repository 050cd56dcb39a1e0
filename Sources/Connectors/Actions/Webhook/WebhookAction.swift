import EventEngine

/// Sends alerts to an address over HTTP, one request for each or for a batch.
///
/// A request for one alert has the header `Idempotency-Key` with the match's id. A batch is a JSON array and has none: each of its
/// alerts is told by its own id.
package final class WebhookAction: ActionAdapter {
    /// How requests are signed.
    package struct Signature: Sendable, Equatable {
        /// What the receiver knows as well.
        package var secret: String
        /// Name of the header.
        package var header: String

        /// A signature of these parts.
        package init(secret: String, header: String) {
            self.secret = secret
            self.header = header
        }
    }

    /// What is sent, and where to.
    package struct Settings: Sendable, Equatable {
        /// `http://…` or `https://…`.
        package var url: String
        /// The method of the request.
        package var method = "POST"
        /// Names and values, which have no line ends. `Content-Type` is `application/json` where they say nothing else.
        package var headers: [Header] = []
        /// The body for one alert; nil: the alert.
        package var body: Template?
        /// Signs the body and the time.
        package var signature: Signature?
        /// Alerts of one request.
        package var batch = 1
        /// How the server is connected to.
        package var transfer = TransferOptions()

        /// The alert itself is posted.
        package init(url: String) { self.url = url }
    }

    /// A header of a request.
    package struct Header: Sendable, Equatable {
        /// Its name.
        package var name: String
        /// Its value, on one line for every alert.
        package var value: Template

        /// A header of these parts.
        package init(name: String, value: Template) {
            self.name = name
            self.value = value
        }
    }

    package let largestBatch: Int
    private let settings: Settings
    private let endpoint: HTTPEndpoint
    private let renderer: AlertRenderer

    /// An action that is not connected yet.
    package init(_ settings: Settings) {
        self.settings = settings
        largestBatch = settings.batch
        endpoint = HTTPEndpoint(settings.url, options: settings.transfer)
        renderer = AlertRenderer([settings.body ?? Template(known: "{{json}}", form: .json)] + settings.headers.map(\.value))
    }

    package func open(pendingBytes: Int, cancellation: Cancellation) { endpoint.cancellation = cancellation }

    package func deliver(_ alerts: [Alert]) throws(DeliveryError) {
        var texts: [[[UInt8]]] = []
        for alert in alerts { texts.append(try renderer.texts(alert)) }
        guard let first = texts.first else { return }
        let body = settings.batch == 1 ? first[0] : Self.array(texts.map { $0[0] })
        var headers: [(name: String, value: String)] = []
        for (header, value) in zip(settings.headers, first.dropFirst()) {
            headers.append((header.name, String(decoding: value, as: UTF8.self)))
        }
        if !settings.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            headers.append(("Content-Type", "application/json"))
        }
        if settings.batch == 1 { headers.append(("Idempotency-Key", alerts[0].matchID)) }
        if let signature = settings.signature { headers.append((signature.header, Self.sign(body, signature))) }
        try endpoint.send(method: settings.method, headers: headers, body: body)
    }

    /// A JSON array of texts that are JSON.
    static func array(_ values: [[UInt8]]) -> [UInt8] {
        [UInt8(ascii: "[")] + values.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]
    }

    /// `t=SECONDS,v1=HEX`: HMAC-SHA256 of the time, a dot and the body.
    private static func sign(_ body: [UInt8], _ signature: Signature) -> String {
        let seconds = WallClock.now() / Timestamp.second
        let code = SHA256.authenticationCode(of: Array("\(seconds).".utf8) + body, key: Array(signature.secret.utf8))
        return "t=\(seconds),v1=\(SHA256.hexadecimal(code))"
    }
}

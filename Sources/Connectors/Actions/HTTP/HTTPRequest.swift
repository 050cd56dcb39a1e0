import CCurl

/// One request over HTTP, for commands that speak to a service.
package enum HTTPRequest {
    /// An answer; of its body the first 64 KiB.
    package struct Answer: Sendable {
        /// HTTP status.
        package let status: Int
        /// The body.
        package let body: [UInt8]
    }

    /// Sends a request and waits for the answer, whatever it says; nil when nobody listens at the address.
    ///
    /// - Parameter address: host and port to connect to, whatever the URL names; nil: those of the URL.
    package static func send(
        _ method: String, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        at address: String? = nil, options: TransferOptions = TransferOptions()
    ) throws(DeliveryError) -> Answer? {
        let transfer = Transfer()
        transfer.begin(url, protocols: "http,https", options: options, cancellation: nil)
        if let address { transfer.set(CURLOPT_CONNECT_TO, ["::\(address)"]) }
        if method != "GET" { transfer.post(body) }
        transfer.set(CURLOPT_CUSTOMREQUEST, method)
        transfer.set(CURLOPT_USERAGENT, "FluxCore")
        transfer.set(CURLOPT_HTTPHEADER, ["Expect:"] + headers.map { "\($0.name): \($0.value)" })
        let outcome = try transfer.perform()
        if outcome.code == CURLE_COULDNT_CONNECT { return nil }
        guard outcome.code == CURLE_OK else { throw DeliveryError("\(HTTPEndpoint.shown(url)): \(outcome.message)") }
        return Answer(status: outcome.status, body: outcome.body)
    }
}

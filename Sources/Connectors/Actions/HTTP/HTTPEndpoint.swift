import CCurl
import EventEngine

/// One address that requests are sent to over HTTP. For one thread.
package final class HTTPEndpoint {
    /// So long an answer may put the next try off, seconds.
    private static let longestRetryAfter: Int64 = 3600
    /// Characters of an answer that are quoted.
    private static let quoted = 200

    private let url: String
    private let options: TransferOptions
    private let transfer = Transfer()
    /// Set when deliveries are to end.
    var cancellation: Cancellation?

    /// An address: `http://…` or `https://…`. Only its scheme, host and port ever stand in an error.
    init(_ url: String, options: TransferOptions) {
        self.url = url
        self.options = options
    }

    /// Sends a request; returns when the answer is one that says yes.
    ///
    /// Answers 408, 425, 429 and from 500 on are temporary, with the time of `Retry-After`; so is no answer or half of one. Any other
    /// answer refuses.
    func send(method: String, headers: [(name: String, value: String)], body: [UInt8]) throws(DeliveryError) {
        transfer.begin(url, protocols: "http,https", options: options, cancellation: cancellation)
        transfer.post(body)
        transfer.set(CURLOPT_CUSTOMREQUEST, method)
        transfer.set(CURLOPT_USERAGENT, "FluxCore")
        // `Expect: 100-continue` costs a second where a server does not know it.
        transfer.set(CURLOPT_HTTPHEADER, ["Expect:"] + headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" })
        let outcome = try transfer.perform()
        let place = Self.shown(url)
        guard outcome.code == CURLE_OK else { throw DeliveryError("\(place): \(outcome.message)") }
        guard !(200..<300).contains(outcome.status) else { return }
        let quote = Self.quote(outcome.body)
        let text = "\(place) answered \(outcome.status)" + (quote.isEmpty ? "" : ": " + quote)
        switch outcome.status {
        case 408, 425, 429, 500...: throw DeliveryError(text, kind: .temporary(retryAfter: Self.retryAfter(outcome.headers)))
        default: throw DeliveryError(text, kind: .refused)
        }
    }

    /// Scheme, host and port of a URL: what stands behind them may be a secret.
    package static func shown(_ url: String) -> String {
        let bytes = Array(url.utf8)
        guard let scheme = bytes.indices.first(where: { bytes[$0...].starts(with: "://".utf8) }) else { return "the server" }
        let start = scheme + 3
        let end =
            bytes[start...].firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? bytes.count
        let host = bytes[start..<end].lastIndex(of: UInt8(ascii: "@")).map { $0 + 1 } ?? start
        return String(decoding: bytes[..<start] + bytes[host..<end], as: UTF8.self)
    }

    /// The time of the last `Retry-After`, in seconds or as a date, as nanoseconds from now.
    private static func retryAfter(_ headers: [String]) -> Int64? {
        for header in headers.reversed() {
            guard let colon = header.utf8.firstIndex(of: UInt8(ascii: ":")), header[..<colon].lowercased() == "retry-after" else {
                continue
            }
            let words = header[header.index(after: colon)...].split(whereSeparator: \.isWhitespace)
            let text = words.joined(separator: " ")
            if let seconds = Int64(text) { return seconds < 0 ? nil : min(seconds, longestRetryAfter) * Timestamp.second }
            let date = text.withCString { curl_getdate($0, nil) }
            guard date >= 0 else { return nil }
            // Counted in seconds: a date may be further away than nanoseconds reach.
            return min(max(0, Int64(date) - WallClock.now() / Timestamp.second), longestRetryAfter) * Timestamp.second
        }
        return nil
    }

    /// The beginning of an answer, on one line.
    static func quote(_ body: [UInt8]) -> String {
        let text = String(decoding: body, as: UTF8.self).unicodeScalars.map {
            $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) ? " " : $0
        }
        var result = ""
        result.unicodeScalars.append(contentsOf: text.prefix(quoted))
        while result.last == " " { result.removeLast() }
        return result
    }
}

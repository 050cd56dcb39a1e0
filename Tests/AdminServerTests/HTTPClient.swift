import Foundation
import TestSupport

/// A client that sends exactly what a test wants, over a plain socket.
final class HTTPClient {
    /// An answer.
    struct Answer {
        let status: Int
        /// By name in lower case.
        let headers: [String: String]
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
        /// The body as JSON; empty when it is no object.
        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:] }
        /// The word in `error`.
        var errorCode: String? { (json["error"] as? [String: Any])?["code"] as? String }
    }

    private let descriptor: Int32

    /// Connects to a port of 127.0.0.1; reading waits for at most `patience` seconds.
    init(port: Int, patience: Int = 10) throws {
        guard let socket = LoopbackPort.connect(port) else { throw TestSupportError("nobody listens on \(port)") }
        descriptor = socket
        var time = timeval(tv_sec: patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Sends bytes; false when the other side takes no more.
    @discardableResult
    func send(_ bytes: some Collection<UInt8>) -> Bool {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let result = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard result > 0 else { return false }
            sent += result
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Tells the other side that nothing more comes.
    func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Some bytes; nil at the end or when the patience is over.
    func receive() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    /// Everything up to the end of the connection, or until `isEnough`.
    func receiveAll(until isEnough: ([UInt8]) -> Bool = { _ in false }) -> [UInt8] {
        var all: [UInt8] = []
        while !isEnough(all), let part = receive() { all += part }
        return all
    }

    /// One request on a connection of its own.
    static func request(
        _ port: Int, _ method: String = "GET", _ target: String, headers: [String: String] = [:], body: [UInt8]? = nil
    ) throws -> Answer {
        let client = try HTTPClient(port: port)
        var headers = headers
        headers["Host"] = headers["Host"] ?? "127.0.0.1:\(port)"
        headers["Connection"] = "close"
        if let body { headers["Content-Length"] = headers["Content-Length"] ?? "\(body.count)" }
        let lines = headers.filter { !$0.value.isEmpty }.map { "\($0.key): \($0.value)\r\n" }.sorted().joined()
        client.send(Array("\(method) \(target) HTTP/1.1\r\n\(lines)\r\n".utf8) + (body ?? []))
        return try answer(of: client.receiveAll())
    }

    /// Reads an answer whose body goes to the end of `bytes`.
    static func answer(of bytes: [UInt8]) throws -> Answer {
        let separator = Array("\r\n\r\n".utf8)
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: separator) }) else {
            throw TestSupportError("no answer: \(String(decoding: bytes, as: UTF8.self))")
        }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        let status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let body = Array(bytes[(end + 4)...])
        return Answer(status: status, headers: headers, body: headers["transfer-encoding"] == "chunked" ? unchunked(body) : body)
    }

    /// The body that stands in chunks, as far as they go.
    private static func unchunked(_ bytes: [UInt8]) -> [UInt8] {
        var rest = bytes[...]
        var body: [UInt8] = []
        while let end = rest.firstIndex(of: 13), let count = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16), count > 0 {
            body += rest[(end + 2)...].prefix(count)
            rest = rest[(end + 2)...].dropFirst(count + 2)
        }
        return body
    }
}

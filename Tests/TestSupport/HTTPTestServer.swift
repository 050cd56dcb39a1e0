import Foundation
import Synchronization

/// An HTTP server on loopback that answers as it is told, and notes what it was asked. Ends with its owner.
public final class HTTPTestServer: Sendable {
    /// A request that has come in whole.
    public struct Request: Sendable {
        /// Such as `POST`.
        public let method: String
        /// As it was asked for.
        public let path: String
        /// Names in lower case.
        public let headers: [String: String]
        /// The body as text.
        public let body: String
    }

    /// What becomes of a request.
    public enum Answer: Sendable {
        /// An answer with this status.
        case status(Int, headers: [String: String] = [:], body: String = "")
        /// No answer, and the connection stays open.
        case hang
        /// Half of an answer that says yes, and the connection is closed.
        case half
        /// The connection is closed without an answer.
        case close
        /// An answer that says yes, after a while.
        case slow(milliseconds: UInt32)
    }

    private struct State {
        var requests: [Request] = []
        var answer: @Sendable (Request, Int) -> Answer
    }

    /// Its port on 127.0.0.1.
    public let port: Int
    private let listener: Int32
    private let state: Mutex<State>

    /// `http://127.0.0.1:port`.
    public var url: String { "http://127.0.0.1:\(port)" }
    /// Everything that came in, in order.
    public var requests: [Request] { state.withLock { $0.requests } }

    /// Starts a server on a port, a free one unless given; `answer` gets each request and how many came before it.
    public init(port given: Int? = nil, _ answer: @escaping @Sendable (Request, Int) -> Answer = { _, _ in .status(200) }) throws {
        Foundation.signal(SIGPIPE, SIG_IGN)
        (port, listener) = try Self.listen(given)
        state = Mutex(State(answer: answer))
        let listener = listener
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                Thread.detachNewThread { [weak self] in
                    var buffer: [UInt8] = []
                    while let request = Self.read(client, &buffer), let self, self.answer(request, client) {}
                    close(client)
                }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// A socket that listens. Another process may take a free port in between; then there is another one.
    private static func listen(_ given: Int?) throws -> (port: Int, listener: Int32) {
        if let given { return (given, try LoopbackPort.listen(given)) }
        for _ in 0..<20 {
            let port = try LoopbackPort.free()
            if let listener = try? LoopbackPort.listen(port) { return (port, listener) }
        }
        throw TestSupportError("no free port")
    }

    /// Answers so from now on.
    public func set(_ answer: @escaping @Sendable (Request, Int) -> Answer) { state.withLock { $0.answer = answer } }

    /// Answers a request; false when the connection is to be closed.
    private func answer(_ request: Request, _ client: Int32) -> Bool {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answer(request, state.requests.count - 1)
        }
        switch answer {
        case .status(let status, let headers, let body):
            let lines = headers.map { "\($0): \($1)\r\n" }.joined()
            Self.write("HTTP/1.1 \(status) Answer\r\n\(lines)Content-Length: \(body.utf8.count)\r\n\r\n\(body)", to: client)
            return true
        case .hang:
            var byte: UInt8 = 0
            _ = recv(client, &byte, 1, 0)
            return false
        case .half:
            Self.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of i", to: client)
            return false
        case .close: return false
        case .slow(let milliseconds):
            usleep(milliseconds * 1000)
            Self.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", to: client)
            return true
        }
    }

    private static func write(_ text: String, to client: Int32) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    /// The next request; nil when the connection has ended.
    private static func read(_ client: Int32, _ buffer: inout [UInt8]) -> Request? {
        let mark = Array("\r\n\r\n".utf8)
        while true {
            if let end = buffer.indices.first(where: { buffer[$0] == 13 && buffer[$0...].starts(with: mark) }) {
                let lines = String(decoding: buffer[..<end], as: UTF8.self).components(separatedBy: "\r\n")
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    headers[parts[0].lowercased()] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
                }
                let total = end + 4 + (headers["content-length"].flatMap { Int($0) } ?? 0)
                if buffer.count >= total {
                    let words = lines[0].split(separator: " ")
                    let body = String(decoding: buffer[(end + 4)..<total], as: UTF8.self)
                    buffer.removeFirst(total)
                    return Request(method: String(words[0]), path: words.count > 1 ? String(words[1]) : "", headers: headers, body: body)
                }
            }
            var chunk = [UInt8](repeating: 0, count: 64 << 10)
            let count = recv(client, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            buffer += chunk.prefix(count)
        }
    }
}

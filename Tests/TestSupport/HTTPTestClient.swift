import Foundation

/// Asks servers of tests over HTTP.
public enum HTTPTestClient {
    /// The body of what a server on 127.0.0.1 answers to a GET.
    public static func get(port: Int, path: String) throws -> Data {
        guard let socket = LoopbackPort.connect(port) else { throw TestSupportError("nobody listens on port \(port)") }
        defer { close(socket) }
        let request = Array("GET \(path) HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".utf8)
        _ = request.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = recv(socket, &chunk, chunk.count, 0)
            guard count > 0 else { break }
            answer += chunk.prefix(count)
        }
        let mark = Array("\r\n\r\n".utf8)
        guard let end = answer.indices.first(where: { answer[$0...].starts(with: mark) }) else {
            throw TestSupportError("no answer from port \(port)")
        }
        return Data(answer[(end + 4)...])
    }
}

import Foundation
import TestSupport
import Testing

/// Clients that send too much, too slowly, or not to the end.
@Suite struct LimitTests {
    private static func makeService() throws -> RunningService {
        try RunningService(
            sources: "auth: { type: http, time: ts, lateness: 1h, idle: never, queue: 64KiB }",
            "server: { listen: '127.0.0.1:PORT', body: 100KiB, timeout: 1s, connections: 8 }")
    }

    private static let service = Shared { try makeService() }

    private let service: RunningService

    init() throws { service = try Self.service.get() }

    private var head: String { "POST /api/v1/events/auth HTTP/1.1\r\nHost: localhost\r\n" }

    private func read(_ service: RunningService) throws -> Int? {
        let sources = try service.get("/api/v1/status").json["sources"] as? [[String: Any]]
        let source = try #require(sources?.first)
        return (source["read"] as? Int).flatMap { read in (source["waiting"] as? Int).map { read + $0 } }
    }

    @Test func largeBodiesAreRefused() throws {
        let long = try service.post("/api/v1/events/auth", String(repeating: "x", count: 100 * 1024 + 1))
        #expect(long.status == 413 && long.headers["connection"] == "close")
        let client = try HTTPClient(port: service.port)
        client.send(head + "Transfer-Encoding: chunked\r\n\r\n")
        for _ in 0..<200 where !client.send("400\r\n" + String(repeating: "x", count: 1024) + "\r\n") { break }
        #expect(try HTTPClient.answer(of: client.receiveAll()).status == 413)
        #expect(try service.post("/api/v1/events/auth", String(repeating: "x", count: 70 * 1024)).status == 413)
    }

    @Test func largeHeadsAreRefused() throws {
        let client = try HTTPClient(port: service.port)
        client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + String(repeating: "x", count: 40_000) + "\r\n\r\n")
        let bytes = client.receiveAll()
        #expect(try bytes.isEmpty || HTTPClient.answer(of: bytes).status >= 400)
        #expect(try service.get("/healthz").status == 200)
    }

    /// Neither a head nor a body may take longer than the configuration says.
    @Test func slowClientsAreLeft() throws {
        for start in ["GET /healthz HTTP/1.1\r\nHost: loc", head + "Content-Length: 1000\r\n\r\n{"] {
            let client = try HTTPClient(port: service.port)
            let begin = Date()
            client.send(start)
            while Date().timeIntervalSince(begin) < 60, client.send("x") { usleep(200_000) }
            #expect(Date().timeIntervalSince(begin) < 60)
        }
        #expect(try service.get("/healthz").status == 200)
    }

    /// Of a body that is broken off nothing is taken.
    @Test func halfABodyIsNone() throws {
        // A service of its own: other tests send events to the shared one meanwhile.
        let service = try Self.makeService()
        let before = try read(service)
        for encoding in ["Content-Length: 1000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n3e8\r\n"] {
            let client = try HTTPClient(port: service.port)
            client.send(head + encoding + RunningService.event(1, "half", "failure"))
            client.finish()
            let bytes = client.receiveAll()
            #expect(try bytes.isEmpty || HTTPClient.answer(of: bytes).status == 400)
        }
        usleep(300_000)
        #expect(try read(service) == before)
    }

    /// A client that asks before it sends a long body is told to go on.
    @Test func clientsThatAskAreToldToGoOn() throws {
        let event = RunningService.event(0, "asks", "failure")
        let client = try HTTPClient(port: service.port)
        client.send(head + "Connection: close\r\nExpect: 100-continue\r\nContent-Length: \(event.utf8.count)\r\n\r\n")
        let told = client.receiveAll { $0.suffix(4).elementsEqual("\r\n\r\n".utf8) }
        #expect(String(decoding: told, as: UTF8.self) == "HTTP/1.1 100 Continue\r\n\r\n")
        client.send(event)
        #expect(try HTTPClient.answer(of: client.receiveAll()).status == 202)
        // One whose body is too long is told at once.
        let other = try HTTPClient(port: service.port)
        other.send(head + "Connection: close\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n")
        #expect(try HTTPClient.answer(of: other.receiveAll()).status == 413)
    }

    @Test func aConnectionServesManyRequests() throws {
        let client = try HTTPClient(port: service.port)
        for _ in 0..<20 {
            client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let bytes = client.receiveAll { $0.suffix(7).elementsEqual("\r\n\r\nok\n".utf8) }
            #expect(try HTTPClient.answer(of: bytes).status == 200)
        }
    }

    /// More connections than are allowed wait; they are answered when others have gone.
    @Test func furtherConnectionsWait() throws {
        var clients = try (0..<12).map { _ in try HTTPClient(port: service.port) }
        for client in clients { client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n") }
        for client in clients { #expect(try HTTPClient.answer(of: client.receiveAll()).status == 200) }
        clients.removeAll()
        #expect(try service.get("/healthz").status == 200)
    }
}

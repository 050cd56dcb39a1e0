import Foundation
import TestSupport
import Testing

/// Alerts as server-sent events.
@Suite struct StreamTests {
    /// An event of a stream.
    private struct Event {
        var name = "", id = "", data = ""
    }

    private let service: RunningService

    init() throws { service = try RunningService(sources: "auth: { type: http, time: ts, idle: never }") }

    private func open(_ target: String = "/api/v1/matches/stream", after id: String? = nil) throws -> HTTPClient {
        let client = try HTTPClient(port: service.port)
        let resume = id.map { "Last-Event-ID: \($0)\r\n" } ?? ""
        client.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\(resume)\r\n")
        return client
    }

    /// The first events of a stream.
    private func events(_ client: HTTPClient, _ count: Int) -> [Event] {
        func parse(_ bytes: [UInt8]) -> [Event] {
            String(decoding: bytes.filter { $0 != 13 }, as: UTF8.self).components(separatedBy: "\n\n").dropLast().compactMap { block in
                var event = Event()
                for line in block.components(separatedBy: "\n") {
                    if line.hasPrefix("event: ") { event.name = String(line.dropFirst(7)) }
                    if line.hasPrefix("id: ") { event.id = String(line.dropFirst(4)) }
                    if line.hasPrefix("data: ") { event.data = String(line.dropFirst(6)) }
                }
                return event.name.isEmpty ? nil : event
            }
        }
        return Array(parse(client.receiveAll { parse($0).count >= count }).prefix(count))
    }

    private func push(_ seconds: Range<Int>) throws {
        let lines = seconds.map { RunningService.event($0, "u\($0)", "failure") }.joined()
        #expect(try service.post("/api/v1/events/auth?durable=true", lines).status == 202)
    }

    @Test func alertsComeAsTheyAreCommitted() throws {
        try push(0..<2)
        let client = try open()
        let begun = client.receiveAll { String(decoding: $0, as: UTF8.self).contains(": alive") }
        #expect(String(decoding: begun, as: UTF8.self).lowercased().contains("content-type: text/event-stream"))
        try push(2..<5)
        let events = events(client, 3)
        #expect(events.map(\.name) == ["match", "match", "match"])
        #expect(events.map { $0.data.contains("auth.other") } == [true, true, true])
        #expect(events[0].data.contains("\"user\":\"u2\"") && events[2].data.contains("\"user\":\"u4\""))

        let resumed = self.events(try open(after: events[0].id), 2)
        #expect(resumed.map(\.id) == events.dropFirst().map(\.id))
    }

    /// Where an event was written with carriage returns, an alert is a line of the stream all the same.
    @Test func carriageReturnsEndNoLine() throws {
        let event = "{\"ts\":1767225600,\r\"user\":\"u\",\r\r\"outcome\":\"failure\"}\n"
        #expect(try service.post("/api/v1/events/auth?durable=true", event).status == 202)
        let last = try #require(events(try open(after: "zzz-0"), 2).last)
        #expect(last.data.hasSuffix("}") && last.data.contains("{\"ts\":1767225600, \"user\":\"u\",  \"outcome\":\"failure\"}"))
    }

    /// Of a process that is gone nobody knows what was missed: everything that is remembered comes.
    @Test func anIdOfAnotherProcessIsAGap() throws {
        try push(0..<3)
        for id in ["zzz-4", "4", "-", "\u{1F600}"] {
            let events = events(try open(after: id), 4)
            #expect(events.map(\.name) == ["gap", "match", "match", "match"], "\(id)")
            #expect(events.first?.data == "{\"missed\":null}")
        }
    }

    /// Alerts that the service does not remember any more are counted.
    @Test func whatIsForgottenIsCounted() throws {
        try push(0..<1)
        let first = try #require(events(try open(after: "zzz-0"), 2).last)
        try push(1..<1100)
        try service.wait("alerts") {
            try service.get("/api/v1/rules/auth.other").json["matches"] as? Int == 1100
        }
        usleep(200_000)
        let events = events(try open(after: first.id), 2)
        #expect(events.map(\.name) == ["gap", "match"] && events.first?.data == "{\"missed\":99}")
    }

    @Test func streamsAreBoundedAndEnd() throws {
        var clients = try (0..<32).map { _ in try open("/api/v1/matches/stream?rule=auth.bruteforce") }
        for client in clients { _ = client.receiveAll { String(decoding: $0, as: UTF8.self).contains(": alive") } }
        #expect(try service.get("/api/v1/matches/stream").status == 503)
        let begin = Date()
        #expect(service.stop() == 0)
        #expect(Date().timeIntervalSince(begin) < 5)
        #expect(clients[0].receiveAll().suffix(5).elementsEqual("0\r\n\r\n".utf8))
        clients.removeAll()
    }
}

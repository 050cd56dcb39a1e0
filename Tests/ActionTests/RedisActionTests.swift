import RedisClient
import TestSupport
import Testing

@testable import Connectors

@Suite struct RedisActionTests {
    private static let server = Shared { try RedisServer(password: "s3cret") }

    private static func action(_ target: RedisAction.Target, key: String, most: Int? = nil, port: Int? = nil) throws -> RedisAction {
        let url = try port.map { "redis://:s3cret@127.0.0.1:\($0)/0" } ?? server.get().url
        let action = RedisAction(try RedisAction.Settings(url: url, target: target, key: key, most: most))
        action.open(pendingBytes: 0, cancellation: Cancellation())
        return action
    }

    @Test func streams() throws {
        let server = try Self.server.get()
        let action = try Self.action(.stream, key: "stream", most: 100)
        for start in stride(from: UInt64(0), to: 1000, by: 100) { try action.deliver((start..<start + 100).map { Sample.alert($0) }) }
        let length = try #require(try server.command("XLEN", "stream").integer)
        #expect((100..<300).contains(length))
        let last = try server.command("XREVRANGE", "stream", "+", "-", "COUNT", "1").elements?.first?.elements?[1].elements?.compactMap(
            \.text)
        let alert = Sample.alert(999)
        #expect(
            last == ["match_id", "m999", "rule", "auth.bruteforce", "level", "high", "alert", String(decoding: alert.json, as: UTF8.self)])
    }

    @Test func lists() throws {
        let server = try Self.server.get()
        let action = try Self.action(.list, key: "list", most: 3)
        try action.deliver((0..<5).map { Sample.alert($0) })
        let found = try server.command("LRANGE", "list", "0", "-1").elements?.compactMap(\.text)
        #expect(found == (2..<5).map { String(decoding: Sample.alert($0).json, as: UTF8.self) })
    }

    @Test func channels() throws {
        let server = try Self.server.get()
        var options = RedisConnectionOptions()
        options.password = "s3cret"
        let listener = try RedisConnection(to: .tcp(host: "127.0.0.1", port: server.port), options: options)
        _ = try listener.command("SUBSCRIBE", "alerts")
        try Self.action(.channel, key: "alerts").deliver([Sample.alert(1), Sample.alert(2)])
        for number in 1...2 {
            let message = try listener.receive().elements?.compactMap(\.text)
            #expect(message == ["message", "alerts", String(decoding: Sample.alert(UInt64(number)).json, as: UTF8.self)])
        }
    }

    /// What the server does not take is tried again, and so is what a lost connection leaves in doubt.
    @Test func troubles() throws {
        let server = try Self.server.get()
        try server.command("SET", "text", "x")
        let wrong = Sample.error { try Self.action(.stream, key: "text").deliver([Sample.alert()]) }
        #expect(wrong?.kind.isTemporary == true)
        #expect(wrong?.description.contains("WRONGTYPE") == true)
        #expect(wrong?.description.contains("s3cret") == false)

        let proxy = try FaultyProxy(to: server.port)
        let action = try Self.action(.stream, key: "doubt", port: proxy.port)
        try action.deliver([Sample.alert(0)])
        proxy.set(.cutReplies(after: 30))
        let lost = Sample.error { try action.deliver((1..<10).map { Sample.alert($0) }) }
        #expect(lost?.kind.isTemporary == true)
        let delivered = lost?.delivered ?? 0
        #expect(delivered < 9)
        proxy.set(.none)
        try action.deliver((UInt64(1 + delivered)..<10).map { Sample.alert($0) })
        let entries = try server.command("XRANGE", "doubt", "-", "+").elements ?? []
        let identifiers = entries.compactMap { $0.elements?[1].elements?[1].text }
        #expect(Set(identifiers) == Set((0..<10).map { "m\($0)" }))
    }
}

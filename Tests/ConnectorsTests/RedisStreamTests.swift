import Connectors
import EventEngine
import Glibc
import RedisClient
import TestSupport
import Testing

@Suite struct RedisStreamTests {
    let server: RedisServer
    init() throws { server = try RedisServer(["appendonly yes", "appendfsync always"]) }

    private func open(
        _ keys: [String] = ["s"], field: String? = nil, consumer: String = "c", claimIdle: Int? = nil, positions: [SourcePosition]? = nil,
        configure: (inout SourceOptions) -> Void = { _ in }
    ) throws -> LiveReader {
        let log = LiveReader.Log()
        var options = sourceOptions(log)
        options.positions = positions
        configure(&options)
        let settings = RedisStreamSettings(
            url: server.url, keys: keys, group: "g", consumer: consumer, field: field, claimIdle: claimIdle)
        return LiveReader(try SourceKind.redis(settings).open(options), log: log)
    }

    private func add(_ numbers: Range<Int>, to key: String = "s") throws {
        for number in numbers { try server.command("XADD", key, "\(1000 + number)-0", "ts", "\(number)", "v", "x") }
    }

    /// Starts the killed server again, and waits until it has read its data.
    private func restart(_ reader: LiveReader) throws {
        try server.start()
        try reader.read { (try? server.command("PING")) != nil }
    }

    private func pending(_ key: String = "s") throws -> Int {
        Int(try server.command("XPENDING", key, "g").elements?.first?.integer ?? -1)
    }

    /// Waits until the server knows that nothing is pending any more but so much.
    private func waitUntilPending(_ count: Int, _ reader: LiveReader) throws {
        var isSo = false
        try reader.read {
            isSo = (try? pending()) == count
            return isSo
        }
        #expect(isSo)
    }

    private static func events(_ numbers: Range<Int>) -> [String] { numbers.map { #"{"ts":\#($0),"v":"x"}"# } }

    @Test func entriesBecomeObjects() throws {
        try server.command("XADD", "s", "5-0", "ts", "1", "a", "007", "b", "", "c\"", "x\ny", "d", "true")
        try server.command("XADD", "s", "5-7", "ts", "2")
        try server.command("XADD", "s", "6-2000000", "ts", "3")
        try server.command("XADD", "s", "7-0", "a", "no time")
        try server.command("XADD", "s", "8-0", "ts", "4")
        let reader = try open()
        try reader.read { reader.events.count == 4 }
        #expect(reader.raws == [#"{"ts":1,"a":"007","b":null,"c\"":"x\ny","d":true}"#, #"{"ts":2}"#, #"{"ts":3}"#, #"{"ts":4}"#])
        #expect(reader.events.map(\.offset) == [5 << 20, 5 << 20 | 7, 6 << 20 | 0xFFFFF, 8 << 20])
        #expect(reader.ends == [8 << 20 | 1])
        #expect(reader.rejected == [Rejected(line: 0, offset: 7 << 20, reason: "no time field", bytes: Array(#"{"a":"no time"}"#.utf8))])
        #expect(reader.source.partitions.map(\.identity) == [#"{"stream":"s","group":"g"}"#])
        #expect(reader.source.partitions.map(\.name) == ["s"])
    }

    @Test func aFieldMayHoldTheEvent() throws {
        for (index, text) in [
            "{\n\t\"ts\": 1}", "", "{\"ts\":2,\"v\":\"a\nb\"}", "[]", "{\"ts\":3} {\"ts\":4}", String(repeating: " ", count: 200),
            #"{"ts":5}"#,
        ]
        .enumerated() {
            try server.command("XADD", "s", "\(index + 1)-0", "other", "x", "event", text)
        }
        try server.command("XADD", "s", "20-0", "other", "x")
        try server.command("XADD", "s", "21-0", "event", #"{"ts":6,"v":"\#(String(repeating: "y", count: 200))"}"#)
        try server.command("XADD", "s", "22-0", "event", #"{"ts":7}"#)
        let reader = try open(field: "event") {
            $0.maximumLineLength = 100
            $0.blockSize = 16
        }
        try reader.read { reader.events.count == 3 }
        #expect(reader.raws == ["{\t\t\"ts\": 1}", #"{"ts":5}"#, #"{"ts":7}"#])
        #expect(
            reader.rejected.map { "\($0.offset >> 20) \($0.reason)" } == [
                "2 not a JSON object", "3 control character in a string", "4 not a JSON object", "5 text after the JSON object",
                "6 not a JSON object", "20 no field event", "21 entry too long",
            ])
        #expect(reader.rejected[5].text == #"{"other":"x"}"#)
    }

    @Test func theStreamAndItsGroupAreMade() throws {
        let reader = try open(["s", "t"]) { $0.start = .end }
        try reader.read { (try? pending("s")) == 0 && (try? pending("t")) == 0 }
        try add(0..<2)
        try add(5..<6, to: "t")
        try reader.read { reader.events.count == 3 }
        #expect(reader.raws(of: 0) == Self.events(0..<2))
        #expect(reader.raws(of: 1) == Self.events(5..<6))
    }

    @Test func startAtTheEndPassesOverWhatIsThere() throws {
        try add(0..<3)
        let reader = try open { $0.start = .end }
        try reader.read { (try? pending()) == 0 }
        try add(3..<4)
        try reader.read { !reader.events.isEmpty }
        #expect(reader.raws == Self.events(3..<4))
    }

    @Test func onlyWhatIsCommittedIsAcknowledged() throws {
        try add(0..<10)
        let reader = try open()
        try reader.read { reader.events.count == 10 }
        #expect(try pending() == 10)
        reader.source.committed(offset: reader.events[4].offset, partition: 0)
        try waitUntilPending(6, reader)
        reader.source.committed(offset: reader.events[4].offset + 1, partition: 0)
        try waitUntilPending(5, reader)
        // What the process had not acknowledged comes again, before what is new.
        let position = reader.position(0, at: reader.ends[0])
        reader.source.close()
        try add(10..<12)
        let again = try open(positions: [position])
        try again.read { again.events.count == 7 }
        #expect(again.raws == Self.events(5..<12))
        #expect(again.source.partitions[0].start == position.offset)
        again.source.committed(offset: again.ends[0], partition: 0)
        again.source.close()
        #expect(try pending() == 0)
        let last = try open(positions: [again.position(0, at: again.ends[0])])
        try add(12..<13)
        try last.read { !last.events.isEmpty }
        #expect(last.raws == Self.events(12..<13))
    }

    @Test func entriesOfADeadConsumerAreTakenOverWhereThatIsWanted() throws {
        try add(0..<4)
        let first = try open(consumer: "host-1")
        try first.read { first.events.count == 4 }
        first.source.close()
        try add(4..<5)
        let second = try open(consumer: "host-2")
        try second.read { second.events.count == 1 }
        #expect(second.raws == Self.events(4..<5))
        second.source.close()
        let third = try open(consumer: "host-3", claimIdle: 0)
        try third.read { third.events.count == 5 }
        #expect(third.raws == Self.events(0..<5))
    }

    @Test func trimmedEntriesAreTold() throws {
        try add(0..<4)
        let first = try open()
        try first.read { first.events.count == 4 }
        first.source.close()
        try server.command("XTRIM", "s", "MAXLEN", "1")
        let again = try open()
        try again.read { !again.notices.isEmpty && !again.events.isEmpty }
        #expect(again.raws == Self.events(3..<4))
        #expect(again.notices == [.trimmed(stream: "s", entries: 3)])
        try waitUntilPending(1, again)
    }

    @Test func aKilledServerIsWaitedForAndNothingIsLostOrDoubled() throws {
        let reader = try open()
        try add(0..<50)
        try reader.read { reader.events.count == 50 }
        reader.source.committed(offset: reader.events[20].offset, partition: 0)
        server.kill()
        try reader.read { !reader.notices.isEmpty }
        reader.source.committed(offset: reader.events[40].offset, partition: 0)
        try restart(reader)
        try add(50..<100)
        try reader.read { reader.events.count == 100 }
        #expect(reader.raws == Self.events(0..<100))
        #expect(reader.notices.count == 2)
        if case .disconnected(let name, _) = reader.notices[0] { #expect(name == server.url) } else { Issue.record("\(reader.notices)") }
        #expect(reader.notices.last == .reconnected(server: server.url))
        try waitUntilPending(60, reader)
    }

    @Test func aServerThatIsAwayAtTheStartIsWaitedFor() throws {
        server.kill()
        let reader = try open()
        try reader.read { !reader.notices.isEmpty }
        try restart(reader)
        try add(0..<2)
        try reader.read { reader.events.count == 2 }
        #expect(reader.raws == Self.events(0..<2))
    }

    @Test func cutConnectionsLoseAndDoubleNothing() throws {
        let reader = try open()
        for round in 0..<40 {
            try add(round * 25..<round * 25 + 25)
            try server.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            try reader.settle()
        }
        try reader.read { reader.events.count >= 1000 }
        try reader.settle()
        #expect(reader.raws == Self.events(0..<1000))
    }

    @Test func aStreamThatIsDeletedBeginsAnew() throws {
        try add(0..<2)
        let reader = try open { $0.start = .beginning }
        try reader.read { reader.events.count == 2 }
        try server.command("DEL", "s")
        try add(10..<12)
        try reader.read { reader.events.count == 4 }
        #expect(reader.raws == Self.events(0..<2) + Self.events(10..<12))
    }

    @Test func readingAheadIsBounded() throws {
        let filler = String(repeating: "y", count: 10_000)
        for number in 0..<3000 { try server.command("XADD", "s", "\(1000 + number)-0", "ts", "\(number)", "v", filler) }
        let reader = try open { $0.number = { _ in 100 } }
        var largest = 0
        for _ in 0..<50 {
            largest = max(largest, (try? pending()) ?? 0)
            usleep(5000)
        }
        // Four megabytes, and the reply under way.
        #expect(largest < 2000)
        reader.source.setPaused(true, partition: 0)
        try reader.settle()
        #expect(reader.events == [])
        reader.source.setPaused(false, partition: 0)
        try reader.read { reader.events.count == 3000 }
        #expect(reader.events.map(\.time) == (0..<3000).map { Int64($0) * 1_000_000_000 })
    }

    @Test func wrongSettingsAreRefused() throws {
        let log = LiveReader.Log()
        let settings = RedisStreamSettings(url: "rediss://x", keys: ["s"], group: "g", consumer: "c")
        #expect(throws: SourceSetupError.self) { _ = try SourceKind.redis(settings).open(sourceOptions(log)) }
        let csv = sourceOptions(log, format: .csv(columns: nil))
        let error = #expect(throws: SourceSetupError.self) { _ = try SourceKind.redis(settings).open(csv) }
        #expect(error?.description == "a Redis stream has format ndjson")
    }
}

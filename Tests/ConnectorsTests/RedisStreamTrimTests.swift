import Connectors
import RedisClient
import TestSupport
import Testing

/// What is gone from a stream is told when it was to be read, and only then.
@Suite struct RedisStreamTrimTests {
    let server: RedisServer
    let stream: StreamFixture

    init() throws {
        server = try RedisServer()
        stream = StreamFixture(url: server.url)
    }

    /// Trims all entries before one.
    private func trim(before number: Int) throws { try server.command("XTRIM", "s", "MINID", StreamFixture.id(number)) }

    private func expect(
        at offset: UInt64, _ numbers: some Collection<Int>, then next: Int = 100, notices: [SourceNotice],
        _ place: SourceLocation = #_sourceLocation
    ) throws {
        let reader = try stream.open(at: offset)
        try stream.expect(reader, numbers, then: next, place)
        #expect(reader.notices == notices, sourceLocation: place)
        try stream.commitAll(reader, place)
    }

    @Test func acknowledgedEntries() throws {
        try stream.readBefore(0..<10, pending: [])
        try trim(before: 6)
        try expect(at: StreamFixture.offset(3), 6..<10, notices: [.trimmed(stream: "s", entries: nil)])
    }

    @Test func allEntries() throws {
        try stream.readBefore(0..<10, pending: [])
        try server.command("XTRIM", "s", "MAXLEN", "0")
        try expect(at: StreamFixture.offset(3), [], notices: [.trimmed(stream: "s", entries: nil)])
    }

    @Test func pendingEntries() throws {
        try stream.readBefore(0..<10, pending: 2..<10)
        try trim(before: 6)
        // The second is done with.
        try expect(at: StreamFixture.offset(2) + 1, 6..<10, notices: [.trimmed(stream: "s", entries: 3)])
    }

    @Test func pendingEntriesBeforeThePosition() throws {
        try stream.readBefore(0..<10, pending: 2..<10)
        try trim(before: 6)
        try expect(at: StreamFixture.offset(6), 6..<10, notices: [])
    }

    @Test func entriesBeforeThePosition() throws {
        for (number, offset) in [(3, StreamFixture.offset(4)), (3, StreamFixture.offset(3) + 1), (4, StreamFixture.offset(4))] {
            try server.command("DEL", "s")
            try stream.readBefore(0..<10, pending: [])
            try trim(before: number)
            try expect(at: offset, 4..<10, notices: [])
        }
    }

    @Test func everythingThatWasRead() throws {
        try stream.readBefore(0..<10, pending: [])
        try server.command("XTRIM", "s", "MAXLEN", "0")
        let position = StreamFixture.offset(9) + 1
        try expect(at: position, [], notices: [])
        try stream.add(101..<104)
        try server.command("XTRIM", "s", "MAXLEN", "3")
        let reader = try stream.open(at: StreamFixture.offset(100) + 1)
        try stream.expect(reader, 101..<104, then: 104)
        #expect(reader.notices == [])
    }

    @Test func entriesThatWereNeverRead() throws {
        try stream.readBefore(0..<10, pending: [])
        try stream.add(10..<20)
        try trim(before: 15)
        try expect(at: StreamFixture.offset(9) + 1, 15..<20, notices: [.trimmed(stream: "s", entries: 5)])
    }

    @Test func pendingEntriesAndThoseThatWereNeverRead() throws {
        try stream.readBefore(0..<10, pending: 8..<10)
        try stream.add(10..<20)
        try trim(before: 15)
        let notices = [2, 5].map { SourceNotice.trimmed(stream: "s", entries: $0) }
        try expect(at: StreamFixture.offset(8), 15..<20, notices: notices)
    }

    @Test func entriesThatAreDeletedOneByOne() throws {
        try stream.readBefore(0..<10, pending: 8..<10)
        try server.command("XDEL", "s", StreamFixture.id(2))
        try expect(at: StreamFixture.offset(4), 4..<10, notices: [])
        try server.command("XDEL", "s", StreamFixture.id(5))
        let left = [4, 6, 7, 8, 9, 100]
        try expect(at: StreamFixture.offset(4), left, then: 101, notices: [.trimmed(stream: "s", entries: nil)])
    }

    @Test func theGroupIsGoneToo() throws {
        try stream.readBefore(0..<10, pending: [])
        try server.command("XGROUP", "DESTROY", "s", "g")
        try trim(before: 6)
        try expect(at: StreamFixture.offset(3), 6..<10, notices: [.trimmed(stream: "s", entries: nil)])
    }

    @Test func whileItIsReadAgain() throws {
        let filler = String(repeating: "y", count: 20_000)
        for number in 0..<1000 { try server.command("XADD", "s", StreamFixture.id(number), "ts", "\(number)", "v", filler) }
        try server.command("XGROUP", "CREATE", "s", "g", "$")
        let reader = try stream.open(at: StreamFixture.offset(10))
        // It reads a few megabytes ahead, and waits.
        try reader.read { !reader.events.isEmpty }
        try server.command("XTRIM", "s", "MAXLEN", "10")
        try reader.read { reader.events.last?.offset == StreamFixture.offset(999) }
        try reader.settle()
        #expect(reader.events.count < 990)
        #expect(reader.notices == [.trimmed(stream: "s", entries: nil)])
    }
}

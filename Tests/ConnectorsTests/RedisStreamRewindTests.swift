import Connectors
import Glibc
import RedisClient
import TestSupport
import Testing

/// A stream that is opened at a position that the group has left behind, or does not know.
@Suite struct RedisStreamRewindTests {
    let server: RedisServer
    let stream: StreamFixture

    init() throws {
        server = try RedisServer(["appendonly yes", "appendfsync always"])
        stream = StreamFixture(url: server.url)
    }

    /// Positions behind the third entry and at the fourth are the same.
    @Test(arguments: [StreamFixture.offset(2) + 1, StreamFixture.offset(3)])
    func acknowledgedEntriesComeAgain(position: UInt64) throws {
        try stream.readBefore(0..<10, pending: [])
        #expect(try stream.pending() == 0)
        let reader = try stream.open(at: position)
        #expect(reader.source.partitions[0].start == position)
        try stream.expect(reader, 3..<10, then: 10)
        try stream.commitAll(reader)
        #expect(reader.notices == [])
    }

    /// The position of a source that had read nothing.
    @Test func everythingComesAgain() throws {
        try stream.readBefore(0..<10, pending: 5..<10)
        try stream.expect(try stream.open(at: 0), 0..<10, then: 10)
    }

    @Test func acknowledgedAndPendingEntriesComeInOrder() throws {
        let pending = (0..<1000).filter { $0 % 3 == 0 }
        try stream.readBefore(0..<1000, pending: pending)
        try stream.add(1000..<1500)
        let reader = try stream.open(at: StreamFixture.offset(400))
        try stream.expect(reader, pending.filter { $0 < 400 } + (400..<1500), then: 1500)
        #expect(reader.notices == [])
        // Pending entries before the position are acknowledged with the next checkpoint.
        reader.source.committed(offset: StreamFixture.offset(500), partition: 0)
        let left = (1000..<1501).count + pending.filter { $0 >= 500 }.count
        try reader.read { (try? stream.pending()) == left }
        try stream.commitAll(reader)
    }

    @Test func entriesThatShareAnOffsetAreNotMissed() throws {
        let ids = ["5-7", "5-1048574", "5-1048575", "5-1048576", "5-3000000", "6-0"]
        for (number, id) in ids.enumerated() { try server.command("XADD", "s", id, "ts", "\(number)", "v", "x") }
        let first = try stream.open()
        try first.read { first.events.count == 6 }
        #expect(first.events[2].offset == first.events[4].offset)
        let shared = first.events[2].offset
        try stream.commitAll(first)
        first.source.close()
        // Behind the third entry the fourth and the fifth may not have been read.
        for (offset, expected) in [
            (shared + 1, 2), (shared, 2), (shared - 1, 1), (first.events[0].offset + 1, 1), (first.events[0].offset, 0),
        ] {
            let reader = try stream.open(at: offset)
            try reader.read { reader.events.count >= 6 - expected }
            try reader.settle()
            #expect(reader.raws == StreamFixture.events(expected..<6))
            #expect(reader.notices == [])
        }
    }

    @Test func theGreatestIDsHaveOffsets() throws {
        let ids = ["17592186044415-1048575", "17592186044416-0", "18446744073709551615-18446744073709551615"]
        for (number, id) in ids.enumerated() { try server.command("XADD", "s", id, "ts", "\(number)", "v", "x") }
        let first = try stream.open()
        try first.read { first.events.count == 3 }
        #expect(Set(first.events.map(\.offset)) == [UInt64.max - 1])
        try stream.commitAll(first)
        first.source.close()
        let reader = try stream.open(at: first.ends[0])
        try reader.read { reader.events.count == 3 }
        #expect(reader.raws == StreamFixture.events(0..<3))
    }

    @Test func aGroupThatIsGoneIsMadeAtThePosition() throws {
        try stream.readBefore(0..<10, pending: 7..<10)
        try server.command("XGROUP", "DESTROY", "s", "g")
        let reader = try stream.open(at: StreamFixture.offset(5))
        try stream.expect(reader, 5..<10, then: 10)
        try stream.commitAll(reader)
        #expect(reader.notices == [])
    }

    @Test func aGroupThatWasSetBackIsSetToThePosition() throws {
        try stream.readBefore(0..<10, pending: [2, 7])
        try server.command("XGROUP", "SETID", "s", "g", "0")
        let reader = try stream.open(at: StreamFixture.offset(4) + 1)
        // What is still pending comes, but for what is behind the position: that is not known to be.
        try stream.expect(reader, [2, 5, 6, 7, 8, 9], then: 10)
        try stream.commitAll(reader)
    }

    @Test func aGroupThatIsGoneWhileItIsReadDoublesNothing() throws {
        let reader = try stream.open()
        try stream.add(0..<10)
        try reader.read { reader.events.count == 10 }
        try server.command("XGROUP", "DESTROY", "s", "g")
        try stream.expect(reader, 0..<10, then: 10)
    }

    @Test func whatAServerHasForgottenIsNotReadTwice() throws {
        let server = try RedisServer()
        let stream = StreamFixture(url: server.url)
        let reader = try stream.open()
        try stream.add(0..<10)
        try reader.read { reader.events.count == 10 }
        try server.command("SAVE")
        try stream.add(10..<30)
        try reader.read { reader.events.count == 30 }
        server.kill()
        try server.start()
        try reader.read { (try? server.command("PING")) != nil }
        try stream.add(10..<35)
        try stream.expect(reader, 0..<35, then: 35)
    }

    @Test func aServerThatIsKilledMeanwhileIsWaitedFor() throws {
        try stream.readBefore(0..<3000, pending: 2000..<3000)
        server.kill()
        try server.start()
        let reader = try stream.open(at: StreamFixture.offset(100))
        reader.source.setPaused(true, partition: 0)
        try reader.read { (try? server.command("PING")) != nil }
        reader.source.setPaused(false, partition: 0)
        try reader.read { reader.events.count >= 256 }
        server.kill()
        try server.start()
        try reader.read { (try? server.command("PING")) != nil }
        try stream.expect(reader, 100..<3000, then: 3000)
        try stream.commitAll(reader)
    }

    @Test func connectionsThatAreCutMeanwhileLoseAndDoubleNothing() throws {
        let filler = String(repeating: "y", count: 20_000)
        for number in 0..<1000 { try server.command("XADD", "s", StreamFixture.id(number), "ts", "\(number)", "v", filler) }
        try server.command("XGROUP", "CREATE", "s", "g", "$")
        let reader = try stream.open(at: StreamFixture.offset(100))
        while reader.events.count < 900 {
            try server.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            let before = reader.events.count
            try reader.read { reader.events.count > before }
        }
        try reader.read { reader.events.count >= 900 }
        #expect(reader.events.map(\.offset) == (100..<1000).map(StreamFixture.offset))
        #expect(reader.notices.allSatisfy { !$0.tellsLoss })
    }

    @Test func theEndWhereAGroupBeganIsAPosition() throws {
        try stream.add(0..<5)
        let first = try stream.open { $0.start = .end }
        try first.read { first.ends == [StreamFixture.offset(4) + 1] }
        first.source.close()
        try server.command("XGROUP", "DESTROY", "s", "g")
        try stream.add(5..<8)
        let again = try stream.open(at: first.ends[0]) { $0.start = .end }
        try stream.expect(again, 5..<8, then: 8)
        again.source.close()
        // A checkpoint from before the end was known leaves it to the group.
        try stream.expect(try stream.open(at: 0) { $0.start = .end }, 5..<9, then: 9)
    }
}

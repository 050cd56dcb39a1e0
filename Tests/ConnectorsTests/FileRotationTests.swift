import Connectors
import Glibc
import TestSupport
import Testing

@Suite struct FileRotationTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func identity(_ path: String) -> UInt64 {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_ino) : 0
    }

    @Test func aRenamedFileIsReadToItsEndAndTheNewOneFromItsStart() throws {
        let path = folder.file("a.log")
        var file = LogFile(path)
        file.write(lines(0..<2))
        let reader = try fileReader(path, grace: 200_000_000)
        try reader.settle()
        file.write(lines(2..<3))
        rename(path, folder.file("a.log.1"))
        file.write(lines(3..<4))
        try reader.settle()
        // The writer goes on with the old file for a while.
        let new = LogFile(path)
        new.write(lines(10..<11))
        try reader.settle()
        file.write(lines(4..<5) + event(5))
        try reader.read { reader.ended == [0] }
        try reader.settle()
        #expect(reader.raws(of: 0) == (0..<6).map { event($0) })
        #expect(reader.raws(of: 1) == [event(10)])
        #expect(reader.source.partitions.count == 2)
        #expect(!reader.source.needsPosition(partition: 0))
        #expect(reader.source.needsPosition(partition: 1))
        file = new
        file.write(lines(11..<12))
        try reader.settle()
        #expect(reader.raws(of: 1) == [10, 11].map { event($0) })
        #expect(reader.notices == [])
    }

    @Test func aRotatedFileThatMatchesTheGlobIsNotReadTwice() throws {
        var file = LogFile(folder.file("a.log"))
        file.write(lines(0..<2))
        let reader = try fileReader(folder.file("a.log*"))
        try reader.settle()
        for round in 1..<4 {
            for number in stride(from: 3, to: 0, by: -1) { rename(folder.file("a.log.\(number)"), folder.file("a.log.\(number + 1)")) }
            rename(folder.file("a.log"), folder.file("a.log.1"))
            file = LogFile(folder.file("a.log"))
            file.write(lines(10 * round..<10 * round + 2))
            try reader.settle()
        }
        #expect(reader.raws.sorted() == [0, 1, 10, 11, 20, 21, 30, 31].map { event($0) }.sorted())
        #expect(reader.ended == [0, 1, 2])
        #expect(reader.source.partitions.count == 4)
        // Over a restart neither, whose checkpoint keeps the positions of all that are still there.
        #expect(reader.positions.map(\.hasEnded) == [true, true, true, false])
        let again = try fileReader(folder.file("a.log*"), positions: reader.positions)
        file.write(lines(32..<33))
        try again.settle()
        #expect(again.raws == [event(32)])
        #expect(again.source.partitions.map(\.identity) == reader.source.partitions.map(\.identity))
        #expect(again.ended == [0, 1, 2])
        #expect(again.positions.map(\.hasEnded) == [true, true, true, false])
    }

    @Test func aFileThatGrowsAfterItsEndGoesOnAsANewPartition() throws {
        let file = LogFile(folder.file("a.log"))
        file.write(lines(0..<2))
        let reader = try fileReader(folder.file("a*"))
        try reader.settle()
        rename(folder.file("a.log"), folder.file("a.old"))
        try reader.read { reader.ended == [0] }
        let end = reader.ends[0]
        file.write(lines(2..<3))
        try reader.settle()
        #expect(reader.raws(of: 1) == [event(2)])
        #expect(reader.events.last?.offset == end)
        #expect(reader.notices == [.grownAfterEnd(path: folder.file("a.old"), offset: end)])
        #expect(Set(reader.source.partitions.map(\.identity)).count == 2)
        file.write(lines(3..<4))
        let again = try fileReader(folder.file("a*"), positions: reader.positions)
        try again.settle()
        #expect(again.raws == [event(3)])
    }

    @Test func aTruncatedFileIsReadFromItsStart() throws {
        let path = folder.file("a.log")
        let file = LogFile(path)
        file.write(lines(0..<3) + "unfinished")
        let reader = try fileReader(path)
        try reader.settle()
        file.truncate()
        file.write(lines(10..<11))
        try reader.settle()
        #expect(reader.raws(of: 0) == (0..<3).map { event($0) })
        #expect(reader.raws(of: 1) == [event(10)])
        #expect(reader.ended == [0])
        let offset = UInt64(lines(0..<3).utf8.count) + 10
        #expect(reader.notices == [.truncated(path: path, offset: offset, unfinished: 10)])
        #expect(
            reader.notices.first?.description
                == "\(path): truncated after byte \(offset) was read; what was written behind it before that is lost, and so are the "
                + "last 10 bytes, a line without end; it is read from its start")
    }

    @Test func aTruncatedFileThatHasGrownBeyondThePositionIsNoticedByItsHead() throws {
        let file = LogFile(folder.file("a.log"))
        file.write(lines(0..<2))
        let reader = try fileReader(folder.file("a.log"))
        try reader.settle()
        file.truncate()
        file.write(lines(10..<30))
        try reader.settle()
        #expect(reader.raws(of: 0) == [0, 1].map { event($0) })
        #expect(reader.raws(of: 1) == (10..<30).map { event($0) })
    }

    @Test func aFileThatShrinksWhileItIsReadOnceIsReadFromItsStart() throws {
        let file = LogFile(folder.file("a.log"))
        file.write(lines(0..<500))
        let reader = try fileReader(folder.file("a.log"), follow: false) { $1.blockSize = 256 }
        try reader.step()
        #expect((1..<400).contains(reader.events.count))
        let read = reader.events.count
        file.truncate()
        file.write(lines(1000..<1001))
        try reader.read { reader.hasFinished }
        #expect(reader.raws(of: 0).count < 500)
        #expect(reader.raws(of: 0).prefix(read) == reader.raws.prefix(read))
        #expect(reader.raws(of: 1) == [event(1000)])
        #expect(reader.notices.map(\.tellsLoss) == [true])
    }

    @Test func incarnationsThatBeginAlikeHaveIdentitiesOfTheirOwn() throws {
        let file = LogFile(folder.file("a.csv"))
        let reader = try fileReader(folder.file("a.csv"), format: .csv(columns: nil))
        for round in 0..<3 {
            file.write("ts,v\n")
            try reader.settle()
            file.write("\(round),x\n")
            try reader.settle()
            if round < 2 { file.truncate() }
            try reader.settle()
        }
        #expect(reader.events.map(\.time) == [0, 1, 2].map { $0 * 1_000_000_000 })
        #expect(Set(reader.source.partitions.map(\.identity)).count == 3)
        file.write("7,y\n")
        let again = try fileReader(folder.file("a.csv"), format: .csv(columns: nil), positions: reader.positions)
        try again.settle()
        #expect(again.raws == [#"{"ts":7,"v":"y"}"#])
    }

    @Test func aDeletedFileIsReadToItsEnd() throws {
        let path = folder.file("a.log")
        let file = LogFile(path)
        file.write(lines(0..<2))
        let reader = try fileReader(path, grace: 100_000_000)
        try reader.settle()
        file.write(lines(2..<3))
        unlink(path)
        file.write(lines(3..<4))
        try reader.read { reader.ended == [0] }
        try reader.settle()
        #expect(reader.raws == (0..<4).map { event($0) })
        #expect(!reader.source.needsPosition(partition: 0))
        #expect(reader.notices == [])
    }

    @Test func aDirectoryThatVanishesAndComesBackIsReadAgain() throws {
        let inner = folder.file("logs")
        mkdir(inner, 0o755)
        LogFile(inner + "/a.log").write(lines(0..<1))
        let reader = try fileReader(inner + "/*.log")
        try reader.settle()
        unlink(inner + "/a.log")
        rmdir(inner)
        try reader.read { reader.ended == [0] }
        mkdir(inner, 0o755)
        LogFile(inner + "/a.log").write(lines(1..<2))
        try reader.settle()
        #expect(reader.raws == [0, 1].map { event($0) })
    }

    @Test func aLinkThatLeadsElsewhereIsARotation() throws {
        let (first, second, path) = (folder.file("0.data"), folder.file("1.data"), folder.file("a.log"))
        let file = LogFile(first)
        file.write(lines(0..<2))
        symlink(first, path)
        let reader = try fileReader(path)
        try reader.settle()
        LogFile(second).write(lines(10..<11))
        file.write(lines(2..<3))
        unlink(path)
        symlink(second, path)
        try reader.settle()
        #expect(reader.raws(of: 0) == (0..<3).map { event($0) })
        #expect(reader.raws(of: 1) == [event(10)])
        #expect(reader.ended == [0])
    }

    @Test func afterARestartAFileIsFoundUnderItsNewName() throws {
        let path = folder.file("a.log")
        let file = LogFile(path)
        file.write(lines(0..<2))
        let reader = try fileReader(path)
        try reader.settle()
        let positions = reader.positions
        reader.source.close()
        file.write(lines(2..<3))
        rename(path, folder.file("moved"))
        LogFile(path).write(lines(10..<12))
        let again = try fileReader(path, positions: positions)
        try again.settle()
        #expect(again.raws(of: 0) == [event(2)])
        #expect(again.raws(of: 1) == [10, 11].map { event($0) })
        #expect(again.ended == [0])
        #expect(again.notices == [])
    }

    @Test func namesOfAnyKindAreFoundAgain() throws {
        let path = folder.file("a \"b\" \\ é\t\n😀.log")
        LogFile(path).write(lines(0..<2))
        let reader = try fileReader(folder.file("*.log"))
        try reader.settle()
        #expect(!reader.source.partitions[0].identity.contains("\n"))
        LogFile(path).write(lines(2..<3))
        let again = try fileReader(folder.file("*.log"), positions: reader.positions)
        try again.settle()
        #expect(again.raws == [event(2)])
        #expect(again.source.partitions.map(\.name) == [path])
    }

    @Test func aLostFileIsToldAndOneThatEndedIsNot() throws {
        let path = folder.file("a.log")
        LogFile(path).write(lines(0..<2))
        let reader = try fileReader(path)
        try reader.settle()
        var positions = reader.positions
        let offset = reader.ends[0]
        unlink(path)
        LogFile(path).write(lines(10..<11))
        let again = try fileReader(path, positions: positions)
        try again.settle()
        #expect(again.raws == [event(10)])
        #expect(again.notices == [.lost(path: path, identity: positions[0].identity, offset: offset)])
        #expect(
            again.notices[0].description
                == "\(path): the file that was read up to byte \(offset) is gone; whatever was not read of it is lost")
        positions[0].hasEnded = true
        let silent = try fileReader(path, positions: positions)
        try silent.settle()
        #expect(silent.raws == [event(10)])
        #expect(silent.notices == [])
        let foreign = [SourcePosition(identity: "{\"stream\":\"x\"}", offset: 1, hasEnded: false)]
        let other = try fileReader(path, positions: foreign)
        try other.settle()
        #expect(other.notices == [.unknownPosition(identity: "{\"stream\":\"x\"}")])
    }

    @Test func aFileTruncatedWhileNobodyLookedIsReadFromItsStart() throws {
        let file = LogFile(folder.file("a.log"))
        file.write(lines(0..<5))
        let reader = try fileReader(folder.file("a.log"))
        try reader.settle()
        file.truncate()
        file.write(lines(0..<1))
        let again = try fileReader(folder.file("a.log"), positions: reader.positions)
        try again.settle()
        #expect(again.notices.count == 1)
        #expect(again.raws == [event(0)])
    }

    /// The file is deleted and made again until the system gives the new one the old one's inode.
    @Test func aReusedInodeIsNotTakenForTheOldFile() throws {
        let path = folder.file("a.log")
        LogFile(path).write(lines(0..<2))
        let reader = try fileReader(path)
        try reader.settle()
        let (positions, inode) = (reader.positions, identity(path))
        reader.source.close()
        var hasReused = false
        for _ in 0..<200 where !hasReused {
            unlink(path)
            LogFile(path).write(lines(5..<7))
            hasReused = identity(path) == inode
        }
        try #require(hasReused, "the file system did not use an inode again")
        let again = try fileReader(path, positions: positions)
        try again.settle()
        #expect(again.raws == [5, 6].map { event($0) })
        #expect(again.notices.map(\.tellsLoss) == [true])
    }

    @Test func aReusedInodeOfAnEndedFileIsRead() throws {
        LogFile(folder.file("a.log")).write(lines(0..<2))
        let reader = try fileReader(folder.file("*.log"))
        try reader.settle()
        let inode = identity(folder.file("a.log"))
        rename(folder.file("a.log"), folder.file("b.log"))
        try reader.read { reader.ended == [0] }
        var hasReused = false
        unlink(folder.file("b.log"))
        for _ in 0..<200 where !hasReused {
            unlink(folder.file("b.log"))
            LogFile(folder.file("b.log")).write(lines(5..<7))
            hasReused = identity(folder.file("b.log")) == inode
        }
        try #require(hasReused, "the file system did not use an inode again")
        try reader.settle()
        #expect(reader.raws(of: 1) == [5, 6].map { event($0) })
    }
}

import Connectors
import Glibc
import TestSupport
import Testing

@Suite struct FileSourceTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    @Test func aGrowingFileIsFollowed() throws {
        let file = LogFile(folder.file("a.log"))
        file.write(lines(0..<3))
        let reader = try fileReader(folder.file("a.log"))
        try reader.settle()
        #expect(reader.raws == (0..<3).map { event($0) })
        file.write("\n\n" + lines(3..<5))
        try reader.settle()
        #expect(reader.raws == (0..<5).map { event($0) })
        #expect(reader.source.partitions.count == 1)
        #expect(reader.ended == [])
        #expect(!reader.hasFinished)
        #expect(reader.notices == [])
        let text = Array(try folder.text(of: "a.log").utf8)
        for event in reader.events { #expect(text[Int(event.offset)...].starts(with: Array(event.raw.utf8))) }
        #expect(reader.ends == [UInt64(text.count)])
    }

    @Test func aWriterThatWritesByteByByteGivesWholeLines() throws {
        let text = "\u{FEFF}" + event(1, "é") + "\r\n" + lines(2..<4) + "broken\n" + event(4) + "\n"
        let file = LogFile(folder.file("a.log"))
        let reader = try fileReader(folder.file("a.log"))
        var lineEnds = 0
        for byte in Array(text.utf8) {
            file.write([byte])
            if byte == 10 { lineEnds += 1 }
            try reader.settle()
            #expect(reader.events.count + reader.rejected.count == lineEnds)
        }
        #expect(reader.raws == [event(1, "é")] + (2..<5).map { event($0) })
        #expect(reader.rejected.map(\.line) == [4])
        #expect(reader.rejected.map(\.text) == ["broken"])
        #expect(reader.ends == [UInt64(text.utf8.count)])
    }

    @Test func withoutFollowTheLastLineNeedsNoEnd() throws {
        try folder.write(lines(0..<2) + event(2), to: "a.log")
        try folder.write("", to: "b.log")
        try folder.write(event(9), to: "c.log")
        let reader = try fileReader(folder.file("*.log"), follow: false)
        try reader.read { reader.hasFinished }
        #expect(reader.raws(of: 0) == (0..<3).map { event($0) })
        #expect(reader.raws(of: 1) == [event(9)])
        #expect(reader.ended == [0, 1])
        #expect(reader.source.partitions.map(\.name) == [folder.file("a.log"), folder.file("c.log")])
        #expect(reader.source.partitions.map(\.number) == [100, 101])
    }

    /// As rotation leaves them beside the others: they hold nothing up, and nothing of them is taken for a line.
    @Test(arguments: [true, false]) func compressedFilesAreNotRead(follow: Bool) throws {
        try folder.write(lines(0..<2), to: "a.log")
        let compressed = LogFile(folder.file("a.log.1.gz"))
        compressed.write([0x1F, 0x8B, 8, 0] + Array(lines(2..<4).utf8))
        let reader = try fileReader(folder.file("a.log*"), follow: follow)
        if follow { try reader.settle() } else { try reader.read { reader.hasFinished } }
        try reader.settle()
        #expect(reader.raws == (0..<2).map { event($0) } && reader.rejected.isEmpty && reader.source.partitions.count == 1)
        #expect(reader.notices == [.compressed(path: folder.file("a.log.1.gz"))])
    }

    @Test func aMissingFileIsTold() throws {
        let once = try fileReader(folder.file("none"), follow: false)
        try once.settle()
        #expect(once.hasFinished)
        #expect(once.notices.map(\.description) == ["\(folder.file("none")): there is no such file"])
        let followed = try fileReader(folder.file("none"))
        try followed.settle()
        try folder.write(lines(1..<2), to: "none")
        try followed.settle()
        #expect(followed.raws == [event(1)])
        #expect(followed.notices == [.noFile(pattern: folder.file("none"))])
    }

    @Test func startAtTheEndIsForFilesThatAreThereAtTheFirstStart() throws {
        let file = LogFile(folder.file("a.log"))
        file.write(lines(0..<3) + #"{"ts":3,"#)
        let reader = try fileReader(folder.file("*.log")) { $1.start = .end }
        try reader.settle()
        #expect(reader.events == [])
        #expect(reader.source.partitions[0].start == UInt64(lines(0..<3).utf8.count))
        #expect(reader.positions.map(\.offset) == [UInt64(lines(0..<3).utf8.count)])
        file.write(#""v":"x"}"# + "\n")
        try folder.write(lines(10..<12), to: "b.log")
        try reader.settle()
        #expect(reader.raws.sorted() == [10, 11, 3].map { event($0) })
        // What appears while the service is down is read whole.
        try folder.write(lines(20..<22), to: "c.log")
        let again = try fileReader(folder.file("*.log"), positions: reader.positions) { $1.start = .end }
        try again.settle()
        #expect(again.raws == [20, 21].map { event($0) })
    }

    @Test func resumingAtEveryLineGivesExactlyTheRest() throws {
        var text = "\u{FEFF}"
        for index in 0..<40 {
            text += event(index, String(repeating: "é", count: index)) + (index % 3 == 0 ? "\r\n" : "\n") + (index % 5 == 0 ? "\n" : "")
            if index % 7 == 0 { text += "broken \(index)\n" }
        }
        try folder.write(text, to: "a.log")
        let whole = try fileReader(folder.file("a.log"))
        try whole.settle()
        #expect(whole.events.count == 40)
        #expect(whole.rejected.count == 6)
        let boundaries = whole.events.map(\.offset) + whole.ends
        for boundary in boundaries {
            for size in [16, 100, 4096] {
                let rest = try fileReader(folder.file("a.log"), positions: [whole.position(0, at: boundary)]) { $1.blockSize = size }
                try rest.settle()
                #expect(rest.events == whole.events.filter { $0.offset >= boundary })
                #expect(rest.rejected.map(\.offset) == whole.rejected.map(\.offset).filter { $0 >= boundary })
                #expect(rest.ends == whole.ends)
                #expect(rest.source.partitions.map(\.identity) == whole.source.partitions.map(\.identity))
                if boundary > 3 { #expect(rest.rejected.allSatisfy { $0.line == 0 }) }
            }
        }
    }

    @Test func directoriesAndDanglingLinksArePassedOver() throws {
        mkdir(folder.file("d.log"), 0o755)
        symlink(folder.file("nothing"), folder.file("e.log"))
        try folder.write(lines(1..<2), to: "f.log")
        let reader = try fileReader(folder.file("*.log"))
        try reader.settle()
        #expect(reader.raws == [event(1)])
        #expect(reader.notices == [])
    }

    @Test func whatCannotBeReadIsToldOnceAndTriedAgain() throws {
        // Permissions do not hold back a test that runs as root; a circle of links does.
        let path = folder.file("a.log")
        symlink(path, path)
        let reader = try fileReader(path)
        for _ in 0..<3 { try reader.settle() }
        #expect(reader.notices == [.unreadable(path: path, reason: "Too many levels of symbolic links")])
        unlink(path)
        try folder.write(lines(1..<2), to: "a.log")
        try reader.settle()
        #expect(reader.raws == [event(1)])
        unlink(path)
        symlink(path, path)
        try reader.settle()
        #expect(reader.notices.count == 2)
    }

    @Test func moreFilesThanDescriptorsAreReadInTurns() throws {
        var files: [LogFile] = []
        for index in 0..<20 {
            files.append(LogFile(folder.file("\(10 + index).log")))
            files[index].write(lines([index]))
        }
        let reader = try fileReader(folder.file("*.log")) { settings, _ in settings.maximumOpenFiles = 3 }
        try reader.settle()
        #expect(reader.events.map(\.partition).sorted() == Array(0..<20))
        for index in 0..<20 { files[index].write(event(index, "more")) }
        try reader.settle()
        #expect(reader.events.count == 20)
        for index in 0..<20 { files[index].write("\n") }
        try reader.settle()
        for index in 0..<20 { #expect(reader.raws(of: index) == [event(index), event(index, "more")]) }
        // A file that is closed and deleted is told apart from one that was not read to its end.
        for index in 0..<20 { unlink(folder.file("\(10 + index).log")) }
        try reader.read { reader.ended.count == 20 }
        try reader.settle()
        #expect(reader.notices == [])
        #expect((0..<20).allSatisfy { !reader.source.needsPosition(partition: $0) })
    }

    @Test func aPausedPartitionIsPassedOver() throws {
        let file = LogFile(folder.file("a.log"))
        file.write(lines(0..<1))
        try folder.write(lines(10..<11), to: "b.log")
        let reader = try fileReader(folder.file("*.log"))
        try reader.settle()
        reader.source.setPaused(true, partition: 0)
        file.write(lines(1..<2))
        LogFile(folder.file("b.log")).write(lines(11..<12))
        try reader.settle()
        #expect(reader.raws == [0, 10, 11].map { event($0) } || reader.raws == [10, 0, 11].map { event($0) })
        reader.source.setPaused(false, partition: 0)
        try reader.settle()
        #expect(reader.raws(of: 0) == [0, 1].map { event($0) })
    }

    @Test func oneBusyFileDoesNotStarveTheOthers() throws {
        try folder.write(lines(0..<2000), to: "a.log")
        try folder.write(lines(0..<3), to: "b.log")
        let reader = try fileReader(folder.file("*.log")) { $1.blockSize = 1024 }
        try reader.read { reader.events.contains { $0.partition == 1 } }
        #expect(reader.raws(of: 0).count < 200)
    }
}

import Connectors
import Glibc
import TestSupport
import Testing

@Suite struct SourceFormatTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    @Test func aResumedCSVFileKnowsItsHeader() throws {
        let text = "\u{FEFF}\r\n\"bad\"header\r\nts,\"na\"\"me\",v\r\n" + (0..<30).map { "\($0),\"a\n\"\"\($0)\",\r\n\r\n" }.joined()
        try folder.write(text, to: "a.csv")
        let path = folder.file("a.csv")
        let whole = try fileReader(path, format: .csv(columns: nil))
        try whole.settle()
        #expect(whole.events.count == 30)
        #expect(whole.raws[7] == #"{"ts":7,"na\"me":"a\n\"7","v":null}"#)
        #expect(whole.rejected.map(\.reason) == ["header: text after a closing quote"])
        let first = whole.events[0].offset
        for boundary in [0, 3, 5, 18, first - 5] + whole.events.map(\.offset) + whole.ends {
            let isLineStart = boundary != first - 5
            let rest = try fileReader(path, format: .csv(columns: nil), positions: [whole.position(0, at: boundary)])
            try rest.settle()
            if isLineStart { #expect(rest.events == whole.events.filter { $0.offset >= boundary }) }
            #expect(rest.ends == whole.ends)
        }
    }

    @Test func aCSVRecordThatIsNotWholeWaits() throws {
        let text = "ts,v\n1,\"a\nb\"\n2,c\r\n3,\"d\"\"\"\n4,e\n"
        let file = LogFile(folder.file("a.csv"))
        let reader = try fileReader(folder.file("a.csv"), format: .csv(columns: nil))
        for byte in Array(text.utf8) {
            file.write([byte])
            try reader.settle()
        }
        #expect(
            reader.raws == [#"{"ts":1,"v":"a\nb"}"#, #"{"ts":2,"v":"c"}"#, #"{"ts":3,"v":"d\""}"#, #"{"ts":4,"v":"e"}"#])
        #expect(reader.rejected == [])
    }

    @Test func startAtTheEndOfACSVFileKeepsItsHeader() throws {
        let file = LogFile(folder.file("a.csv"))
        file.write("ts,v\n1,a\n2,")
        let reader = try fileReader(folder.file("a.csv"), format: .csv(columns: nil)) { $1.start = .end }
        try reader.settle()
        file.write("b\n")
        try reader.settle()
        #expect(reader.raws == [#"{"ts":2,"v":"b"}"#])
    }

    /// Records as the benchmark's generator writes them: no header, times in milliseconds.
    @Test func csvWithGivenColumnsIsFollowed() throws {
        let columns = ["ts", "host", "user", "src_ip", "action", "outcome"]
        let file = LogFile(folder.file("a.csv"))
        func record(_ number: Int) -> String { "\(1_700_000_000_000 + number),h50,u029680,10.7.63.12,login,success\n" }
        file.write((0..<1000).map(record).joined())
        let reader = try fileReader(folder.file("a.csv"), format: .csv(columns: columns)) { $1.blockSize = 4096 }
        try reader.settle()
        file.write(record(1000))
        try reader.settle()
        #expect(reader.rejected == [])
        #expect(reader.events.map(\.time) == (0...1000).map { (1_700_000_000_000 + $0) * 1_000_000 })
        #expect(
            reader.raws.last
                == #"{"ts":1700000001000,"host":"h50","user":"u029680","src_ip":"10.7.63.12","action":"login","outcome":"success"}"#)
    }

    /// Pieces come as they are written; the offset stays at the line's start until it is over.
    @Test(arguments: [SourceFormat.ndjson, .csv(columns: ["ts", "v"]), .text(TextFormat(expression: "(?P<ts>1),(?P<v>.*)"))])
    func aLongLineThatGrowsPassesInPieces(format: SourceFormat) throws {
        let good = format == .ndjson ? event(1) + "\n" : "1,x\n"
        let file = LogFile(folder.file("a.log"))
        file.write(good)
        let reader = try fileReader(folder.file("a.log"), format: format) {
            $1.maximumLineLength = 100
            $1.blockSize = 32
        }
        for _ in 0..<50 {
            file.write(String(repeating: "y", count: 10))
            try reader.settle()
        }
        #expect(reader.ends == [UInt64(good.utf8.count)])
        #expect(reader.rejected.count == 1)
        file.write("\n" + good)
        try reader.settle()
        #expect(reader.events.count == 2)
        #expect(reader.rejected.map(\.text) == [String(repeating: "y", count: 500)])
        #expect(reader.rejected.map(\.offset) == [UInt64(good.utf8.count)])
        #expect(reader.ends == [UInt64(good.utf8.count * 2 + 501)])
    }

    @Test func manyMalformedLinesAreReadInBoundedSteps() throws {
        try folder.write(String(repeating: "garbage\n", count: 100_000), to: "a.log")
        let reader = try fileReader(folder.file("a.log")) { $1.blockSize = 4096 }
        try reader.step()
        #expect((1..<2000).contains(reader.rejected.count))
        try reader.settle()
        #expect(reader.rejected.count == 100_000)
        #expect(reader.rejected.last?.line == 100_000)
    }

    @Test func deepNestingAndNULsAreMalformed() throws {
        let file = LogFile(folder.file("a.log"))
        file.write(#"{"ts":1,"v":"# + String(repeating: "[", count: 100_000) + "\n")
        file.write([0, 0, 10, 0xFF, 10])
        file.write(lines(1..<2))
        let reader = try fileReader(folder.file("a.log"))
        try reader.settle()
        #expect(reader.rejected.map(\.reason) == ["nested deeper than 1024", "not a JSON object", "invalid UTF-8"])
        #expect(reader.raws == [event(1)])
    }

    @Test func aPipeIsReadAsItFillsAndEndsWithItsWriter() throws {
        let path = folder.file("pipe")
        mkfifo(path, 0o600)
        let log = LiveReader.Log()
        let reader = LiveReader(try SourceKind.file(pattern: path, follow: true).open(sourceOptions(log)), log: log)
        try reader.settle()
        #expect(!reader.hasFinished)
        let descriptor = open(path, O_WRONLY)
        func write(_ text: String) { _ = Array(text.utf8).withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) } }
        write(lines(0..<2) + "{")
        try reader.settle()
        #expect(reader.raws == [0, 1].map { event($0) })
        write(String(event(2).dropFirst()) + "\n" + event(3))
        try reader.settle()
        #expect(reader.raws == (0..<3).map { event($0) })
        #expect(!reader.hasFinished)
        close(descriptor)
        try reader.read { reader.hasFinished }
        #expect(reader.raws == (0..<4).map { event($0) })
        #expect(reader.ended == [0])
        #expect(reader.source.partitions.map(\.isReplayable) == [false])
        // Offsets go on in the next run.
        let next = LiveReader.Log()
        var options = sourceOptions(next)
        options.positions = reader.positions.map { SourcePosition(identity: $0.identity, offset: $0.offset, hasEnded: false) }
        let again = try SourceKind.file(pattern: path, follow: true).open(options)
        #expect(again.partitions[0].start == UInt64((lines(0..<3) + event(3)).utf8.count))
    }

    @Test func aPipeThatIsNotThereCannotBeOpened() throws {
        let options = sourceOptions(LiveReader.Log())
        let error = #expect(throws: SourceSetupError.self) { _ = try StandardInputSource(path: folder.file("none"), options: options) }
        #expect(error?.description == "\(folder.file("none")): No such file or directory")
    }
}

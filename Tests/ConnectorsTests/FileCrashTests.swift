import Connectors
import Glibc
import TestSupport
import Testing

/// Random writing, rotation, reading, checkpoints and crashes: every line is delivered, and nothing again that a checkpoint has.
@Suite struct FileCrashTests {
    private final class Run {
        var generator: SeededGenerator
        let folder: TemporaryFolder
        var files: [LogFile]
        var written = 0
        var rotations = 0
        /// What is still to be written of a line that was begun, by file.
        var rest: [Int: String] = [:]
        var reader: LiveReader
        var checkpoint: [SourcePosition]?
        /// Offset of each event by its time.
        var delivered: [Int64: UInt64] = [:]
        var seen = 0

        init(seed: UInt64) throws {
            generator = SeededGenerator(seed: seed)
            folder = try TemporaryFolder()
            files = [LogFile(folder.file("a.log"))]
            reader = try fileReader(folder.file("a.log*"))
            try reopen()
        }

        func random(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }

        /// Lines behind those of the file; the last one may be written in part only.
        func write(to index: Int) {
            var text = rest.removeValue(forKey: index) ?? ""
            for _ in 0..<random(1..<6) {
                text += event(written, String(repeating: "y", count: random(0..<80))) + "\n"
                written += 1
            }
            let cut = random(0..<3) == 0 ? random(1..<20) : 0
            files[index].write(String(text.dropLast(cut)))
            if cut > 0 { rest[index] = String(text.suffix(cut)) }
        }

        func finishLine(of index: Int) {
            if let text = rest.removeValue(forKey: index) { files[index].write(text) }
        }

        func rotate() {
            // What is begun is written before the file is renamed: a file that ends gives its last line as it is.
            finishLine(of: files.count - 1)
            for number in stride(from: rotations, to: 0, by: -1) {
                rename(folder.file("a.log.\(number)"), folder.file("a.log.\(number + 1)"))
            }
            rename(folder.file("a.log"), folder.file("a.log.1"))
            rotations += 1
            files.append(LogFile(folder.file("a.log")))
        }

        /// Lines for a file that was rotated away already.
        func writeLate() {
            let index = random(0..<files.count)
            guard index < files.count - 1 else { return }
            files[index].write(event(written) + "\n")
            written += 1
        }

        func collect() {
            for found in reader.events[seen...] {
                let start = reader.source.partitions[found.partition].start
                #expect(found.offset >= start)
                if let offset = delivered[found.time] { #expect(offset == found.offset) }
                delivered[found.time] = found.offset
            }
            seen = reader.events.count
            // From one start to the next nothing comes twice.
            #expect(Set(reader.events.map(\.time)).count == seen)
        }

        func reopen() throws {
            reader.source.close()
            seen = 0
            let (size, open) = ([16, 64, 1024].randomElement(using: &generator)!, random(1..<8))
            reader = try fileReader(folder.file("a.log*"), positions: checkpoint) {
                $0.maximumOpenFiles = open
                $1.blockSize = size
            }
        }

        func act() throws {
            switch random(0..<12) {
            case 0..<4: write(to: files.count - 1)
            case 4: if rotations < 8 { rotate() }
            case 5: writeLate()
            case 6..<9: for _ in 0..<random(1..<12) { try reader.step() }
            case 9: try reader.settle()
            case 10:
                collect()
                checkpoint = reader.positions
            default:
                collect()
                try reopen()
            }
        }
    }

    @Test(arguments: 0..<60)
    func everyLineIsDelivered(round: Int) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        let run = try Run(seed: seed)
        for _ in 0..<150 { try run.act() }
        run.finishLine(of: run.files.count - 1)
        try run.reader.settle()
        run.collect()
        #expect(
            run.delivered.keys.map { $0 / 1_000_000_000 }.sorted() == (0..<run.written).map(Int64.init), "seed \(seed), round \(round)")
        #expect(run.reader.rejected == [], "seed \(seed)")
        #expect(run.reader.notices.allSatisfy { !$0.tellsLoss }, "seed \(seed): \(run.reader.notices)")
    }
}

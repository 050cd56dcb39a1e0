import Connectors
import EventEngine
import Glibc
import Testing

/// Reads a live source and keeps what it gave, as a service would: positions too.
final class LiveReader {
    /// An event that outlives its block.
    struct Event: Equatable {
        var partition: Int
        var time: Int64
        var offset: UInt64
        var raw: String
    }

    let source: any Connectors.EventSource
    private(set) var events: [Event] = []
    private(set) var ends: [UInt64] = []
    private(set) var ended: Set<Int> = []
    private(set) var hasFinished = false
    private let log: Log

    /// What the source told beside events.
    final class Log {
        var notices: [SourceNotice] = []
        var rejected: [Int: [Rejected]] = [:]
        var numbers: [String] = []
    }

    init(_ source: any Connectors.EventSource, log: Log) {
        self.source = source
        self.log = log
    }

    var notices: [SourceNotice] { log.notices }
    var rejected: [Rejected] { log.rejected.keys.sorted().flatMap { log.rejected[$0]! } }
    var raws: [String] { events.map(\.raw) }
    func raws(of partition: Int) -> [String] { events.filter { $0.partition == partition }.map(\.raw) }

    /// Asks once; whether there was anything.
    @discardableResult
    func step() throws -> Bool {
        let result = try source.next()
        while ends.count < source.partitions.count { ends.append(source.partitions[ends.count].start) }
        switch result {
        case .events(let block, let partition, let end):
            #expect(block.count > 0)
            #expect(end >= ends[partition])
            for row in 0..<block.count {
                let header = block.event(at: row).header.pointee
                #expect(header.source == source.partitions[partition].number)
                #expect(header.ingested > 1_400_000_000_000_000_000)
                #expect(header.offset < end)
                events.append(
                    Event(partition: partition, time: header.time, offset: header.offset, raw: String(decoding: header.raw, as: UTF8.self)))
            }
            ends[partition] = end
            source.recycle(block)
        case .nothing(let partition, let end): ends[partition] = end
        case .ended(let partition): #expect(ended.insert(partition).inserted)
        case .waiting: return false
        case .finished:
            hasFinished = true
            return false
        }
        return true
    }

    /// Reads until there is nothing now.
    func settle() throws {
        while try step() {}
    }

    /// Reads until something holds; a generous limit tells only that it never will.
    func read(until condition: () -> Bool, _ place: SourceLocation = #_sourceLocation) throws {
        var left = 60_000
        while !condition() {
            if try step() { continue }
            left -= 1
            guard left > 0 else {
                Issue.record("gave up waiting", sourceLocation: place)
                return
            }
            usleep(1000)
        }
    }

    /// Positions at the ends of what was read.
    var positions: [SourcePosition] {
        source.partitions.indices.filter { source.needsPosition(partition: $0) }.map { position($0, at: ends[$0]) }
    }

    func position(_ partition: Int, at offset: UInt64) -> SourcePosition {
        SourcePosition(
            identity: source.partitions[partition].identity, offset: offset, hasEnded: ended.contains(partition),
            note: source.note(offset: offset, partition: partition))
    }
}

/// Options whose events are numbered from 100, with what is told kept in a log.
func sourceOptions(_ log: LiveReader.Log, format: SourceFormat = .ndjson, fields: [String] = []) -> SourceOptions {
    var schema = EventSchema()
    for name in fields { _ = schema.slot(for: field(name)) }
    _ = schema.stream(named: "s")
    var options = SourceOptions(name: "s", schema: schema, format: format) { partition in
        log.numbers.append(partition.identity)
        return Int32(99 + log.numbers.count)
    }
    options.notice = { log.notices.append($0) }
    options.malformed = { line, partition in
        switch line.part {
        case .whole, .first:
            log.rejected[partition, default: []].append(
                Rejected(line: line.line ?? 0, offset: line.offset, reason: line.reason, bytes: Array(line.bytes)))
        case .middle, .last:
            let last = log.rejected[partition]!.count - 1
            log.rejected[partition]![last].bytes.append(contentsOf: line.bytes)
        }
    }
    return options
}

/// A file source that looks at its files every time it is asked.
func fileReader(
    _ pattern: String, follow: Bool = true, format: SourceFormat = .ndjson, grace: Int64 = 0, positions: [SourcePosition]? = nil,
    configure: (inout FileSourceOptions, inout SourceOptions) -> Void = { _, _ in }
) throws -> LiveReader {
    let log = LiveReader.Log()
    var options = sourceOptions(log, format: format)
    options.positions = positions
    var settings = FileSourceOptions(pattern: pattern, follow: follow)
    settings.rescanInterval = 0
    settings.pollInterval = 0
    settings.rotationGrace = grace
    configure(&settings, &options)
    return LiveReader(try FileSource(settings, options: options), log: log)
}

/// A file that is written as loggers do.
final class LogFile {
    private let descriptor: CInt

    /// Opens a file for appending, and makes it when it is not there.
    init(_ path: String) {
        descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        precondition(descriptor >= 0, "cannot write \(path)")
    }

    deinit { close(descriptor) }

    func write(_ text: String) { write(Array(text.utf8)) }

    func write(_ bytes: [UInt8]) {
        let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        precondition(written == bytes.count)
    }

    func truncate() { ftruncate(descriptor, 0) }
}

/// An event of a number, and its line.
func event(_ number: Int, _ text: String = "x") -> String { #"{"ts":\#(number),"v":"\#(text)"}"# }
func lines(_ numbers: some Sequence<Int>) -> String { numbers.map { event($0) + "\n" }.joined() }
